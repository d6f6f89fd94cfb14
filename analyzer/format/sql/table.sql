-- Lines that are rows of a table, as lists of cells. Filled in: which of the headers holds for a line, how
-- many cells that one has, how to split a line, and which lines are no rows (headers, comments).
SELECT
    line_no,
    byte_offset,
    moment,
    line,
    layout,
    width,
    no_row,
    CASE WHEN no_row OR len(split) IS DISTINCT FROM width THEN NULL ELSE split END AS cells
FROM (
    SELECT *, $no_row AS no_row
    FROM (
        SELECT *, $split AS split
        FROM (
            SELECT *, $width AS width
            FROM (
                SELECT
                    line_no, byte_offset, moment, line, $layout AS layout,
                    CASE WHEN ascii(line) = 65279 THEN substr(line, 2) ELSE line END AS text
                FROM lines
            )
        )
    )
)
