-- One row an entry of those catalogues.
CREATE OR REPLACE VIEW catalog_entries AS
SELECT
    entry_id, provider, edition, position, api, http_status, code, message, example, meaning_en,
    meaning_zh, remedy_id, remedy_en, remedy_zh, category, action, owner, retry
FROM stored.catalog_entry;
