-- What ingestion computes once, so that reports need not for each row.

-- The path without its query, its identifiers written as {id}: numbers, UUIDs and long hexadecimal
-- words, words with a number behind a hyphen or underscore, and tokens of 20 signs and more. A
-- version (`v1`) stays. Slashes are doubled for the search, lest neighbouring segments share one.
CREATE OR REPLACE TEMP MACRO endpoint_of_path(x) AS
    CASE
        WHEN regexp_matches(x, '[^/v]\d|v\d[^/]*[^/.\d]|/\d|[%:]|[^/]{20}') THEN
            replace(
                rtrim(
                    regexp_replace(
                        replace(x, '/', '//') || '/',
                        '/(?:\d+|[0-9a-fA-F]{8}[0-9a-fA-F-]{4,}|[A-Za-z]+[_-][0-9A-Za-z_-]*\d[0-9A-Za-z_-]*|[0-9A-Za-z_-]{20,}|[^/]*[%:][^/]*)/',
                        '/{id}/',
                        'g'
                    ),
                    '/'
                ),
                '//',
                '/'
            )
        ELSE x
    END;

CREATE OR REPLACE TEMP MACRO path_without_query(x) AS
    CASE WHEN contains(x, '?') OR contains(x, '#') THEN regexp_extract(x, '^[^?#]*') ELSE x END;

-- Which of the two published interfaces a path belongs to; NULL where the path does not tell.
CREATE OR REPLACE TEMP MACRO api_of(x) AS
    CASE
        WHEN x IS NULL THEN NULL
        WHEN contains(x, '/maas/') OR contains(x, 'custom-endpoint') OR contains(x, 'statistics') THEN 'general'
        WHEN contains(x, '/chat/') OR contains(x, '/video') OR contains(x, '/images') OR contains(x, '/completions')
            OR contains(x, '/embeddings') OR contains(x, '/models') OR contains(x, '/rerank') OR contains(x, '/audio')
            OR contains(x, '/responses') OR contains(x, '/messages') THEN 'model'
    END;

-- A label of a key stays as it is; a key becomes `key-` and a hash that only the holder of the hash
-- key can repeat.
CREATE OR REPLACE TEMP MACRO key_label(x) AS
    CASE
        WHEN x IS NULL THEN NULL
        WHEN length(x) < 16 AND NOT regexp_matches(x, '(?i)^(?:bearer |basic |[sap]k-)') THEN x
        WHEN regexp_matches(x, '(?i)^(?:bearer |basic |[sap]k-)|[0-9A-Za-z+/_=]{16,}|\d[0-9A-Za-z+/_=-]{15,}') THEN
            'key-' || left(
                sha256(
                    getvariable('hash_key')
                    || sha256(getvariable('hash_key') || regexp_replace(trim(x), '(?i)^(?:bearer|basic) +', ''))
                ),
                12
            )
        ELSE x
    END;
