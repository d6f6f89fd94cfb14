-- Text logs whose records may span lines, first part: what each line looks like and where records start.
-- Filled in: the patterns of the format's settings, as text literals or as expressions over `text`.
WITH plain AS (
    SELECT
        line_no,
        byte_offset,
        CASE
            WHEN contains(line, chr(27)) THEN regexp_replace(line, '\x1b\[[0-9;?]*[A-Za-z]', '', 'g')
            ELSE line
        END AS text
    FROM (
        -- The word at the cut goes with it: half a secret could not be recognised any more.
        SELECT * REPLACE (CASE WHEN strlen(line) > 65536 THEN regexp_replace(left(line, 65536), '[^\s"'',;&]+\z', '') ELSE line END AS line)
        FROM lines
    )
),
looks AS (
    SELECT
        *,
        CASE
            WHEN regexp_matches(text, $header) THEN 'header'
            WHEN regexp_full_match(text, '\s*') THEN 'blank'
            WHEN regexp_matches(text, $traceback) THEN 'traceback'
            WHEN regexp_matches(text, $inner) THEN 'inner'
            WHEN regexp_matches(text, $chain) THEN 'chain'
            WHEN regexp_matches(text, $preface) THEN 'preface'
            WHEN $bare_request THEN 'request'
            WHEN regexp_matches(text, $sieve) AND regexp_matches(text, $bare_error) THEN 'error'
            -- Bytes that are no text reach us as control characters or, where they are no UTF-8, as \xHH.
            WHEN regexp_matches(text, '[\x00-\x08\x0e-\x1a\x1c-\x1f\x{FFFD}]|^\\x[89a-f][0-9a-f]') THEN 'damaged'
            ELSE 'other'
        END AS kind
    FROM plain
),
requests AS (
    SELECT
        *,
        CASE WHEN kind = 'header' THEN $time END AS moment,
        CASE WHEN kind IN ('header', 'request') THEN $request END AS request
    FROM looks
),
levels_told AS (
    SELECT
        * REPLACE (as_moment(replace(moment, ',', '.')) AS moment),
        moment <> '' AND as_moment(replace(moment, ',', '.')) IS NULL AS mistimed,
        coalesce(request.status <> '', FALSE) AS is_request,
        CASE WHEN kind = 'header' AND coalesce(request.status, '') = '' THEN upper(nullif(regexp_extract(left(text, 200), $level, 1), '')) END AS level,
        kind = 'header' AND regexp_matches(text, $handled) AS is_handled
    FROM requests
),
signs AS (
    SELECT
        *,
        CASE
            WHEN is_request OR is_handled OR kind NOT IN ('header', 'error') OR NOT regexp_matches(text, $sieve) THEN NULL
            ELSE $error
        END AS sign
    FROM (SELECT *, coalesce(level IN $quiet, FALSE) AS is_quiet FROM levels_told)
),
-- Materialized: the patterns have done their work, in parallel; what follows looks at neighbours.
seen AS MATERIALIZED (
    SELECT
        line_no,
        byte_offset,
        text,
        kind,
        moment,
        coalesce(mistimed, FALSE) AS mistimed,
        request,
        is_request,
        is_handled,
        kind = 'header' AND NOT is_request AND (NOT is_quiet OR is_handled) AS takes_traceback,
        CASE WHEN sign IS NOT NULL AND (NOT is_quiet OR $before_quiet) THEN sign END AS sign
    FROM signs
),
-- A traceback belongs to the header above it, where that is no quiet line and has none yet; an
-- exception's line to the frames above it. Two handlers write some lines twice: whole, and bare.
opened AS (
    SELECT
        line_no,
        kind,
        moment,
        CASE kind
            WHEN 'header' THEN TRUE
            WHEN 'preface' THEN TRUE
            WHEN 'request' THEN NOT coalesce(previous_kind = 'header' AND previous_request = request, FALSE)
            WHEN 'traceback' THEN
                coalesce(previous_kind <> 'chain', TRUE)
                AND NOT coalesce(last_head % 2 = 1 AND line_no - last_head // 2 <= 10000, FALSE)
            WHEN 'error' THEN NOT coalesce(
                previous_kind IN ('inner', 'traceback', 'preface') OR (previous_takes AND coalesce(previous_sign = sign, TRUE)), FALSE
            )
            ELSE FALSE
        END AS opens
    FROM (
        SELECT
            *,
            lag(kind) OVER w AS previous_kind,
            lag(takes_traceback) OVER w AS previous_takes,
            lag(request) OVER w AS previous_request,
            lag(sign) OVER w AS previous_sign,
            max(
                CASE
                    WHEN kind IN ('header', 'request', 'preface', 'traceback')
                        THEN line_no * 2 + (takes_traceback OR kind = 'preface')::INTEGER
                END
            ) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS last_head
        FROM (
            SELECT
                line_no,
                kind,
                moment,
                takes_traceback,
                CASE WHEN is_request THEN hash(request) END AS request,
                CASE WHEN sign IS NOT NULL THEN hash(sign.text) END AS sign
            FROM seen
            WHERE kind NOT IN ('blank', 'damaged')
        )
        WINDOW w AS (ORDER BY line_no)
    )
),
-- Other lines go on with a record that has a header or a traceback; elsewhere each stands alone. A
-- header's line with its time needs no neighbours, so only the others are looked up again.
placed AS (
    SELECT
        line_no,
        opens OR NOT coalesce(last_open % 2 = 1 AND line_no - last_open // 2 <= 10000, FALSE) AS starts,
        CASE WHEN line_no - last_header <= 200 THEN last_header END AS header_line,
        ts,
        kind <> 'header' OR moment IS NULL AS needs_neighbours
    FROM (
        SELECT
            *,
            last_value(moment IGNORE NULLS) OVER w AS ts,
            max(
                CASE WHEN opens THEN line_no * 2 + (kind IN ('header', 'preface', 'traceback'))::INTEGER END
            ) OVER w AS last_open,
            max(CASE WHEN kind = 'header' THEN line_no END) OVER w AS last_header
        FROM opened
        WINDOW w AS (ORDER BY line_no ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
    )
),
neighbours AS MATERIALIZED (
    SELECT *
    FROM (
        SELECT *, max(CASE WHEN starts THEN line_no END) OVER (ORDER BY line_no ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS record
        FROM placed
    )
    WHERE needs_neighbours
),
rows AS (
    SELECT
        seen.* EXCLUDE (moment),
        kind NOT IN ('blank', 'damaged') AND (kind = 'header' OR starts) AS starts,
        kind NOT IN ('blank', 'damaged') AND (kind = 'header' OR starts) AND is_request AS is_attempt,
        kind = 'header' OR coalesce(starts AND header_line IS NULL, FALSE) AS starts_apart,
        CASE WHEN kind = 'header' THEN seen.line_no ELSE header_line END AS header_line,
        coalesce(record, seen.line_no) AS record,
        coalesce(moment, ts) AS ts
    FROM seen LEFT JOIN neighbours ON seen.line_no = neighbours.line_no
),
