-- +goose Up
-- Who lives elsewhere and matters to us: actors, the edges to other collectives, followers, and who is shut out.
CREATE TABLE actors (
  iri          TEXT COLLATE "C" PRIMARY KEY,
  origin       TEXT COLLATE "C" NOT NULL,
  type         TEXT NOT NULL,
  name         TEXT NOT NULL,
  summary      TEXT NOT NULL,
  handle       TEXT NOT NULL,
  url          TEXT NOT NULL,
  inbox        TEXT COLLATE "C" NOT NULL CHECK (inbox <> ''),
  shared_inbox TEXT COLLATE "C" NOT NULL,
  open_url     TEXT NOT NULL,
  fetched_at   TIMESTAMPTZ NOT NULL
);
CREATE INDEX actors_age ON actors (fetched_at);

-- One edge per node: what is for friends is for the whole node of a neighbour.
CREATE TABLE edges (
  id              TEXT COLLATE "C" PRIMARY KEY,
  version         BIGINT NOT NULL,
  actor           TEXT COLLATE "C" NOT NULL UNIQUE REFERENCES actors (iri),
  origin          TEXT COLLATE "C" NOT NULL UNIQUE,
  state           TEXT NOT NULL CHECK (state IN ('asked_by_us', 'asked_by_them', 'agreed', 'neighbours', 'declined', 'parted')),
  our_follow      TEXT NOT NULL,
  ours_accepted   BOOLEAN NOT NULL,
  their_follow    TEXT NOT NULL,
  theirs_accepted BOOLEAN NOT NULL,
  since           TIMESTAMPTZ NOT NULL,
  CHECK ((state = 'neighbours') = (ours_accepted AND theirs_accepted)),
  CHECK (NOT ours_accepted OR our_follow <> ''),
  CHECK (NOT theirs_accepted OR their_follow <> '')
);
CREATE INDEX edges_ended ON edges (since) WHERE state IN ('declined', 'parted');

CREATE TABLE followers (
  id        TEXT COLLATE "C" PRIMARY KEY,
  version   BIGINT NOT NULL,
  actor     TEXT COLLATE "C" NOT NULL REFERENCES actors (iri),
  origin    TEXT COLLATE "C" NOT NULL,
  followed  TEXT NOT NULL CHECK (followed IN ('collective', 'decisions')),
  follow_id TEXT NOT NULL CHECK (follow_id <> ''),
  inbox     TEXT COLLATE "C" NOT NULL CHECK (inbox <> ''),
  since     TIMESTAMPTZ NOT NULL,
  UNIQUE (actor, followed)
);
CREATE INDEX followers_inbox ON followers (followed, inbox);
CREATE INDEX followers_origin ON followers (origin);

-- A host with everything below it, or one actor.
CREATE TABLE shut_out (
  subject TEXT COLLATE "C" PRIMARY KEY CHECK (subject <> ''),
  since   TIMESTAMPTZ NOT NULL
);
