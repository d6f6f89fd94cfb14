-- What only envelopes tell: lines that hold no record of their own, and a time without a year for lines
-- without any other.
INSERT INTO staged BY NAME $fates;

UPDATE staged SET ts = coalesce(unwrapped.moment, yearless_moment(unwrapped.weak))
FROM unwrapped
WHERE staged.line_no = unwrapped.line_no AND staged.outcome = 'event' AND staged.ts IS NULL
    AND (unwrapped.moment IS NOT NULL OR unwrapped.weak IS NOT NULL)
