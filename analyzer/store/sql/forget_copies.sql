-- Files seen as copies of sources that go, and archives that were remembered as read whole: each will be looked at again.
DELETE FROM stored.copy
WHERE EXISTS (
    SELECT 1
    FROM gone
    JOIN stored.source AS source USING (source_id)
    WHERE copy_of = source.name OR copy.name = source.name OR starts_with(source.name, copy.name || $1)
)
