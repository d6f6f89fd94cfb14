-- A hundred requests: nine are too many a minute, three meet a failing server, the others succeed.
INSERT INTO stored.event (source_id, line_no, byte_offset, ts, method, path, endpoint, api, model, client, status, failed, error_code, error_message, entry_id, match, params, code, category, action, owner)
SELECT 1, i + 1, 0, TIMESTAMPTZ '2026-11-22 00:00:00+00' + INTERVAL (i) MINUTE, 'POST', '/v1/videos', '/v1/videos', 'model', 'wan2.2', '10.0.0.1',
       coalesce(http_status, 200), entry_id IS NOT NULL, code, message, entry_id, CASE WHEN entry_id IS NOT NULL THEN 'template' END, [], code, category, action, owner
FROM range(100) AS numbers (i)
LEFT JOIN stored.catalog_entry ON entry_id = CASE WHEN i < 9 THEN 'maas-81101-minute' WHEN i < 12 THEN 'maas-81104' END;

-- Plain successes are stored apart.
INSERT INTO stored.success
SELECT source_id, line_no, byte_offset, ts, request_id, operation_id, attempt, task_id, span_id, method, path, endpoint, api, model, client,
       client_agent, api_key, status, duration_ms
FROM stored.event WHERE NOT failed;
DELETE FROM stored.event WHERE NOT failed;

INSERT INTO stored.source (
    source_id, name, generation, format, population, time_zone, head_length, head_hash, tail_hash, size, resume_offset, resume_line, carry,
    file_inode, file_size, file_changed_ns, lines, events, failures, rejects, blank, continuation, first_seen_at, last_read_at
)
SELECT 1, 'logs/hundred.jsonl', 1, 'jsonl', 'requests', 'UTC', 1, '', '', 1, 1, 1, NULL, NULL, NULL, NULL, 100, 100, 12, 0, 0, 0,
       TIMESTAMPTZ '2026-11-22 02:00:00+00', TIMESTAMPTZ '2026-11-22 02:00:00+00';
