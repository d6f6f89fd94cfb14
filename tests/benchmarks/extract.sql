-- What the combined benchmark compares with: the lines read, and one regular expression over each.
CREATE TABLE taken AS
SELECT
    regexp_extract(
        line,
        '^(\S+) (\S+) (\S+) \[([^\]]+)\] "(\S+) (\S+) ([^"]*)" (\d{3}) (\S+) "([^"]*)" "([^"]*)"(.*)$',
        ['client', 'ident', 'user', 'ts', 'method', 'path', 'protocol', 'status', 'bytes', 'referer', 'agent', 'rest']
    ) AS fields
FROM read_csv(
    $log,
    columns = {'line': 'VARCHAR'},
    delim = e'\x01',
    quote = '',
    escape = '',
    header = false,
    auto_detect = false,
    strict_mode = false,
    null_padding = true
)
