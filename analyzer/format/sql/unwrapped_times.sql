-- Projected lines, those without a time with their envelope's. Filled in: the projection.
SELECT
    projected.* REPLACE (
        CASE WHEN outcome = 'event' AND ts IS NULL THEN coalesce(unwrapped.moment, yearless_moment(unwrapped.weak)) ELSE ts END AS ts
    )
FROM ($projected) AS projected
JOIN (SELECT line_no, moment, weak FROM unwrapped WHERE fate IS NULL) AS unwrapped USING (line_no)
