-- From a suspect's fields to an event: what failed, and the error's code and text. Reads the relation
-- `seen`; see fields.sql for its columns.
WITH suspects AS (
    SELECT * REPLACE (real_error(error) AS error, real_error(error_message) AS error_message) FROM seen WHERE is_suspect
),
-- The error's own fields, the body that may tell one, and its fields; the body's error and its fields.
-- Whatever is chosen is chosen as a text: a struct that passes through a CASE is copied field by field.
bodies AS (
    SELECT
        *,
        error_fields(CASE WHEN is_object(error) THEN error END) AS own,
        CASE WHEN is_object(body) THEN failed_task(body) WHEN is_stream(body) THEN error_event(body) END AS told_body
    FROM suspects
),
opened AS (
    SELECT *, error_fields(told_body) AS body_fields FROM bodies
),
causes AS (
    SELECT
        *,
        body_fields IS NOT NULL AS has_body,
        CASE WHEN is_object(real_error(body_fields.error)) THEN body_fields.error END AS body_error_text,
        error_fields(CASE WHEN is_object(real_error(body_fields.error)) THEN body_fields.error END) AS body_error,
        coalesce(
            real_code(own.code), real_code(own.error_code), real_code(error_code),
            CASE WHEN status >= 400 OR is_failed_state(state) OR regexp_full_match(flat_code, '\w+\.\d+') THEN real_code(flat_code) END
        ) AS own_code,
        coalesce(
            CASE
                WHEN lower(own.code) <> lower(real_code(error_code))
                    THEN json_object('error', error::JSON, 'error_code', error_code, 'error_msg', error_message)::VARCHAR
            END,
            present(own.message), present(own.error_msg), present(own.msg), present(own.detail),
            CASE WHEN error IS NOT NULL AND NOT is_object(error) THEN error END,
            CASE
                WHEN (error_code IS NULL OR real_code(error_code) IS NOT NULL) AND lower(error_message) NOT IN ('ok', 'success', 'success.', 'succeeded', 'none', '成功', '请求成功', '操作成功')
                    THEN error_message
            END,
            CASE WHEN is_object(error) THEN error END
        ) AS own_message
    FROM opened
),
-- Which of the places in the body tells the cause.
body_places AS (
    SELECT
        *,
        CASE
            WHEN says_fine(body_error.code) AND coalesce(status < 400, TRUE) THEN NULL
            WHEN NOT has_body THEN
                CASE WHEN (status >= 400 OR is_exception(body)) AND NOT is_stream(body) THEN 'text' END
            WHEN body_error_text IS NOT NULL AND body_error IS NOT NULL THEN 'object'
            WHEN real_error(body_fields.error) IS NOT NULL THEN 'error'
            WHEN real_code(body_fields.error_code) IS NOT NULL
                OR (body_fields.error_code IS NULL AND real_error(body_fields.error_msg) IS NOT NULL) THEN 'flat'
            WHEN status >= 400 OR is_failed_state(coalesce(body_fields.task_status, body_fields.state, body_fields.status)) THEN 'state'
        END AS body_place
    FROM causes
),
body_causes AS (
    SELECT
        *,
        CASE body_place
            WHEN 'object' THEN coalesce(real_code(body_error.code), real_code(body_error.error_code), real_code(body_fields.error_code))
            WHEN 'error' THEN coalesce(real_code(body_fields.error_code), real_code(body_fields.code))
            WHEN 'flat' THEN real_code(body_fields.error_code)
            WHEN 'state' THEN real_code(body_fields.code)
        END AS inner_code,
        CASE body_place
            WHEN 'text' THEN present(body)
            WHEN 'object' THEN
                CASE
                    WHEN lower(body_error.code) <> lower(real_code(body_fields.error_code)) THEN told_body
                    ELSE coalesce(
                        present(body_error.message), present(body_error.error_msg), present(body_error.msg),
                        present(body_error.detail), present(body_fields.error_msg), told_body
                    )
                END
            WHEN 'error' THEN body_fields.error
            WHEN 'flat' THEN coalesce(present(body_fields.error_msg), present(body_fields.error_message), present(body_fields.message))
            WHEN 'state' THEN
                coalesce(
                    present(body_fields.message), present(body_fields.msg), present(body_fields.error_message),
                    present(body_fields.detail), present(body_fields.fail_reason), present(body_fields.reason),
                    present(body_fields.task_status_msg), told_body
                )
        END AS inner_message
    FROM body_places
),
decided AS (
    SELECT
        *,
        own_code IS NOT NULL OR (own_message IS NOT NULL AND NOT says_fine(own.code)) AS has_own,
        inner_code IS NOT NULL OR inner_message IS NOT NULL AS has_inner,
        status IS NULL AND is_exception(text) AS is_raised
    FROM body_causes
),
judged AS (
    SELECT
        *,
        coalesce(status >= 400 OR status <= 0, FALSE)
            OR coalesce(is_failed_state(state), FALSE)
            OR coalesce(has_inner, FALSE)
            OR coalesce(is_raised, FALSE)
            OR (
                coalesce(has_own, FALSE)
                AND (
                    own_code IS NOT NULL OR is_object(error) OR is_exception(error)
                    OR status IS NOT NULL OR path IS NOT NULL OR method IS NOT NULL OR model IS NOT NULL
                )
            ) AS failed
    FROM decided
),
outcomes AS (
    SELECT
        *,
        CASE
            WHEN damage IS NOT NULL THEN 'reject'
            WHEN status IS NOT NULL OR failed THEN 'event'
            WHEN (path IS NOT NULL OR model IS NOT NULL)
                AND (duration_ms IS NOT NULL OR request_id IS NOT NULL OR method IS NOT NULL)
                AND NOT (duration_ms IS NULL AND coalesce(is_beginning(text), FALSE)) THEN 'event'
            ELSE 'reject'
        END AS outcome
    FROM judged
)
SELECT
    line_no,
    byte_offset,
    outcome,
    CASE WHEN outcome = 'reject' THEN coalesce(damage, 'not_a_request') END AS reason,
    CASE WHEN damage <> 'not_a_request' OR (outcome = 'event' AND (failed OR ts IS NULL)) THEN line END AS line,
    ts,
    request_id,
    operation_id,
    attempt,
    task_id,
    span_id,
    method,
    path,
    model,
    client,
    client_agent,
    api_key,
    coalesce(status, CASE WHEN is_raised THEN as_status(nullif(regexp_extract(text, 'Error code: (\d{3})', 1), '')) END)::SMALLINT AS status,
    duration_ms,
    CASE WHEN outcome = 'event' THEN failed END AS failed,
    CASE
        WHEN NOT failed THEN NULL
        WHEN NOT coalesce(has_inner, FALSE) THEN own_code
        ELSE coalesce(own_code, inner_code)
    END AS error_code,
    CASE
        WHEN NOT failed THEN NULL
        WHEN coalesce(has_inner, FALSE) THEN
            CASE
                WHEN inner_code IS NULL THEN coalesce(own_message, inner_message)
                WHEN own_code IS NULL OR lower(own_code) = lower(inner_code) THEN coalesce(inner_message, own_message)
                ELSE told_body
            END
        ELSE coalesce(own_message, present(text))
    END AS error_message,
    TRUE AS record_start,
    NULL::VARCHAR AS opener_key,
    NULL::BIGINT AS completes_line,
    NULL::BOOLEAN AS unclaimed,
    CASE WHEN mistimed::BOOLEAN THEN TRUE END AS mistimed
FROM outcomes
