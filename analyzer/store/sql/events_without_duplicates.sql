-- The view events of a store that has duplicates; looking for them costs each scan, so other stores have none of it.
CREATE OR REPLACE VIEW events AS
SELECT all_events.* FROM stored.all_events
ANTI JOIN stored.duplicate USING (source_id, line_no, request_id)
