-- +goose Up
-- What somebody on another server wrote to the collective, for its stewards.
CREATE TABLE letters (
  id          TEXT COLLATE "C" PRIMARY KEY,
  version     BIGINT NOT NULL,
  sender      TEXT NOT NULL CHECK (sender <> ''),
  name        TEXT NOT NULL,
  object      TEXT COLLATE "C" NOT NULL UNIQUE,
  about       TEXT NOT NULL,
  text        TEXT NOT NULL,
  language    TEXT NOT NULL,
  received_at TIMESTAMPTZ NOT NULL,
  read_at     TIMESTAMPTZ
);
CREATE INDEX letters_unread ON letters (id) WHERE read_at IS NULL;
CREATE INDEX letters_age ON letters (received_at);
