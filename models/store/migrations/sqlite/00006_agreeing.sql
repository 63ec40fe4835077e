-- +goose Up
-- What two people write to each other about an agreement, whichever district it belongs to.
CREATE TABLE messages (
  id        TEXT PRIMARY KEY,
  version   INTEGER NOT NULL,
  agreement TEXT NOT NULL,
  side      TEXT NOT NULL CHECK (side IN ('giver','asker')),
  nickname  TEXT NOT NULL,
  text      TEXT NOT NULL,
  sent_at   TIMESTAMP NOT NULL,
  origin    TEXT NOT NULL
);
CREATE INDEX messages_agreement ON messages (agreement, sent_at, id);
CREATE UNIQUE INDEX messages_origin ON messages (agreement, origin) WHERE origin <> '';
