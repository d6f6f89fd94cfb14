-- title: Catalogue of errors
-- title.zh: 错误目录
-- answers: What do the entries of the catalogues in use say, in both languages?
-- param limit BIGINT = NULL: at most so many rows
-- returns entry_id VARCHAR: the entry
-- returns provider VARCHAR: whose catalogue it is
-- returns api VARCHAR: general or model
-- returns http_status SMALLINT: the catalogue's status
-- returns code VARCHAR: the error code
-- returns message VARCHAR: the message, with its placeholders
-- returns category VARCHAR: what went wrong
-- returns action VARCHAR: what to do, in one word
-- returns owner VARCHAR: who acts
-- returns retry VARCHAR: never, after_wait or after_reset
-- returns remedy_id VARCHAR: the remedy, which entries may share
-- returns meaning_en VARCHAR: what it means, in English
-- returns meaning_zh VARCHAR: what it means, in Chinese
-- returns remedy_en VARCHAR: what to do, in English
-- returns remedy_zh VARCHAR: what to do, in Chinese

SELECT
    entry_id, provider, api, http_status, code, message, category, action, owner, retry, remedy_id,
    meaning_en, meaning_zh, remedy_en, remedy_zh
FROM catalog_entries
ORDER BY provider, position, entry_id
LIMIT $limit
