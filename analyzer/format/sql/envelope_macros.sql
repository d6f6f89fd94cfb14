-- What envelopes need: their times, and the inner line's text.

-- The line without the newline at its end. (`rtrim` looks at each letter, which costs more than all else.)
CREATE OR REPLACE TEMP MACRO without_line_end(x) AS
    CASE
        WHEN suffix(x, chr(13) || chr(10)) THEN left(x, -2)
        WHEN suffix(x, chr(10)) THEN left(x, -1)
        ELSE x
    END;

-- A text given as a list of bytes, as journald writes what is not printable; any other text as it is.
CREATE OR REPLACE TEMP MACRO text_of_bytes(x) AS
    CASE
        WHEN x[1] = '[' AND regexp_full_match(x, '\[\s*\d{1,3}(?:\s*,\s*\d{1,3})*\s*\]') THEN
            coalesce(
                try(url_decode(array_to_string(list_transform(regexp_extract_all(x, '\d+'), lambda byte: '%' || printf('%02X', byte::INTEGER)), ''))),
                array_to_string(list_transform(regexp_extract_all(x, '\d+'), lambda byte: CASE WHEN byte::INTEGER < 128 THEN chr(byte::INTEGER) ELSE printf('\x%02x', byte::INTEGER) END), '')
            )
        ELSE x
    END;

-- A time such as `2月 22 23:00:37` or `22 févr. 23:00:37` with the month in English: the languages in
-- which servers write their logs. June and July begin alike in some of them.
CREATE OR REPLACE TEMP MACRO english_month(x) AS
    ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'][
        coalesce(
            try_cast(regexp_extract(x, '^\d{1,2}') AS INTEGER),
            MAP {
                'jan': 1, 'ene': 1, 'gen': 1, 'sty': 1, 'янв': 1, 'led': 1, 'oca': 1,
                'feb': 2, 'fev': 2, 'lut': 2, 'фев': 2, 'uno': 2, 'sub': 2,
                'mar': 3, 'mrt': 3, 'мар': 3, 'bre': 3,
                'apr': 4, 'avr': 4, 'abr': 4, 'kwi': 4, 'апр': 4, 'dub': 4, 'nis': 4,
                'may': 5, 'mai': 5, 'mei': 5, 'maj': 5, 'mag': 5, 'маи': 5, 'мая': 5, 'kve': 5,
                'jun': 6, 'juin': 6, 'giu': 6, 'cze': 6, 'июн': 6, 'haz': 6,
                'jul': 7, 'juil': 7, 'lug': 7, 'lip': 7, 'июл': 7, 'tem': 7,
                'aug': 8, 'ago': 8, 'aou': 8, 'sie': 8, 'авг': 8, 'srp': 8,
                'sep': 9, 'set': 9, 'wrz': 9, 'сен': 9, 'zar': 9, 'eyl': 9,
                'oct': 10, 'okt': 10, 'ott': 10, 'out': 10, 'paz': 10, 'окт': 10, 'rij': 10, 'eki': 10,
                'nov': 11, 'lis': 11, 'ноя': 11, 'kas': 11,
                'dec': 12, 'des': 12, 'dez': 12, 'dic': 12, 'gru': 12, 'дек': 12, 'pro': 12, 'ara': 12
            }[regexp_extract(strip_accents(lower(x)), '^(?:jui[nl]|[^\s\d.]{3})')]
        )
    ];

CREATE OR REPLACE TEMP MACRO in_english(x) AS
    CASE
        WHEN try_strptime('2024 ' || left(x, 6), '%Y %b %d') IS NOT NULL THEN x
        ELSE english_month(x) || ' ' || regexp_extract(x, '(\d{1,2} +\d\d:\d\d:\d\d.*)$', 1)
    END;

-- When the log was written last: the variable `written_at` (microseconds since 1970), else now.
CREATE OR REPLACE TEMP MACRO time_of_writing() AS
    make_timestamptz(coalesce(getvariable('written_at'), epoch_us(now()))::BIGINT);

CREATE OR REPLACE TEMP MACRO moment_in_year(x, a_year) AS
    CASE
        WHEN contains(x, ':60') THEN
            try_strptime(a_year::VARCHAR || ' ' || replace(x, ':60', ':59'), ['%Y %b %d %H:%M:%S', '%Y %b %d %H:%M:%S.%f'])::TIMESTAMPTZ + INTERVAL 1 SECOND
        ELSE try_strptime(a_year::VARCHAR || ' ' || x, ['%Y %b %d %H:%M:%S', '%Y %b %d %H:%M:%S.%f'])::TIMESTAMPTZ
    END;

CREATE OR REPLACE TEMP MACRO moment_till_writing(x, a_year) AS
    CASE WHEN moment_in_year(x, a_year) <= time_of_writing() + INTERVAL 1 DAY THEN moment_in_year(x, a_year) END;

CREATE OR REPLACE TEMP MACRO last_moment(x, a_year) AS
    coalesce(
        moment_till_writing(x, a_year),
        moment_in_year(x, a_year - 1),
        -- The 29th of February.
        moment_in_year(x, a_year - 2),
        moment_in_year(x, a_year - 3),
        moment_in_year(x, a_year - 4)
    );

-- The time without a year in a text: the last such moment that is not after the one at which the log was written
-- last, but for a day's difference between clocks.
CREATE OR REPLACE TEMP MACRO yearless_moment(x) AS
    CASE
        WHEN x IS NOT NULL THEN
            last_moment(
                in_english(regexp_extract(x, '((?:[^\s\d<>]+ +|\d{1,2}[月월] *)\d{1,2} +\d\d:\d\d:\d\d(?:\.\d+)?)', 1)),
                year(time_of_writing() + INTERVAL 1 DAY)
            )
    END;
