-- +goose Up
-- When a neighbour was last asked what it has open: its silence counts from then, and not from when this node was away.
ALTER TABLE edges ADD COLUMN asked_at TIMESTAMPTZ;

-- Who follows us stays known while a block stands, and hears nothing.
ALTER TABLE followers ADD COLUMN hushed BOOLEAN NOT NULL DEFAULT FALSE;
DROP INDEX followers_inbox;
CREATE INDEX followers_inbox ON followers (followed, inbox) WHERE NOT hushed;
CREATE INDEX deliveries_withheld ON deliveries (host) WHERE last_error = 'withheld';
