-- +goose Up
-- What one of two stewards suggests about an edge, until another agrees. There is at most one for an edge, it is somebody's, and it is
-- what can be decided where the edge stands. An edge that is only suggested is nothing to the other side yet.
CREATE TABLE edges_of_two (
  id              TEXT PRIMARY KEY,
  version         INTEGER NOT NULL,
  actor           TEXT NOT NULL UNIQUE REFERENCES actors (iri),
  origin          TEXT NOT NULL UNIQUE,
  state           TEXT NOT NULL CHECK (state IN ('suggested', 'asked_by_us', 'asked_by_them', 'agreed', 'neighbours', 'declined', 'parted')),
  our_follow      TEXT NOT NULL,
  ours_accepted   BOOLEAN NOT NULL,
  their_follow    TEXT NOT NULL,
  theirs_accepted BOOLEAN NOT NULL,
  since           TIMESTAMP NOT NULL,
  sends           TEXT NOT NULL DEFAULT 'offers decisions',
  shows           TEXT NOT NULL DEFAULT 'offers decisions',
  suggests        TEXT NOT NULL DEFAULT '',
  suggested_by    TEXT REFERENCES members (id),
  suggested_at    TIMESTAMP,
  CHECK ((state = 'neighbours') = (ours_accepted AND theirs_accepted)),
  CHECK (NOT ours_accepted OR our_follow <> ''),
  CHECK (NOT theirs_accepted OR their_follow <> ''),
  CHECK ((suggests = '') = (suggested_by IS NULL) AND (suggests = '') = (suggested_at IS NULL)),
  CHECK (suggests = '' OR suggests = 'ask' AND state IN ('suggested', 'declined', 'parted')
    OR suggests = 'accept' AND state = 'asked_by_them' OR suggests = 'part' AND state IN ('agreed', 'neighbours')),
  CHECK (state <> 'suggested' OR suggests = 'ask' AND our_follow = '' AND their_follow = '')
);
INSERT INTO edges_of_two (id, version, actor, origin, state, our_follow, ours_accepted, their_follow, theirs_accepted, since, sends, shows)
  SELECT id, version, actor, origin, state, our_follow, ours_accepted, their_follow, theirs_accepted, since, sends, shows FROM edges;
DROP TABLE edges;
ALTER TABLE edges_of_two RENAME TO edges;
CREATE INDEX edges_ended ON edges (since) WHERE state IN ('declined', 'parted');

-- The steward who alone wanted a block, until another has said that it stands.
ALTER TABLE shut_out ADD COLUMN by_one TEXT REFERENCES members (id) CHECK (by_one IS NULL OR severity = 'block');
