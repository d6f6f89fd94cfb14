-- One row a message about an incident (opened, raised, reminder or closed), its content as JSON, and when its sending was begun.
CREATE OR REPLACE VIEW alert_messages AS
SELECT message_id, incident_id, kind, level, made_at, body, claimed_at
FROM stored.alert_message;
