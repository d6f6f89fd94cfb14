-- What every format shares: times, durations and error bodies. A time without a zone is read in the
-- session's TimeZone.

-- A whole number of seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by its
-- digits; a fraction is kept.
CREATE OR REPLACE TEMP MACRO epoch_moment(x) AS
    CASE
        WHEN length(split_part(x, '.', 1)) <= 11 THEN make_timestamptz((try_cast(x AS DECIMAL(28, 9)) * 1000000)::BIGINT)
        WHEN length(split_part(x, '.', 1)) <= 14 THEN make_timestamptz((try_cast(x AS DECIMAL(28, 9)) * 1000)::BIGINT)
        WHEN length(split_part(x, '.', 1)) <= 17 THEN make_timestamptz(try_cast(x AS DECIMAL(28, 9))::BIGINT)
        ELSE make_timestamptz((try_cast(x AS HUGEINT) // 1000)::BIGINT)
    END;

-- A leap second is kept as the second before it, one second later. Of a date such as `03/11/2026` the first
-- number is the month, or the day where the variable `day_first` says so.
CREATE OR REPLACE TEMP MACRO odd_moment(x) AS
    CASE
        -- Whole seconds, milliseconds and microseconds, the quick way.
        WHEN strlen(x) IN (10, 13, 16) AND x >= '0' AND try_cast(x AS BIGINT)::VARCHAR = x THEN
            make_timestamptz(try_cast(x AS BIGINT) * CASE strlen(x) WHEN 10 THEN 1000000 WHEN 13 THEN 1000 ELSE 1 END)
        WHEN regexp_full_match(x, '\d{9,19}(\.\d+)?') THEN try(epoch_moment(x))
        WHEN regexp_full_match(x, '\d(\.\d+)?[eE]\+?\d+') THEN try(make_timestamptz((try_cast(x AS DOUBLE) * 1000000)::BIGINT))
        WHEN x[3] = '/' AND x[7] = '/' AND x[19:20] <> '60' THEN
            coalesce(
                try_strptime(x, ['%d/%b/%Y:%H:%M:%S %z', '%d/%b/%Y:%H:%M:%S.%f %z']),
                try_strptime(x, ['%d/%b/%Y:%H:%M:%S', '%d/%b/%Y:%H:%M:%S.%f', '%d/%b/%Y %H:%M:%S'])::TIMESTAMPTZ
            )
        WHEN x[3] = '/' AND x[7] = '/' THEN
            try_strptime(regexp_replace(x, ':60( |$)', ':59\1'), ['%d/%b/%Y:%H:%M:%S %z', '%d/%b/%Y:%H:%M:%S']) + INTERVAL 1 SECOND
        WHEN regexp_matches(x, ':\d\d:60') THEN
            try_cast(replace(regexp_replace(x, '(:\d\d):60', '\1:59'), ',', '.') AS TIMESTAMPTZ) + INTERVAL 1 SECOND
        WHEN regexp_matches(x, '^\d{4}.*(?:\d,\d|\d +[+-]\d)') THEN
            try_cast(regexp_replace(replace(x, ',', '.'), ' +([+-]\d)', '\1') AS TIMESTAMPTZ)
        WHEN regexp_full_match(x, '\d{8}T\d{6}.*') THEN
            try_cast(regexp_replace(x, '^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)', '\1-\2-\3T\4:\5:\6') AS TIMESTAMPTZ)
        ELSE
            coalesce(
                try_cast(regexp_replace(replace(x, ' - ', ' '), '\[[\w/+-]+\]$', '') AS TIMESTAMPTZ),
                try_strptime(replace(replace(x, ' GMT', ' +0000'), ' UTC', ' +0000'), ['%a, %d %b %Y %H:%M:%S %z', '%d %b %Y %H:%M:%S %z', '%a %b %d %H:%M:%S %z %Y']),
                try_strptime(
                    x,
                    [
                        '%a %b %d %H:%M:%S %Y', '%b %d %Y %H:%M:%S', '%d %b %Y %H:%M:%S', '%d %b %Y %H:%M:%S.%f',
                        '%Y%m%d %H:%M:%S', '%d.%m.%Y %H:%M:%S', '%b %d, %Y @ %H:%M:%S.%f'
                    ]
                )::TIMESTAMPTZ,
                try_strptime(
                    CASE WHEN getvariable('day_first') IS TRUE THEN regexp_replace(x, '^(\d\d?)/(\d\d?)/', '\2/\1/') ELSE x END,
                    ['%m/%d/%Y %H:%M:%S', '%m/%d/%Y %H:%M:%S.%f', '%m/%d/%Y, %H:%M:%S', '%m/%d/%Y %I:%M:%S %p', '%m/%d/%Y, %I:%M:%S %p', '%m/%d/%Y, %I:%M:%S.%f %p', '%m/%d/%Y %I:%M:%S.%f %p']
                )::TIMESTAMPTZ
            )
    END;

-- The usual ways to write a time are tried first, each by itself.
CREATE OR REPLACE TEMP MACRO as_moment(x) AS
    CASE
        WHEN x IS NULL THEN NULL
        -- CST is China's time where the log's zone is one of China's, else that of Chicago.
        WHEN contains(x, ' CST') AND current_setting('TimeZone') IN (
            'Asia/Shanghai', 'Asia/Chongqing', 'Asia/Chungking', 'Asia/Harbin', 'Asia/Taipei', 'Asia/Macau',
            'Asia/Macao', 'Asia/Hong_Kong', 'Asia/Urumqi', 'PRC', 'ROC', 'Hongkong'
        ) THEN coalesce(try_cast(replace(x, ' CST', '') AS TIMESTAMPTZ), odd_moment(replace(x, ' CST', '')))
        WHEN contains(x, ' CST') AND NOT x[1] BETWEEN '0' AND '9' THEN odd_moment(replace(x, ' CST', ' -0600'))
        WHEN x LIKE '[%]' THEN coalesce(try_strptime(x, '[%d/%b/%Y:%H:%M:%S %z]'), odd_moment(x[2:-2]))
        ELSE coalesce(
            CASE
                WHEN x LIKE '____-%' THEN try_cast(x AS TIMESTAMPTZ)
                WHEN x LIKE '__/%' THEN try_strptime(x, '%d/%b/%Y:%H:%M:%S %z')
                WHEN x LIKE '____/%' THEN try_cast(replace(x, ' - ', ' ') AS TIMESTAMPTZ)
            END,
            odd_moment(x)
        )
    END;

-- Text such as `0.532`, `12ms`, `1.5s`, `2m3.5s` in milliseconds; a bare number is in `unit` (s, ms, us, ns, or `s or ms`: seconds
-- where it has a fraction).
-- Nanoseconds are whole: where a fraction stands for them it is one of seconds.
CREATE OR REPLACE TEMP MACRO as_milliseconds(x, unit) AS
    CASE
        WHEN x IS NULL THEN NULL
        ELSE coalesce(
            try_cast(x AS DOUBLE) * CASE unit WHEN 's' THEN 1000.0 WHEN 's or ms' THEN CASE WHEN contains(x, '.') THEN 1000.0 ELSE 1.0 END WHEN 'us' THEN 0.001 WHEN 'ns' THEN CASE WHEN contains(x, '.') THEN 1000.0 ELSE 0.000001 END ELSE 1.0 END,
            CASE
                WHEN suffix(x, 'ms') THEN try_cast(left(x, -2) AS DOUBLE)
                WHEN suffix(x, 'µs') THEN try_cast(left(x, -2) AS DOUBLE) * 0.001
                WHEN suffix(x, 's') THEN try_cast(left(x, -1) AS DOUBLE) * 1000.0
            END,
            CASE
                WHEN regexp_full_match(x, '(\d+h)?(\d+m)?[\d.]+\s*(ns|us|µs|μs|ms|s|sec|seconds)|(\d+h)?\d+m') THEN
                    coalesce(try_cast(regexp_extract(x, '(\d+)h', 1) AS DOUBLE), 0) * 3600000.0
                    + coalesce(try_cast(regexp_extract(x, '(\d+)m(?:[^s]|$)', 1) AS DOUBLE), 0) * 60000.0
                    + coalesce(try_cast(regexp_extract(x, '([\d.]+)\s*(?:ns|us|µs|μs|ms|s|sec|seconds)$', 1) AS DOUBLE), 0)
                    * CASE regexp_extract(x, '(ns|us|µs|μs|ms|s|sec|seconds)$', 1)
                        WHEN 'ns' THEN 0.000001 WHEN 'us' THEN 0.001 WHEN 'µs' THEN 0.001 WHEN 'μs' THEN 0.001
                        WHEN 'ms' THEN 1.0 ELSE 1000.0
                    END
            END
        )
    END;

-- Several numbers such as nginx's `0.100, 0.200 : -` or a balancer's three times, added; one that is
-- negative says that none is known.
CREATE OR REPLACE TEMP MACRO summed(x) AS
    CASE
        WHEN NOT contains(x, ' ') OR NOT regexp_full_match(x, '[-\d.,: ]+') THEN x
        WHEN regexp_matches(x, '-\d') THEN NULL
        ELSE list_sum(list_transform(regexp_extract_all(x, '\d[\d.]*'), lambda one: try_cast(one AS DOUBLE)))::VARCHAR
    END;

-- Codes that say that nothing went wrong.
CREATE OR REPLACE TEMP MACRO real_code(x) AS
    CASE
        WHEN lower(trim(x)) IN ('', '-', '0', '200', 'ok', 'success', 'null', 'none', 'nil', '<nil>', 'undefined') THEN NULL
        -- Alibaba's success.
        WHEN x IN ('00000', '0000', '000000') THEN NULL
        ELSE x
    END;

-- A code beside an error that says that it is none.
CREATE OR REPLACE TEMP MACRO says_fine(x) AS coalesce(lower(trim(x)) IN ('0', '200', 'ok', 'success', '0000', '00000', '000000'), FALSE);

-- What stands in an error's place but says nothing: null, {}, "", false.
-- An object whose values are all of this kind says nothing either.
CREATE OR REPLACE TEMP MACRO real_error(x) AS
    CASE
        WHEN lower(trim(x)) IN ('', '{}', '[]', 'null', 'false', '-', '""', 'nil', '<nil>', 'none', 'undefined') THEN NULL
        WHEN regexp_full_match(x, '\s*\{(?:\s*"[^"\\]*"\s*:\s*(?:null|false|""|0|\{\}|\[\])\s*,?)*\s*\}\s*') THEN NULL
        ELSE x
    END;

-- The fields of a body or of an error object, in every spelling; NULL for what is no JSON. Tested
-- first: one malformed text would have its whole vector tried again row by row. (The choice is made on
-- the text: a struct that passes through a CASE costs ten times what it holds.)
CREATE OR REPLACE TEMP MACRO error_fields(x) AS
    try(from_json(CASE WHEN json_valid(x) THEN x END, '{"error":"VARCHAR","error_code":"VARCHAR","error_msg":"VARCHAR","error_message":"VARCHAR","code":"VARCHAR","message":"VARCHAR","msg":"VARCHAR","detail":"VARCHAR","reason":"VARCHAR","fail_reason":"VARCHAR","status":"VARCHAR","state":"VARCHAR","task_status":"VARCHAR","task_status_msg":"VARCHAR"}'));

-- Comparisons look at the first bytes only; what may begin with white space, which has many signs, is trimmed.
CREATE OR REPLACE TEMP MACRO is_object(x) AS
    CASE WHEN x >= '!' AND x < '~' THEN x >= '{' AND x < '|' ELSE starts_with(ltrim(x), '{') END;

-- The first `data:` event of a stream that holds an error in an error's place; NULL where none does.
CREATE OR REPLACE TEMP MACRO error_event(x) AS
    list_filter(
        list_transform(
            list_filter(
                string_split(CASE WHEN contains(x, chr(10)) THEN x ELSE replace(x, '\n', chr(10)) END, chr(10)),
                lambda event: starts_with(ltrim(event), 'data:') AND contains(event, 'error')
            ),
            lambda event: trim(substr(ltrim(event), 6))
        ),
        lambda event: real_error(error_fields(event).error) IS NOT NULL OR real_code(error_fields(event).error_code) IS NOT NULL
    )[1];

CREATE OR REPLACE TEMP MACRO is_stream(x) AS
    starts_with(ltrim(x), 'data:') OR starts_with(ltrim(x), 'event:') OR starts_with(ltrim(x), 'id:') OR starts_with(ltrim(x), ':');

-- Text of an exception that an SDK raises for a failed request.
CREATE OR REPLACE TEMP MACRO is_exception(x) AS
    regexp_matches(x, '^\s*(?:[\w.]+(?:Error|Exception|Timeout): )?Error code: \d{3}\b|^\s*(?:openai|anthropic|httpx|litellm|requests|aiohttp|huaweicloudsdk\w*)\.[\w.]*(?:Error|Exception|Timeout)\b');

CREATE OR REPLACE TEMP MACRO is_failed_state(x) AS lower(x) IN ('failed', 'failure', 'fail', 'error', 'errored');

-- A body whose task, one level down, has failed: that task; any other body as it is.
CREATE OR REPLACE TEMP MACRO failed_task(x) AS
    CASE
        WHEN NOT contains(x, '"task_status"') OR NOT json_valid(x) THEN x
        WHEN is_failed_state(json_extract_string(x, '$.data.task_status')) THEN json_extract(x, '$.data')::VARCHAR
        WHEN is_failed_state(json_extract_string(x, '$.output.task_status')) THEN json_extract(x, '$.output')::VARCHAR
        ELSE x
    END;

-- An HTTP status out of a number or of text such as `429 Too Many Requests`.
CREATE OR REPLACE TEMP MACRO as_status(x) AS
    CASE
        WHEN try_cast(x AS SMALLINT) BETWEEN 100 AND 999 OR try_cast(x AS SMALLINT) IN (0, -1) THEN try_cast(x AS SMALLINT)
        WHEN regexp_matches(x, '^\s*[1-5]\d\d\b') THEN try_cast(left(ltrim(x), 3) AS SMALLINT)
    END;

-- An address behind what a tool or a person wrote before the line: a time and a tab, `grep`'s name of the file.
CREATE OR REPLACE TEMP MACRO address_behind(x) AS
    CASE
        WHEN contains(x, chr(9)) THEN regexp_extract(x, '[^\t]*$')
        WHEN contains(x, ':') AND NOT contains(x, '::') AND regexp_matches(x, ':\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}$')
            THEN regexp_extract(x, '[^:]*$')
        ELSE x
    END;

-- Of nginx's times behind a line, which all have three decimals, that of the request, which is the longest. Where the
-- first two are nearly alike, the longer one first, they are the request's and the service's: a longer one is the connection's.
CREATE OR REPLACE TEMP MACRO request_time_of(times) AS
    CASE
        WHEN len(times) > 2 AND times[1] >= 0.01 AND times[2] BETWEEN 0.9 * times[1] AND times[1] THEN times[1]
        ELSE list_max(times)
    END;

CREATE OR REPLACE TEMP MACRO longest_time(x) AS
    request_time_of(
        list_transform(
            regexp_extract_all(replace(x, ' ', '  '), '(?:^| |(?:time|rt|uct|uht|urt|latency|duration)=)(\d{1,6}\.\d{3})(?:[ ,"]|$)', 1), lambda one: try_cast(one AS DOUBLE)
        )
    );

-- An address without its port; the first of a list of forwarded addresses.
CREATE OR REPLACE TEMP MACRO as_address(x) AS
    CASE
        WHEN x IN ('', '-') THEN NULL
        WHEN contains(x, ',') OR contains(x, ':') THEN
            regexp_replace(regexp_replace(trim(split_part(x, ',', 1)), '^(\d+\.\d+\.\d+\.\d+):\d+$', '\1'), '^\[(.*)\](:\d+)?$', '\1')
        ELSE x
    END;

-- A path with its query: without scheme and host.
CREATE OR REPLACE TEMP MACRO as_path(x) AS
    CASE
        WHEN x IN ('', '-') THEN NULL
        WHEN x >= '/' AND x < '0' THEN x
        WHEN contains(x, '://') THEN coalesce(nullif(regexp_extract(x, '^\w+://[^/?]*(.*)$', 1), ''), '/')
        ELSE x
    END;

CREATE OR REPLACE TEMP MACRO present(x) AS CASE WHEN x IN ('', '-') THEN NULL ELSE x END;

-- nginx and Apache write bytes as \xHH and escape quotes, backslashes and line ends; undone, then read
-- as UTF-8, by way of percent escapes. What is no UTF-8 afterwards stays as it was written.
CREATE OR REPLACE TEMP MACRO hexadecimal_escapes(x) AS
    replace(replace(replace(replace(replace(x, '\\', '\x5C'), '\"', '\x22'), '\n', '\x0A'), '\t', '\x09'), '\r', '\x0D');

CREATE OR REPLACE TEMP MACRO percent_escapes(x) AS
    CASE
        WHEN regexp_matches(x, '\\x(?:[^0-9A-Fa-f]|.[^0-9A-Fa-f]|.?$)') THEN
            regexp_replace(replace(x, '%', '%25'), '\\x([0-9A-Fa-f]{2})', '%\1', 'g')
        ELSE replace(replace(x, '%', '%25'), '\x', '%')
    END;

CREATE OR REPLACE TEMP MACRO unescaped(x) AS
    CASE
        WHEN NOT contains(x, '\') THEN x
        ELSE coalesce(try(url_decode(percent_escapes(hexadecimal_escapes(x)))), x)
    END;

-- A part of a text in a line that is an object of JSON, without JSON's escapes.
CREATE OR REPLACE TEMP MACRO unescaped_json(line, x) AS
    CASE
        WHEN NOT contains(x, '\') OR line[1] <> '{' THEN x
        ELSE coalesce(json_extract_string(CASE WHEN json_valid('"' || x || '"') THEN '"' || x || '"' END, '$'), x)
    END;

-- An answer's body that was written in base64, as HTTP archives may: an object of JSON begins with `eyJ` then.
CREATE OR REPLACE TEMP MACRO plain_body(x) AS
    CASE
        WHEN starts_with(x, 'eyJ') AND length(x) % 4 = 0 AND regexp_full_match(x, '[A-Za-z0-9+/]+={0,2}')
            THEN coalesce(try(decode(from_base64(x))), x)
        ELSE x
    END;

-- Method and target of a request line such as `POST /v1/chat/completions HTTP/1.1`.
CREATE OR REPLACE TEMP MACRO method_of(x) AS
    CASE WHEN x IS NOT NULL THEN nullif(regexp_extract(x, '^([A-Z]+) ', 1), '') END;

CREATE OR REPLACE TEMP MACRO is_method(x) AS x IN ('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS');

CREATE OR REPLACE TEMP MACRO path_of(x) AS
    CASE
        WHEN x[1] = '/' THEN split_part(x, ' ', 1)
        WHEN x IS NOT NULL THEN nullif(regexp_extract(x, '^[A-Z]+ (\S+)', 1), '')
    END;

-- A line of JSON that is none only for the bytes that a copied and truncated file begins with, or for the
-- \xHH with which nginx and Apache write bytes; those that are no UTF-8 stay as they are written. Half of a pair
-- of surrogates, which is left where a text was cut through a character, is taken out.
CREATE OR REPLACE TEMP MACRO mended(x) AS
    CASE
        WHEN starts_with(x, chr(0)) THEN ltrim(x, chr(0))
        WHEN contains(x, '\x') AND NOT json_valid(x) THEN
            coalesce(try(url_decode(percent_escapes(regexp_replace(x, '\\x([01][0-9A-Fa-f]|22|5[Cc]|7[Ff])', '\\u00\1', 'g')))), replace(x, '\x', '\\x'))
        WHEN (contains(x, '\ud') OR contains(x, '\uD')) AND NOT json_valid(x) THEN
            regexp_replace(x, '(\\u[dD][89abAB][0-9A-Fa-f]{2}\\u[dD][c-fC-F][0-9A-Fa-f]{2})|\\u[dD][89a-fA-F][0-9A-Fa-f]{2}', '\1', 'g')
        ELSE x
    END;

-- Text among lines of JSON that is none itself: no part of an object, and no bytes that are no text.
CREATE OR REPLACE TEMP MACRO is_other_output(x) AS
    NOT regexp_matches(x, '^\s*[{}\[\],"]|":|[{}]\s*$|[\x00-\x08\x0e-\x1a\x1c-\x1f\x{FFFD}]|\\x[89a-f][0-9a-f]');

-- The first value of a JSON list; another text as it is.
CREATE OR REPLACE TEMP MACRO first_value_of(x) AS
    CASE WHEN x[1] = '[' AND json_valid(x) THEN json_extract_string(x, '$[0]') ELSE x END;

-- What a logger says when a request comes in; its answer has a line of its own.
CREATE OR REPLACE TEMP MACRO is_beginning(x) AS
    regexp_matches(x, '(?i)^(?:incoming|received?|starting|started|begin|handling|processing|new|http)?[ _.:-]*request[ _.-]?(?:start(?:ed|ing)?|begin|began|begun|received|incoming|in)?$|^request[ _.-](?:start|received|incoming|begin)');

-- Milliseconds from one time to another, where both are told to the millisecond.
CREATE OR REPLACE TEMP MACRO time_between(a, b) AS
    CASE
        WHEN regexp_matches(a, '\d{13}|[.,]\d') AND regexp_matches(b, '\d{13}|[.,]\d')
            THEN (epoch_us(as_moment(b)) - epoch_us(as_moment(a))) / 1000.0
    END;
