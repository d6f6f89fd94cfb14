-- A time without a year for lines without any other.
UPDATE staged SET ts = yearless_moment(unwrapped.weak), mistimed = NULL
FROM unwrapped
WHERE staged.line_no = unwrapped.line_no AND staged.outcome = 'event' AND staged.ts IS NULL
    AND unwrapped.moment IS NULL AND unwrapped.weak IS NOT NULL
