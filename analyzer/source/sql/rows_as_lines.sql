-- The rows of a Parquet file as lines of JSON.
SELECT to_json(struct_pack(*COLUMNS(*)))::VARCHAR || chr(10) AS line
FROM rows_of_file
