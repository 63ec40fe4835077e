-- +goose Up
-- Where somebody's followers are, as they say; nodes of our kind have them at one address.
ALTER TABLE actors ADD COLUMN followers_url TEXT NOT NULL DEFAULT '';
UPDATE actors SET followers_url = iri || '/followers' WHERE open_url = iri || '/open';

-- When what two nodes hold of each other was last held side by side, and since when a neighbour says that we are none of theirs.
ALTER TABLE edges ADD COLUMN compared_at TIMESTAMP;
ALTER TABLE edges ADD COLUMN forgotten_at TIMESTAMP CHECK (forgotten_at IS NULL OR state = 'neighbours');
