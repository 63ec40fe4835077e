-- +goose Up
-- Who lives elsewhere and matters to us: actors, the edges to other collectives, followers, and who is shut out.
CREATE TABLE actors (
  iri          TEXT PRIMARY KEY,
  origin       TEXT NOT NULL,
  type         TEXT NOT NULL,
  name         TEXT NOT NULL,
  summary      TEXT NOT NULL,
  handle       TEXT NOT NULL,
  url          TEXT NOT NULL,
  inbox        TEXT NOT NULL CHECK (inbox <> ''),
  shared_inbox TEXT NOT NULL,
  open_url     TEXT NOT NULL,
  fetched_at   TIMESTAMP NOT NULL
);
CREATE INDEX actors_age ON actors (fetched_at);

-- One edge per node: what is for friends is for the whole node of a neighbour.
CREATE TABLE edges (
  id              TEXT PRIMARY KEY,
  version         INTEGER NOT NULL,
  actor           TEXT NOT NULL UNIQUE REFERENCES actors (iri),
  origin          TEXT NOT NULL UNIQUE,
  state           TEXT NOT NULL CHECK (state IN ('asked_by_us', 'asked_by_them', 'agreed', 'neighbours', 'declined', 'parted')),
  our_follow      TEXT NOT NULL,
  ours_accepted   BOOLEAN NOT NULL,
  their_follow    TEXT NOT NULL,
  theirs_accepted BOOLEAN NOT NULL,
  since           TIMESTAMP NOT NULL,
  CHECK ((state = 'neighbours') = (ours_accepted AND theirs_accepted)),
  CHECK (NOT ours_accepted OR our_follow <> ''),
  CHECK (NOT theirs_accepted OR their_follow <> '')
);
CREATE INDEX edges_ended ON edges (since) WHERE state IN ('declined', 'parted');

CREATE TABLE followers (
  id        TEXT PRIMARY KEY,
  version   INTEGER NOT NULL,
  actor     TEXT NOT NULL REFERENCES actors (iri),
  origin    TEXT NOT NULL,
  followed  TEXT NOT NULL CHECK (followed IN ('collective', 'decisions')),
  follow_id TEXT NOT NULL CHECK (follow_id <> ''),
  inbox     TEXT NOT NULL CHECK (inbox <> ''),
  since     TIMESTAMP NOT NULL,
  UNIQUE (actor, followed)
);
CREATE INDEX followers_inbox ON followers (followed, inbox);
CREATE INDEX followers_origin ON followers (origin);

-- A host with everything below it, or one actor.
CREATE TABLE shut_out (
  subject TEXT PRIMARY KEY CHECK (subject <> ''),
  since   TIMESTAMP NOT NULL
);
