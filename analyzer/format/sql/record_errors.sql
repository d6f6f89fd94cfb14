-- Second part: the failures. The error that decides a record is the last that tells a status or a body,
-- else the last. A body that is JSON is read, and a Python literal without other escapes than \n, \t, \r and
-- \' (it becomes JSON, text by text); where its codes contradict each other, or it is neither, the whole
-- text stays and the code is NULL.
chosen AS (
    SELECT
        record,
        arg_max(
            struct_pack(line_no := line_no, line := text, text := sign.text, status := status),
            (status IS NOT NULL OR contains(sign.text, '{'))::BIGINT * 4503599627370496 + line_no
        ) AS error
    FROM (
        SELECT *, CASE WHEN found BETWEEN 100 AND 599 THEN found END AS status
        FROM (SELECT record, line_no, text, sign, try_cast($status AS SMALLINT) AS found FROM rows WHERE sign IS NOT NULL)
    )
    GROUP BY record
),
bodies AS (
    SELECT
        record,
        error,
        CASE
            WHEN body = '' THEN NULL
            WHEN regexp_matches(body, '^\{\s*"') AND NOT contains(body, '''') THEN error_fields(body)
            WHEN contains(regexp_replace(body, '\\[ntr'']', '', 'g'), '\') THEN error_fields(body)
            ELSE coalesce(
                error_fields(
                    array_to_string(
                        list_transform(
                            regexp_extract_all(body, '''(?:[^''\\]|\\.)*''|"(?:[^"\\]|\\.)*"|[^''"]+|.', 0),
                            lambda piece: CASE piece[1]
                                WHEN '''' THEN '"' || replace(replace(substr(piece, 2, length(piece) - 2), '\''', ''''), '"', '\"') || '"'
                                WHEN '"' THEN replace(piece, '\''', '''')
                                ELSE replace(replace(replace(piece, 'None', 'null'), 'True', 'true'), 'False', 'false')
                            END
                        ),
                        ''
                    )
                ),
                error_fields(body)
            )
        END AS fields
    FROM (SELECT *, regexp_extract(error.text, '(\{.*\})', 1) AS body FROM chosen)
),
causes AS (
    SELECT
        record,
        error,
        coalesce(real_code(own.code), real_code(own.error_code), real_code(fields.error_code), real_code(fields.code)) AS code,
        coalesce(
            own.message, own.error_msg, own.msg, own.detail,
            CASE WHEN NOT is_object(fields.error) THEN real_error(fields.error) END,
            fields.error_msg, fields.message, fields.msg, fields.detail
        ) AS message,
        coalesce(lower(real_code(own.code)) <> lower(real_code(fields.error_code)), FALSE) AS contradicts
    FROM (SELECT *, CASE WHEN is_object(fields.error) THEN error_fields(fields.error) END AS own FROM bodies)
),
failures AS MATERIALIZED (
    SELECT
        rows.line_no,
        is_attempt,
        CASE WHEN is_attempt THEN request.status::SMALLINT ELSE error.status END AS status,
        CASE WHEN kind = 'preface' THEN rows.line_no ELSE header_line END AS key_line,
        CASE WHEN error.line_no <> rows.line_no THEN text || chr(10) || error.line ELSE text END AS line,
        CASE WHEN NOT is_attempt AND message IS NOT NULL AND NOT contradicts THEN code END AS error_code,
        CASE WHEN is_attempt THEN NULL WHEN message IS NOT NULL AND NOT contradicts THEN message ELSE error.text END AS error_message
    FROM rows LEFT JOIN causes ON rows.line_no = causes.record
    WHERE starts AND (CASE WHEN is_attempt THEN request.status >= '400' ELSE causes.record IS NOT NULL AND NOT is_handled END)
),
keyed AS MATERIALIZED (
    SELECT failures.*, $key AS key
    FROM failures LEFT JOIN (SELECT line_no AS head_line, left(text, 160) AS head FROM seen) ON key_line = head_line
),
