-- The codes that failures had, as the catalogue has them or as seen.
SELECT DISTINCT coalesce(code, error_code) AS code FROM events WHERE failed AND coalesce(code, error_code) <> ''
