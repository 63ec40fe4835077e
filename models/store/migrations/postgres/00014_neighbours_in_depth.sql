-- +goose Up
-- What flows to a neighbour and what of theirs is shown, as words.
ALTER TABLE edges ADD COLUMN sends TEXT NOT NULL DEFAULT 'offers decisions';
ALTER TABLE edges ADD COLUMN shows TEXT NOT NULL DEFAULT 'offers decisions';

-- Why a host or an actor is kept out or at a distance, and when people look at that again.
ALTER TABLE shut_out ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE shut_out ADD COLUMN severity TEXT NOT NULL DEFAULT 'block' CHECK (severity IN ('limit', 'block'));
ALTER TABLE shut_out ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE shut_out ADD COLUMN review_at TIMESTAMPTZ;
ALTER TABLE shut_out ADD COLUMN reminded BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX shut_out_review ON shut_out (review_at) WHERE NOT reminded;

-- Allow-list mode: strangers see the public card and nothing else.
ALTER TABLE collective ADD COLUMN only_neighbours BOOLEAN NOT NULL DEFAULT FALSE;
