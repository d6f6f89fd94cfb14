-- A week of traffic to 22 November 2026: a daily wave, a burst of 429s, an outage, and a little of everything else.
-- The number of requests is the variable `requests`.
INSERT INTO stored.event
WITH drawn AS (
    SELECT i, (hash(i) % 1000000) / 1000000.0 AS a, (hash(i + 7000000001) % 1000000) / 1000000.0 AS b,
           (hash(i + 17000000003) % 1000000) / 1000000.0 AS c, (hash(i + 27000000001) % 1000000) / 1000000.0 AS d
    FROM range(getvariable('requests')) AS numbers (i)
),
timed AS (
    SELECT *, 1794700800000000 + ((i / getvariable('requests')::DOUBLE + 0.05 * sin(i / getvariable('requests')::DOUBLE * 44) / 7) * 604800000000)::BIGINT AS us
    FROM drawn
),
judged AS (
    SELECT *,
        us BETWEEN 1795113000000000 AND 1795115400000000 AS outage, us BETWEEN 1794960000000000 AND 1794967200000000 AS burst,
        CASE WHEN outage AND a < 0.6 THEN 'maas-81104'
             WHEN burst AND a < 0.4 THEN 'maas-81101-second'
             WHEN a < 0.012 THEN 'maas-81101-minute' WHEN a < 0.018 THEN 'maas-81101-tokens'
             WHEN a < 0.023 THEN 'maas-81001-length' WHEN a < 0.026 THEN 'maas-81001-empty'
             WHEN a < 0.030 THEN 'maas-81110' WHEN a < 0.032 THEN 'maas-81104'
             WHEN a < 0.034 THEN 'maas-81003' WHEN a < 0.0355 THEN 'maas-81009'
             WHEN a < 0.0368 THEN 'maas-81011' WHEN a < 0.0376 THEN 'maas-81006'
             WHEN a < 0.0382 THEN 'maas-81015-ip' WHEN a < 0.0386 THEN 'maas-6297' WHEN a < 0.0388 THEN 'maas-6271'
             WHEN a < 0.0402 THEN 'other' WHEN a < 0.0407 THEN 'bare' END AS kind
    FROM timed
)
SELECT
    CASE WHEN i % 3 = 0 THEN 2 ELSE 1 END AS source_id, i + 1 AS line_no, i * 260 AS byte_offset, make_timestamptz(us) AS ts,
    'req-' || i AS request_id, NULL AS operation_id, 1 AS attempt, NULL AS task_id, NULL AS span_id, 'POST' AS method,
    CASE WHEN b < 0.6 THEN '/v1/videos/generations' WHEN b < 0.85 THEN '/v1/chat/completions' ELSE '/v1/videos/generations/' || hash(i) END AS path,
    CASE WHEN b < 0.6 THEN '/v1/videos/generations' WHEN b < 0.85 THEN '/v1/chat/completions' WHEN b < 0.98 THEN '/v1/videos/generations/{id}'
         ELSE '/v2/{id}/maas/services/custom-endpoints' END AS endpoint,
    CASE WHEN b < 0.98 THEN 'model' ELSE 'general' END AS api,
    CASE WHEN c < 0.40 THEN 'wan2.2-t2v-a14b' WHEN c < 0.62 THEN 'deepseek-v3.2' WHEN c < 0.78 THEN 'qwen3-235b-a22b-instruct'
         WHEN c < 0.9 THEN 'hunyuan-video-1.5' WHEN c < 0.97 THEN 'kling-v2' END AS model,
    '10.0.' || (d * d * 4)::INTEGER || '.' || (d * d * 24 + 10)::INTEGER AS client, 'python-httpx/0.28' AS client_agent, 'key-' || (d * 8)::INTEGER AS api_key,
    CASE WHEN kind IS NULL THEN 200 WHEN kind = 'other' THEN 502 WHEN kind = 'bare' THEN 403 ELSE entry.http_status END AS status,
    40 + 900 * b * b + CASE WHEN outage THEN 8000 * c ELSE 0 END AS duration_ms, kind IS NOT NULL AS failed,
    CASE WHEN kind = 'other' THEN CASE WHEN c < 0.5 THEN 'bad_gateway' END WHEN kind = 'bare' THEN 'ModelArts.81015' ELSE entry.code END AS error_code,
    CASE WHEN kind = 'other' THEN 'upstream connect error or disconnect/reset before headers' ELSE replace(entry.message, '%s', '20') END AS error_message, NULL AS error_message_cut,
    entry.entry_id, CASE WHEN kind IS NULL THEN NULL WHEN kind = 'other' THEN 'none' WHEN kind = 'bare' THEN 'code' ELSE 'template' END AS match,
    CASE WHEN contains(entry.message, '%s') THEN [CASE WHEN c < 0.7 THEN '20' ELSE '60' END] END AS params,
    CASE WHEN kind = 'bare' THEN 'ModelArts.81015' ELSE entry.code END AS code, CASE WHEN kind = 'bare' THEN 'permission' ELSE entry.category END AS category,
    CASE WHEN kind = 'bare' THEN 'change_permission' ELSE entry.action END AS action,
    CASE WHEN kind = 'bare' THEN 'account_admin' WHEN kind = 'other' THEN 'unknown' ELSE entry.owner END AS owner, NULL AS outer_code, NULL AS outer_status
FROM judged LEFT JOIN stored.catalog_entry AS entry ON entry.entry_id = judged.kind;

-- Plain successes are stored apart.
INSERT INTO stored.success
SELECT source_id, line_no, byte_offset, ts, request_id, operation_id, attempt, task_id, span_id, method, path, endpoint, api, model, client,
       client_agent, api_key, status, duration_ms
FROM stored.event WHERE NOT failed;
DELETE FROM stored.event WHERE NOT failed;

INSERT INTO stored.reject
SELECT 1, 900000000 + i, i * 260, CASE WHEN i % 4 = 0 THEN 'invalid_json' ELSE 'not_a_request' END,
       CASE WHEN i % 4 = 0 THEN '{"ts": "2026-11-2' END
FROM range(28) AS numbers (i);

INSERT INTO stored.sample
SELECT source_id, line_no, ts, coalesce(entry_id, code, error_code, '(none)'),
       '{"ts":"' || strftime(ts, '%Y-%m-%dT%H:%M:%SZ') || '","model":"' || coalesce(model, '-') || '","status":' || status || ',"error":{"code":"'
       || coalesce(error_code, '') || '","message":"' || coalesce(error_message, '') || '"},"authorization":"Bearer ****"}'
FROM (SELECT *, row_number() OVER (PARTITION BY entry_id, code, error_code ORDER BY line_no) AS place FROM stored.event WHERE failed)
WHERE place <= 3;

INSERT INTO stored.source (
    source_id, name, generation, format, population, time_zone, head_length, head_hash, tail_hash, size, resume_offset, resume_line, carry,
    file_inode, file_size, file_changed_ns, lines, events, failures, rejects, blank, continuation, first_seen_at, last_read_at
)
SELECT source_id, CASE source_id WHEN 1 THEN 'logs/gateway-2026-11.jsonl' ELSE 'logs/nginx/access.log.gz' END, 1,
       CASE source_id WHEN 1 THEN 'jsonl' ELSE 'combined' END, 'requests', 'UTC', 4096, 'head', 'tail', 26000000, 26000000, 1, NULL, NULL, NULL, NULL,
       count(*) + CASE source_id WHEN 1 THEN 28 + 12 ELSE 5 END, count(*), count(*) FILTER (failed), CASE source_id WHEN 1 THEN 28 ELSE 0 END,
       CASE source_id WHEN 1 THEN 12 ELSE 5 END, 0, TIMESTAMPTZ '2026-11-22 16:00:00+00', TIMESTAMPTZ '2026-11-22 16:00:00+00'
FROM events GROUP BY source_id;
