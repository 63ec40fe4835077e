-- +goose Up
-- What the store itself keeps: the journal of events, leased jobs, remembered results, folded words.
CREATE TABLE journal (
  id           TEXT PRIMARY KEY,
  kind         TEXT NOT NULL,
  subject      TEXT NOT NULL,
  version      INTEGER NOT NULL,
  at           TIMESTAMP NOT NULL,
  published_at TIMESTAMP
);
CREATE INDEX journal_unpublished ON journal (id) WHERE published_at IS NULL;
CREATE INDEX journal_published ON journal (published_at) WHERE published_at IS NOT NULL;

CREATE TABLE jobs (
  id          TEXT PRIMARY KEY,
  kind        TEXT NOT NULL,
  key         TEXT UNIQUE,
  subject     TEXT NOT NULL,
  run_at      TIMESTAMP NOT NULL,
  attempt     INTEGER NOT NULL,
  lease_until TIMESTAMP,
  lease_token TEXT NOT NULL,
  last_error  TEXT NOT NULL,
  parked      BOOLEAN NOT NULL
);
CREATE INDEX jobs_due ON jobs (run_at, id) WHERE NOT parked;

CREATE TABLE results (
  member     TEXT NOT NULL,
  route      TEXT NOT NULL,
  key        TEXT NOT NULL,
  body_hash  TEXT NOT NULL,
  location   TEXT NOT NULL,
  status     INTEGER NOT NULL,
  created_at TIMESTAMP NOT NULL,
  PRIMARY KEY (member, route, key)
);
CREATE INDEX results_age ON results (created_at);

CREATE TABLE words (
  word    TEXT NOT NULL,
  kind    TEXT NOT NULL,
  subject TEXT NOT NULL,
  PRIMARY KEY (kind, word, subject)
) WITHOUT ROWID;
CREATE INDEX words_subject ON words (kind, subject);
