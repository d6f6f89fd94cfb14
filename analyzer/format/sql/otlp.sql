-- Lines of OTLP's JSON, each an export of many records: one row for each log record or span that is a
-- request, as a flat JSON object (`record`), and one with NULL for a line without any. A damaged line
-- is its own `record`. `line` is then the record as it was written, for an export may be long.
--
-- A log record is a request when it tells a status, or a method and a path, or its text is a line of an access
-- log. A span is one when it is a
-- server's or a client's and tells these; a model's call, where no HTTP request under it stands in the
-- same export: these then have its model. What frameworks add besides (`http send`) has kind 1, internal.
WITH exported AS MATERIALIZED (
    SELECT
        line_no, byte_offset, moment, line,
        CASE WHEN json_valid(line) THEN try(from_json(
            line,
            '{"resourceLogs":[{"scopeLogs":[{"logRecords":["JSON"]}],"instrumentationLibraryLogs":[{"logRecords":["JSON"]}]}],"resource_logs":[{"scope_logs":[{"log_records":["JSON"]}]}],"resourceSpans":[{"scopeSpans":[{"spans":["JSON"]}],"instrumentationLibrarySpans":[{"spans":["JSON"]}]}],"resource_spans":[{"scope_spans":[{"spans":["JSON"]}]}]}'
        )) END AS export
    FROM lines
),
records AS (
    SELECT
        line_no, byte_offset, moment, unnest(list) AS found
    FROM (
        SELECT
            *,
            list_concat(
                flatten(list_transform(export.resourceLogs, lambda one: list_concat(
                    flatten(list_transform(one.scopeLogs, lambda scope: scope.logRecords)),
                    flatten(list_transform(one.instrumentationLibraryLogs, lambda scope: scope.logRecords))
                ))),
                flatten(list_transform(export.resource_logs, lambda one: flatten(list_transform(one.scope_logs, lambda scope: scope.log_records)))),
                flatten(list_transform(export.resourceSpans, lambda one: list_concat(
                    flatten(list_transform(one.scopeSpans, lambda scope: scope.spans)),
                    flatten(list_transform(one.instrumentationLibrarySpans, lambda scope: scope.spans))
                ))),
                flatten(list_transform(export.resource_spans, lambda one: flatten(list_transform(one.scope_spans, lambda scope: scope.spans))))
            ) AS list
        FROM exported
    )
),
read AS (
    SELECT
        *,
        from_json(
            found,
            '{"timeUnixNano":"VARCHAR","observedTimeUnixNano":"VARCHAR","startTimeUnixNano":"VARCHAR","endTimeUnixNano":"VARCHAR","time_unix_nano":"VARCHAR","observed_time_unix_nano":"VARCHAR","start_time_unix_nano":"VARCHAR","end_time_unix_nano":"VARCHAR","traceId":"VARCHAR","trace_id":"VARCHAR","spanId":"VARCHAR","span_id":"VARCHAR","parentSpanId":"VARCHAR","parent_span_id":"VARCHAR","kind":"VARCHAR","status":{"code":"VARCHAR","message":"VARCHAR"},"attributes":"VARCHAR","body":{"stringValue":"VARCHAR","string_value":"VARCHAR","kvlistValue":{"values":"VARCHAR"},"kvlist_value":{"values":"VARCHAR"}},"events":[{"name":"VARCHAR","attributes":"VARCHAR"}]}'
        ) AS told
    FROM records
),
parts AS (
    SELECT
        line_no, byte_offset, moment, found::VARCHAR AS line,
        coalesce(told.startTimeUnixNano, told.start_time_unix_nano) IS NOT NULL AS is_span,
        coalesce(nullif(told.startTimeUnixNano, '0'), told.start_time_unix_nano, nullif(told.timeUnixNano, '0'), nullif(told.time_unix_nano, '0'), told.observedTimeUnixNano, told.observed_time_unix_nano) AS ts,
        coalesce(told.endTimeUnixNano, told.end_time_unix_nano) AS ended,
        nullif(coalesce(told.traceId, told.trace_id), '') AS trace_id,
        nullif(coalesce(told.spanId, told.span_id), '') AS span_id,
        nullif(coalesce(told.parentSpanId, told.parent_span_id), '') AS parent_id,
        coalesce(replace(told.kind, 'SPAN_KIND_', ''), '0') AS kind,
        coalesce(told.status.code IN ('2', 'STATUS_CODE_ERROR'), FALSE) AS is_error,
        told.status.message AS said,
        coalesce(told.body.stringValue, told.body.string_value) AS body,
        list_concat(
            otlp_attributes(told.attributes),
            otlp_attributes(coalesce(told.body.kvlistValue.values, told.body.kvlist_value.values))
        ) AS attributes,
        otlp_attributes(list_filter(told.events, lambda one: one.name = 'exception')[-1].attributes) AS exception
    FROM read
),
named AS (
    SELECT
        *,
        list_transform(attributes, lambda one: one.key) AS keys,
        otlp_attribute(attributes, 'gen_ai.operation.name') AS operation,
        CASE WHEN NOT is_span AND contains(body, '] "') THEN otlp_access_line(body) END AS access
    FROM parts
),
judged AS (
    SELECT
        *,
        len(list_intersect(keys, ['http.response.status_code', 'http.status_code', 'aws.elb.status.code'])) > 0
            OR (
                len(list_intersect(keys, ['http.request.method', 'http.method'])) > 0
                AND len(list_intersect(keys, ['url.path', 'url.full', 'url.original', 'http.target', 'http.url', 'http.route'])) > 0
            )
            OR coalesce(access.status <> '', FALSE) AS tells_http,
        is_span
            AND len(list_intersect(keys, ['gen_ai.request.model', 'gen_ai.response.model', 'llm.request.model', 'llm.model_name'])) > 0
            AND coalesce(operation NOT IN ('create_agent', 'invoke_agent', 'execute_tool', 'invoke_workflow'), TRUE) AS tells_model
    FROM named
),
requests AS MATERIALIZED (
    SELECT
        *,
        coalesce(
            otlp_attribute(attributes, 'gen_ai.request.model'), otlp_attribute(attributes, 'gen_ai.response.model'),
            otlp_attribute(attributes, 'llm.request.model'), otlp_attribute(attributes, 'llm.model_name')
        ) AS model
    FROM (
        SELECT
            *,
            tells_http AND (NOT is_span OR tells_model OR kind NOT IN ('1', 'INTERNAL', '4', 'PRODUCER', '5', 'CONSUMER')) AS is_http
        FROM judged
    )
    WHERE is_http OR tells_model
),
calls AS (
    SELECT line_no, span_id, any_value(model) AS model FROM requests WHERE tells_model AND span_id IS NOT NULL GROUP BY line_no, span_id
),
attempts AS (
    SELECT DISTINCT line_no, parent_id FROM requests WHERE is_http AND parent_id IS NOT NULL
),
counted AS (
    SELECT requests.* REPLACE (coalesce(requests.model, calls.model) AS model)
    FROM requests
    LEFT JOIN calls ON calls.line_no = requests.line_no AND calls.span_id = requests.parent_id
    LEFT JOIN attempts ON attempts.line_no = requests.line_no AND attempts.parent_id = requests.span_id
    WHERE is_http OR attempts.line_no IS NULL
),
objects AS MATERIALIZED (
    SELECT
        line_no, byte_offset, moment, line,
        '{' || concat_ws(
            ',',
            -- Without the braces.
            trim(json_object(
                'otlp.ts', coalesce(ts, access.time), 'otlp.ended', ended, 'otlp.trace', trace_id, 'otlp.span', span_id,
                'otlp.state', CASE WHEN is_error THEN 'error' END,
                'otlp.message', coalesce(
                    otlp_attribute(exception, 'exception.message'), otlp_attribute(attributes, 'exception.message'),
                    nullif(said, ''), otlp_attribute(attributes, 'error.message')
                ),
                'otlp.code', CASE WHEN regexp_full_match(otlp_attribute(attributes, 'error.type'), '\w+\.\d+') THEN otlp_attribute(attributes, 'error.type') END,
                'otlp.model', model,
                'otlp.request', access.request,
                'otlp.status', access.status,
                'otlp.client', access.client,
                'otlp.agent', unescaped(access.agent),
                'otlp.answer', CASE WHEN contains(access.rest, '{') THEN regexp_extract(unescaped(access.rest), '(?:data: ?)?\{.*\}') END,
                'otlp.body', CASE WHEN coalesce(access.status, '') = '' THEN body END,
                'otlp.end', 0
            )::VARCHAR, '{}'),
            nullif(otlp_scalars(attributes), ''),
            nullif(otlp_objects(attributes), '')
        ) || '}' AS record
    FROM counted
)
SELECT line_no, byte_offset, moment, line, record FROM objects
UNION ALL
SELECT line_no, byte_offset, moment, line, CASE WHEN json_valid(line) THEN NULL ELSE line END AS record
FROM exported
WHERE line_no NOT IN (SELECT line_no FROM objects)
