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

-- The first 12 digits of a hash that only the holder of the hash key can repeat.
CREATE OR REPLACE TEMP MACRO keyed_hash(x) AS
    left(sha256(getvariable('hash_key') || sha256(getvariable('hash_key') || x)), 12);

-- A value that can be counted and compared without being known, such as `client-3f2a90c1b7de`.
CREATE OR REPLACE TEMP MACRO value_label(name, x) AS CASE WHEN x IS NOT NULL THEN name || '-' || keyed_hash(x) END;

-- A key without what may stand around it: quotes, white space, a header's name, a scheme.
CREATE OR REPLACE TEMP MACRO bare_key(x) AS
    regexp_replace(
        regexp_replace(
            x,
            '(?i)^(?:[\s"''`]|\\+["'']|\\+x2[27]|\\+u002[27]|%2[027]|[a-z_-]{0,20}(?:authorization|api[_-]?key|auth[_-]token|subject-token)["'']?\s*[:=]|(?:bearer|basic|token|api-?key|key|digest)(?:\s|\+|%20)+)+',
            ''
        ),
        '(?i)(?:[\s"''`,;\\]|\\x2[27]|\\u002[27]|%2[027])+$',
        ''
    );

-- Whether it is a key and no label: it came with a scheme, holds signs that a label does not, begins like
-- a key, or has a long unbroken run of signs, or a short one that mixes letters and digits.
CREATE OR REPLACE TEMP MACRO is_key(x, bare) AS
    NOT regexp_full_match(bare, '(?:key-(?:\d{1,6}|[0-9a-f]{12})|\[masked\]|\W*)')
    AND (
        regexp_matches(x, '(?i)^[\s"''\\]*(?:[a-z-]{0,20}authorization["'']?\s*[:=]["''\s]*)?(?:bearer|basic|token|api-?key|digest)(?:\s|\+|%20)')
        OR regexp_matches(bare, '[@=&?％＠：＝%]|://')
        OR regexp_matches(
            bare,
            '(?i)^[sapr]k[-_]|[0-9a-z+/_=]{16,}|\d[0-9a-z+/_=-]{15,}|[0-9a-f-]{32,}|^(?:AIza|gh[pousr]_|hf_|xox|eyJ|AKIA|ASIA|HPUA)|^(?:[a-z]+\d+[a-z]+\d[0-9a-z]*|\d+[a-z]+\d+[a-z][0-9a-z]*)$'
        )
        AND (length(bare) >= 12 OR regexp_matches(bare, '(?i)^[sapr]k-'))
    );

-- A label of a key stays as it is; a key becomes `key-` and a keyed hash.
CREATE OR REPLACE TEMP MACRO key_label(x) AS
    CASE
        WHEN length(x) < 12 AND starts_with(x, 'key-') AND NOT contains(x, '@') THEN x
        WHEN is_key(x, bare_key(x)) THEN 'key-' || keyed_hash(bare_key(x))
        WHEN x IS NOT NULL THEN bare_key(x)
    END;
