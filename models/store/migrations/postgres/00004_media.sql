-- +goose Up
-- Photos; their files are in the data folder's media.
CREATE TABLE photos (
  id         TEXT PRIMARY KEY,
  version    BIGINT NOT NULL,
  owner      TEXT NOT NULL,
  subject    TEXT NOT NULL,
  width      INTEGER NOT NULL CHECK (width > 0),
  height     INTEGER NOT NULL CHECK (height > 0),
  created_at TIMESTAMPTZ NOT NULL,
  dropped_at TIMESTAMPTZ
);
CREATE INDEX photos_dropped ON photos (dropped_at, id) WHERE dropped_at IS NOT NULL;
CREATE INDEX photos_unattached ON photos (created_at) WHERE subject = '' AND dropped_at IS NULL;
