-- The pairs of each line as the text of a JSON object; NULL where a quoted value never ends. Lines with
-- escapes or signs that JSON forbids are put together pair by pair, the others in one sweep.
SELECT
    line_no,
    byte_offset,
    moment,
    line,
    CASE
        WHEN regexp_matches(written, '":"(?:-|nil|<nil>|null)?"[,}]') THEN
            regexp_replace(written, '":"(?:-|nil|<nil>|null)?"', '":null', 'g')
        ELSE written
    END AS pairs
FROM (
    SELECT
        line_no,
        byte_offset,
        moment,
        line,
        CASE
            WHEN NOT contains(told, '=') THEN '{}'
            WHEN contains(told, '="') AND NOT regexp_full_match(told, '(?s)(?:[^"\\]|\\.|"(?:[^"\\]|\\.)*")*') THEN NULL
            WHEN regexp_matches(told, '[\x00-\x1f\\]') THEN
                '{' || array_to_string(
                    list_transform(
                        list_transform(
                            regexp_extract_all(' ' || told, '(?s)\s([^\s="]+=(?:"(?:[^"\\]|\\.)*"|[^\s"]*))', 1),
                            lambda pair: struct_pack(
                                name := regexp_extract(pair, '^[^=]*', 0),
                                bare := regexp_replace(regexp_extract(pair, '(?s)^[^=]*=(.*)$', 1), '(?s)^"(.*)"$', '\1'),
                                quoted := CASE
                                    WHEN regexp_matches(pair, '^[^=]*="') THEN
                                        replace(
                                            replace(
                                                replace(
                                                    regexp_replace(
                                                        regexp_extract(pair, '(?s)^[^=]*=(.*)$', 1), '\\x([0-9A-Fa-f]{2})', '\\u00\1', 'g'
                                                    ),
                                                    chr(9), '\t'
                                                ),
                                                '\a', ''
                                            ),
                                            '\''', ''''
                                        )
                                END
                            )
                        ),
                        lambda pair: to_json(pair.name) || ':'
                        || CASE WHEN coalesce(json_valid(pair.quoted), FALSE) THEN pair.quoted ELSE to_json(pair.bare)::VARCHAR END
                    ),
                    ','
                ) || '}'
            ELSE
                '{' || rtrim(regexp_replace(told, '\s*(?:([^\s="]+)=(?:"([^"]*)"|([^\s"]*))|\S+)\s*', '"\1":"\2\3",', 'g'), ',') || '}'
        END AS written
    FROM (
        SELECT
            *,
            -- Rails quotes an error's text with single quotes.
            CASE
                WHEN contains(line, '=''') THEN regexp_replace(line, '=''([^''"\\]*)''(\s|$)', '="\1"\2', 'g')
                ELSE line
            END AS told
        FROM lines
    )
)
