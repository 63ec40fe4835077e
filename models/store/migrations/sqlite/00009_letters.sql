-- +goose Up
-- What somebody on another server wrote to the collective, for its stewards.
CREATE TABLE letters (
  id          TEXT PRIMARY KEY,
  version     INTEGER NOT NULL,
  sender      TEXT NOT NULL CHECK (sender <> ''),
  name        TEXT NOT NULL,
  object      TEXT NOT NULL UNIQUE,
  about       TEXT NOT NULL,
  text        TEXT NOT NULL,
  language    TEXT NOT NULL,
  received_at TIMESTAMP NOT NULL,
  read_at     TIMESTAMP
);
CREATE INDEX letters_unread ON letters (id) WHERE read_at IS NULL;
CREATE INDEX letters_age ON letters (received_at);
