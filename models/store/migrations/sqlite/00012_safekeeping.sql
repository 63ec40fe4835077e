-- +goose Up
-- For whom backups are sealed, when the last one and the last check were made, and what the last restore was. One row.
CREATE TABLE safekeeping (
  id            INTEGER PRIMARY KEY CHECK (id = 1),
  recipient     TEXT NOT NULL,
  backed_up_at  TIMESTAMP,
  checked_at    TIMESTAMP,
  well          BOOLEAN NOT NULL,
  restored_at   TIMESTAMP,
  restored_from TIMESTAMP,
  resumed       BOOLEAN NOT NULL,
  CHECK ((restored_at IS NULL) = (restored_from IS NULL)),
  CHECK (resumed OR restored_at IS NOT NULL)
);
-- What a photo's two files were when a check first saw them.
ALTER TABLE photos ADD COLUMN hash TEXT NOT NULL DEFAULT '' CHECK (hash = '' OR length(hash) = 64);
