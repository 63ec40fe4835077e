-- +goose Up
-- What a thing of a neighbour's is, where it is no gift; and whether its home takes no wishes from here.
ALTER TABLE offers ADD COLUMN kind TEXT NOT NULL DEFAULT ''
  CHECK (kind = '' OR home <> '' AND kind IN ('priced', 'loan', 'wanted', 'help_wanted', 'help_offered'));
ALTER TABLE offers ADD COLUMN ask_there BOOLEAN NOT NULL DEFAULT FALSE CHECK (NOT ask_there OR home <> '');
UPDATE offers SET ask_there = TRUE WHERE home IN (SELECT iri FROM actors WHERE open_url = '');

-- What a home without a list of its own has confirmed least lately.
CREATE INDEX offers_unconfirmed ON offers (home, lease_until, id) WHERE lease_until IS NOT NULL;

-- Whether an actor of other software says that it takes Offers.
ALTER TABLE actors ADD COLUMN takes_offers BOOLEAN NOT NULL DEFAULT FALSE;
