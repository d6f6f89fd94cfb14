-- Events that another source logged too, and that the view events leaves out: duplicate_of is the event that stands for both.
CREATE OR REPLACE VIEW duplicates AS
SELECT
    e.*, winner.name || ':' || of_line_no AS duplicate_of, of_source_id AS duplicate_of_source_id,
    of_line_no AS duplicate_of_line_no
FROM stored.duplicate AS d
JOIN stored.all_events AS e ON e.source_id = d.source_id AND e.line_no = d.line_no AND e.request_id = d.request_id
JOIN stored.source AS winner ON winner.source_id = of_source_id;
