-- The catalogues that classified this store, by content hash.
CREATE OR REPLACE VIEW catalogs AS
SELECT provider, title_en, title_zh, edition, date, source, hash, loaded_at FROM stored.catalog;
