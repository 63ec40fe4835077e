-- +goose Up
-- What one of two stewards suggests about an edge, until another agrees. There is at most one for an edge, it is somebody's, and it is
-- what can be decided where the edge stands. An edge that is only suggested is nothing to the other side yet.
ALTER TABLE edges DROP CONSTRAINT edges_state_check;
ALTER TABLE edges ADD CONSTRAINT edges_state_check
  CHECK (state IN ('suggested', 'asked_by_us', 'asked_by_them', 'agreed', 'neighbours', 'declined', 'parted'));
ALTER TABLE edges ADD COLUMN suggests TEXT NOT NULL DEFAULT '';
ALTER TABLE edges ADD COLUMN suggested_by TEXT COLLATE "C" REFERENCES members (id);
ALTER TABLE edges ADD COLUMN suggested_at TIMESTAMPTZ;
ALTER TABLE edges ADD CHECK ((suggests = '') = (suggested_by IS NULL) AND (suggests = '') = (suggested_at IS NULL));
ALTER TABLE edges ADD CHECK (suggests = '' OR suggests = 'ask' AND state IN ('suggested', 'declined', 'parted')
  OR suggests = 'accept' AND state = 'asked_by_them' OR suggests = 'part' AND state IN ('agreed', 'neighbours'));
ALTER TABLE edges ADD CHECK (state <> 'suggested' OR suggests = 'ask' AND our_follow = '' AND their_follow = '');

-- The steward who alone wanted a block, until another has said that it stands.
ALTER TABLE shut_out ADD COLUMN by_one TEXT COLLATE "C" REFERENCES members (id);
ALTER TABLE shut_out ADD CHECK (by_one IS NULL OR severity = 'block');
