-- Whether a summary was only ever made because somebody asked for it by its name: such a one says nothing
-- of when the nights began, and nothing before or after it was missed.
ALTER TABLE stored.night ADD COLUMN by_hand BOOLEAN DEFAULT FALSE;
