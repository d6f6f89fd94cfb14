-- One row a message about an incident (opened, raised, reminder or closed), and its content as JSON.
CREATE OR REPLACE VIEW alert_messages AS
SELECT message_id, incident_id, kind, level, made_at, body
FROM stored.alert_message;
