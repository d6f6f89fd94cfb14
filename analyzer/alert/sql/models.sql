-- The models that were asked for.
SELECT DISTINCT model FROM events WHERE model <> ''
