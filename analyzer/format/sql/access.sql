-- Access logs, cut at their quotes: what stands before the request, the request, the status after it,
-- and, where the log has them, referer, agent and trailing fields. Escaped quotes are hidden from the cut.
SELECT
    line_no,
    byte_offset,
    moment,
    line,
    CASE
        WHEN status IS NOT NULL AND ts IS NOT NULL THEN NULL
        WHEN regexp_matches(line, '\[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d') AND NOT contains(line, '[error]') THEN 'unreadable_line'
        -- Bytes that are no text reach us as control characters or, where they are no UTF-8, as \xHH.
        WHEN regexp_matches(line, '[\x00-\x08\x0e-\x1a\x1c-\x1f\x{FFFD}]|^\\x[89a-f][0-9a-f]') THEN 'unreadable_line'
    END AS damage,
    ts,
    NULL::VARCHAR AS request_id,
    NULL::VARCHAR AS operation_id,
    NULL::INTEGER AS attempt,
    NULL::VARCHAR AS task_id,
    NULL::VARCHAR AS span_id,
    NULL::VARCHAR AS request,
    CASE WHEN is_request AND ts IS NOT NULL THEN left(request, gap - 1) END AS method,
    CASE
        WHEN NOT is_request OR ts IS NULL THEN NULL
        WHEN contains(request, '\') THEN unescaped(regexp_replace(request, '^\S+ (.*?)( HTTP/\S+)?$', '\1'))
        WHEN suffix(request, ' HTTP/1.1') AND NOT contains(substr(request, gap + 1, length(request) - gap - 9), ' ')
            THEN substr(request, gap + 1, length(request) - gap - 9)
        ELSE split_part(request, ' ', 2)
    END AS path,
    NULL::VARCHAR AS model,
    as_address(address_behind(address)) AS client,
    unescaped(agent) AS client_agent,
    NULL::VARCHAR AS api_key,
    CASE WHEN ts IS NOT NULL THEN status END AS status,
    CASE
        WHEN contains(behind, '.') THEN
            coalesce(
                try_cast(trim(behind) AS DOUBLE) * 1000,
                try_cast(nullif(regexp_extract(behind, '(?:^|[\s,;|])(?:request_time|req_time|rt)[=:] ?(\d+\.\d+)(?:[\s,;|"]|$)', 1), '') AS DOUBLE) * 1000,
                longest_time(behind) * 1000,
                as_milliseconds(regexp_extract(behind, '(?:^|[ =])(\d+\.\d+)(?:[ ,"]|$)', 1), 's')
            )
    END AS duration_ms,
    NULL::VARCHAR AS error,
    CASE
        WHEN rest IS NOT NULL AND NOT contains(rest, '{') AND contains(rest, '.') AND NOT regexp_full_match(rest, '[\d\s.,"=a-z-]*')
            THEN nullif(regexp_extract(unescaped(rest), '(?:^|[\s"=])((?:[A-Za-z]\w*\.)+\d+(?:\.\d+)?)(?:["\s]|$)', 1), '')
    END AS error_code,
    NULL::VARCHAR AS error_message,
    NULL::VARCHAR AS flat_code,
    CASE
        -- A body that is not escaped: its own escapes were hidden from the cut.
        WHEN contains(rest, '{') AND regexp_matches(rest, '\{\s*"') THEN
            replace(replace(regexp_extract(rest, '(?:data: ?)?\{\s*".*\}'), '\x22', '\"'), '\x5C', '\\')
        WHEN contains(rest, '{') OR (status >= 400 AND contains(rest, 'rror')) THEN
            unescaped(
                CASE
                    WHEN contains(split_part(rest, '"', 2), '{') THEN split_part(rest, '"', 2)
                    WHEN contains(rest, '\') THEN regexp_extract(rest, '"([^"]*(?:\{|rror)[^"]*)"', 1)
                    ELSE regexp_extract(rest, '"?((?:data: ?|event:)?[^"{]*\{.*\}|[^"]*rror[^"]*)"?', 1)
                END
            )
    END AS body,
    NULL::VARCHAR AS state,
    NULL::VARCHAR AS text,
    NULL::VARCHAR AS told_time
FROM (
    SELECT
        line_no,
        byte_offset,
        moment,
        line,
        CASE
            -- The usual head: an address and no name told by the client's machine.
            WHEN substr(lead, space, 3) = ' - ' THEN left(lead, space - 1)
            -- A second address among the leading fields: the first is the virtual host's name.
            WHEN NOT contains(left(lead, space), ',')
                AND regexp_matches(lead, '^\S+ (?:\d+\.\d+\.\d+\.\d+(?::\d+)?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)(?: |$)')
                THEN split_part(lead, ' ', 2)
            ELSE split_part(lead, ' ', 1)
        END AS address,
        request,
        gap,
        agent,
        behind,
        CASE WHEN has_time THEN rest END AS rest,
        coalesce(gap > 0 AND request >= 'A' AND request < '[' AND has_time, FALSE) AS is_request,
        -- The time stands right before the request, or this is another program's line.
        CASE
            WHEN has_time THEN
                coalesce(
                    try_strptime(left(right(lead, 28), 26), '%d/%b/%Y:%H:%M:%S %z'),
                    as_moment(split_part(split_part(lead, '[', 2), ']', 1))
                )
        END AS ts,
        CASE
            WHEN substr(answer, 5, 1) = ' ' AND try_cast(substr(answer, 2, 3) AS SMALLINT) >= 100 THEN try_cast(substr(answer, 2, 3) AS SMALLINT)
            ELSE as_status(split_part(answer, ' ', 2))
        END AS status
    FROM (
        SELECT
            line_no,
            byte_offset,
            moment,
            line,
            pieces[1] AS lead,
            instr(pieces[1], ' ') AS space,
            -- An address stands before the time: a line that begins with its time is another format's.
            -- (One in brackets, of a virtual host and its port, may begin it.)
            suffix(pieces[1], '] ')
            AND CASE WHEN starts_with(pieces[1], '[') THEN regexp_matches(pieces[1], '^\[[0-9A-Fa-f:.]+\]:\d+ \S+ ') ELSE contains(pieces[1], '[') END AS has_time,
            pieces[2] AS request,
            instr(pieces[2], ' ') AS gap,
            pieces[3] AS answer,
            pieces[6] AS agent,
            -- What is not quoted behind the agent, or behind the first quoted field after it.
            CASE WHEN pieces[7] = ' ' THEN pieces[9] ELSE pieces[7] END AS behind,
            CASE
                WHEN len(pieces) < 7 THEN NULL
                WHEN NOT starts_with(pieces[3], ' 2') OR contains(line, '{') THEN array_to_string(pieces[7:], '"')
            END AS rest
        FROM (
            SELECT
                line_no,
                byte_offset,
                moment,
                line,
                string_split(
                    CASE
                        WHEN contains(line, '\"') THEN replace(replace(whole, '\\', '\x5C'), '\"', '\x22')
                        ELSE whole
                    END,
                    '"'
                ) AS pieces
            FROM (
                SELECT
                    *,
                    -- A user's name in quotes, or none between them, is no request.
                    CASE
                        WHEN instr(line, '"') < instr(line, '[') AND NOT starts_with(line, '{')
                            THEN regexp_replace(line, '^([^"\[]+ )"(?:[^"\\]|\\.)*" \[', '\1- [')
                        ELSE line
                    END AS whole
                FROM lines
            )
        )
    )
)
