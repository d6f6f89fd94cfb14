-- Log text that tries to run, to close its element, to turn the text around it, and to be read as a template.
CREATE TEMP TABLE attack AS
SELECT unnest([
    '<script>window.hacked=1</script>', '</script><script>window.hacked=2</script>', '<img src=x onerror="window.hacked=3">',
    '"><svg onload=window.hacked=4>', '<!-- <script>', ']]>', '{{ 7 * 7 }}{% raw %}', '<a href="https://evil.example/">here</a>',
    '<b>bold</b><br>next', 'x' || chr(8238) || 'gpj.exe', 'x' || chr(8232) || 'window.hacked=5', '&lt;script&gt;window.hacked=6&lt;/script&gt;',
    '%{x} %{customdata}', '''); window.hacked=7; (''', 'javascript:window.hacked=8', '$\alpha$', chr(27) || '[31mred', repeat('W', 5000)
]) AS text;
INSERT INTO stored.event (source_id, line_no, byte_offset, ts, method, path, endpoint, api, model, client, client_agent, status, failed, error_code, error_message, match, owner)
SELECT 1, row_number() OVER (), 0, TIMESTAMPTZ '2026-11-20 10:00:00+00' + INTERVAL (line) MINUTE, text, text, text, 'model', text, text, text, 500, true, text, text, 'none', 'unknown'
FROM (SELECT text, row_number() OVER () AS line FROM attack);
INSERT INTO stored.catalog_entry
SELECT 'hostile-' || line, 'maas', '2026-06', 1000 + line, 'model', 500, 'Evil.' || text, text, NULL, text, text, 'hostile-' || line, text, text, 'server_error', 'open_ticket', 'provider', 'never'
FROM (SELECT text, row_number() OVER () AS line FROM attack);
INSERT INTO stored.event (source_id, line_no, byte_offset, ts, failed, status, error_code, error_message, entry_id, match, params, code, category, action, owner)
SELECT 1, 100 + line, 0, TIMESTAMPTZ '2026-11-20 11:00:00+00', true, 500, text, text, 'hostile-' || line, 'template', [text], 'Evil.' || text, 'server_error', 'open_ticket', 'provider'
FROM (SELECT text, row_number() OVER () AS line FROM attack);
INSERT INTO stored.sample SELECT source_id, line_no, ts, entry_id, error_message || chr(0) || chr(10) || 'second line' FROM stored.event WHERE entry_id IS NOT NULL;
INSERT INTO stored.reject SELECT 1, 500 + row_number() OVER (), 0, text, text FROM attack;
INSERT INTO stored.source (
    source_id, name, generation, format, population, time_zone, head_length, head_hash, tail_hash, size, resume_offset, resume_line, carry,
    file_inode, file_size, file_changed_ns, lines, events, failures, rejects, blank, continuation, first_seen_at, last_read_at
)
SELECT 1, 'logs/<script>window.hacked=9</script>' || chr(8238) || '.log', 1, '<b>jsonl</b>', 'requests', 'UTC', 1, '', '', 1, 1, 1, NULL, NULL, NULL, NULL,
       54, 36, 36, 18, 0, 0, TIMESTAMPTZ '2026-11-22 16:00:00+00', TIMESTAMPTZ '2026-11-22 16:00:00+00';
DROP TABLE attack;
