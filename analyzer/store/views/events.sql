-- One row an event: one HTTP attempt.
CREATE OR REPLACE VIEW events AS
SELECT * FROM stored.all_events;
