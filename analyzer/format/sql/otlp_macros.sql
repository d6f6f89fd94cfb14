-- OTLP's attributes, lists of {key, value: {stringValue: ...}}, in both spellings of their names.

CREATE OR REPLACE TEMP MACRO otlp_attributes(x) AS
    CASE WHEN x IS NOT NULL THEN from_json(x, '[{"key":"VARCHAR","value":{"stringValue":"VARCHAR","intValue":"VARCHAR","doubleValue":"VARCHAR","boolValue":"VARCHAR","kvlistValue":"VARCHAR","string_value":"VARCHAR","int_value":"VARCHAR","double_value":"VARCHAR","bool_value":"VARCHAR","kvlist_value":"VARCHAR"}}]') END;

CREATE OR REPLACE TEMP MACRO otlp_scalar(x) AS
    coalesce(x.stringValue, x.intValue, x.doubleValue, x.boolValue, x.string_value, x.int_value, x.double_value, x.bool_value);

-- The inside of a JSON object: `"http.route":"/v1","error":{...}`. Lists and bytes are left out.
CREATE OR REPLACE TEMP MACRO otlp_scalars(attributes) AS
    array_to_string(
        list_transform(
            list_filter(attributes, lambda one: one.key IS NOT NULL AND otlp_scalar(one.value) IS NOT NULL),
            lambda one: to_json(one.key)::VARCHAR || ':' || to_json(otlp_scalar(one.value))::VARCHAR
        ),
        ','
    );

CREATE OR REPLACE TEMP MACRO otlp_objects(attributes) AS
    array_to_string(
        list_transform(
            list_filter(attributes, lambda one: one.key IS NOT NULL AND coalesce(one.value.kvlistValue, one.value.kvlist_value) IS NOT NULL),
            lambda one: to_json(one.key)::VARCHAR || ':{' || coalesce(
                otlp_scalars(otlp_attributes(json_extract(coalesce(one.value.kvlistValue, one.value.kvlist_value), '$.values')::VARCHAR)), ''
            ) || '}'
        ),
        ','
    );

-- What a line of an access log tells, in its common and its combined form; empty texts for any other.
CREATE OR REPLACE TEMP MACRO otlp_access_line(x) AS
    regexp_extract(
        x,
        '^(\S+) \S+ [^"\[]*\[([^\]"]+)\] "((?:[^"\\]|\\.)*)" (\d{3}) (?:\d+|-)(?: "(?:[^"\\]|\\.)*" "((?:[^"\\]|\\.)*)")?(.*)$',
        ['client', 'time', 'request', 'status', 'agent', 'rest']
    );

-- The text of an attribute, by its name.
CREATE OR REPLACE TEMP MACRO otlp_attribute(attributes, name) AS
    otlp_scalar(list_filter(attributes, lambda one: one.key = name)[1].value);
