-- Lines spread over a batch, for the names that they hold.
SELECT left(line, 8192) FROM lines WHERE line_no % 199 = 0 OR line_no < (SELECT min(line_no) + 100 FROM lines) LIMIT 2000
