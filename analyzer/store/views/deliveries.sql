-- One row a message and channel: sent, failed (is tried again), in_doubt (may have been sent, is not tried again) or sending.
CREATE OR REPLACE VIEW deliveries AS
SELECT occasion, channel, state, attempts, claimed_at, settled_at, reason
FROM stored.delivery;
