-- One row a run of a command that writes.
CREATE OR REPLACE VIEW runs AS
SELECT
    run_id, command, version, started_at, finished_at, subject, outcome, files, skipped,
    failed_files, lines, events, failures, rejects, blank, continuation, seconds
FROM stored.run;
