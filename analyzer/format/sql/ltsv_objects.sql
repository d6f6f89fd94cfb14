-- The fields of each line of LTSV as the text of a JSON object: labels before colons, tabs between fields; `-`
-- and nothing are none. A field without a label makes it no JSON, and the line a damaged one.
SELECT
    line_no,
    byte_offset,
    moment,
    line,
    CASE
        WHEN NOT regexp_matches(line, '^[\w.-]+:[^\t]*\t+[\w.-]+:') THEN '{}'
        ELSE
            regexp_replace(
                '{"' || replace(
                    regexp_replace(replace(replace(told, '\', '\\'), '"', '\"'), '(^|\t)([\w.-]+):', '\1\2":"', 'g'),
                    chr(9),
                    '","'
                ) || '"}',
                '":"-?"',
                '":null',
                'g'
            )
    END AS pairs
FROM (
    SELECT
        *,
        -- Signs that JSON forbids, and fields of nothing at all.
        CASE
            WHEN regexp_matches(line, '[\x00-\x08\x0a-\x1f]|\t(?:\t|$)') THEN
                rtrim(regexp_replace(regexp_replace(line, '[\x00-\x08\x0a-\x1f]', ' ', 'g'), '\t+', chr(9), 'g'), chr(9))
            ELSE line
        END AS told
    FROM lines
)
