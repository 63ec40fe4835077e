-- +goose Up
-- The free store: things of ours and mirrors of neighbours' things in one table, told apart by home.
CREATE TABLE offers (
  id            TEXT PRIMARY KEY,
  version       INTEGER NOT NULL,
  home          TEXT NOT NULL DEFAULT '',
  state         TEXT NOT NULL CHECK (state IN ('draft','gathering','choosing','open','promised','all_promised','resting','gone','withdrawn','expired')),
  listed        BOOLEAN NOT NULL GENERATED ALWAYS AS (state IN ('gathering','choosing','open','promised','all_promised')) STORED,
  title         TEXT NOT NULL,
  description   TEXT NOT NULL,
  category      TEXT NOT NULL,
  condition     TEXT NOT NULL,
  faults        TEXT NOT NULL,
  language      TEXT NOT NULL,
  area          TEXT NOT NULL,
  windows       TEXT,
  audience      TEXT NOT NULL CHECK (audience IN ('involved','circle','members','friends','anyone')),
  goes_off_today BOOLEAN NOT NULL,
  quantity      INTEGER NOT NULL CHECK (quantity >= 1),
  "left"        INTEGER NOT NULL CHECK ("left" >= 0 AND "left" <= quantity),
  max_per_claim INTEGER NOT NULL CHECK (max_per_claim >= 1),
  photos        TEXT,
  published_at  TIMESTAMP,
  gather_until  TIMESTAMP,
  draw_commit   TEXT NOT NULL,
  updated_at    TIMESTAMP NOT NULL,
  expires_at    TIMESTAMP,
  -- of ours only
  giver         TEXT NOT NULL DEFAULT '',
  place         TEXT NOT NULL DEFAULT '',
  choice        TEXT NOT NULL DEFAULT 'draw' CHECK (choice IN ('draw','giver')),
  secret        TEXT NOT NULL DEFAULT '',
  round         INTEGER NOT NULL DEFAULT 0 CHECK (round BETWEEN 0 AND 64),
  choose_by     TIMESTAMP,
  giver_silent  BOOLEAN NOT NULL DEFAULT FALSE,
  rested_at     TIMESTAMP,
  next_at       TIMESTAMP,
  ended_at      TIMESTAMP,
  hidden_by     TEXT NOT NULL DEFAULT '',
  hidden_words  TEXT NOT NULL DEFAULT '',
  hidden_until  TIMESTAMP,
  replaced_by   TEXT NOT NULL DEFAULT '',
  purge_at      TIMESTAMP,
  purged_at     TIMESTAMP,
  -- of mirrors only
  iri           TEXT NOT NULL DEFAULT '',
  url           TEXT NOT NULL DEFAULT '',
  seq           INTEGER NOT NULL DEFAULT 0,
  lease_until   TIMESTAMP,
  picture       TEXT NOT NULL DEFAULT '',
  picture_alt   TEXT NOT NULL DEFAULT '',
  CHECK (state IN ('draft','withdrawn') OR published_at IS NOT NULL),
  CHECK ((home = '') = (iri = ''))
);
CREATE UNIQUE INDEX offers_iri ON offers (iri) WHERE iri <> '';
CREATE INDEX offers_listed ON offers (published_at DESC, id DESC) WHERE listed;
CREATE INDEX offers_listed_category ON offers (category, published_at DESC, id DESC) WHERE listed;
CREATE INDEX offers_listed_home ON offers (home, published_at DESC, id DESC) WHERE listed;
-- What anybody may see: among many things for members the few public ones are found at once.
CREATE INDEX offers_public ON offers (published_at DESC, id DESC) WHERE listed AND home = '' AND audience = 'anyone';
CREATE INDEX offers_public_category ON offers (category, published_at DESC, id DESC) WHERE listed AND home = '' AND audience = 'anyone';
CREATE INDEX offers_home ON offers (home, id);
CREATE INDEX offers_giver ON offers (giver, id) WHERE home = '';
CREATE INDEX offers_next ON offers (next_at, id) WHERE next_at IS NOT NULL;
CREATE INDEX offers_rested ON offers (rested_at, id) WHERE rested_at IS NOT NULL;
CREATE INDEX offers_purge ON offers (purge_at, id) WHERE purge_at IS NOT NULL;
CREATE INDEX offers_hidden ON offers (hidden_until DESC, id DESC) WHERE hidden_until IS NOT NULL AND replaced_by = '' AND purged_at IS NULL;
CREATE INDEX offers_lease ON offers (lease_until, id) WHERE lease_until IS NOT NULL;

-- Claims have random ids and no column from which their order could be told; without a rowid there is not even a hidden one.
CREATE TABLE claims (
  id           TEXT PRIMARY KEY,
  version      INTEGER NOT NULL,
  state        TEXT NOT NULL CHECK (state IN ('gathering','waiting','promised','done','released','lapsed','did_not_happen','refused','revoked')),
  asker        TEXT NOT NULL,
  peer         TEXT NOT NULL,
  handle       TEXT NOT NULL,
  "window"     TEXT,
  proposed     TEXT,
  hold_until   TIMESTAMP,
  reason       TEXT NOT NULL,
  apart        BOOLEAN NOT NULL,
  purge_at     TIMESTAMP,
  offer        TEXT NOT NULL REFERENCES offers (id),
  ticket       TEXT NOT NULL,
  quantity     INTEGER NOT NULL CHECK (quantity >= 1),
  others_first BOOLEAN NOT NULL,
  note         TEXT NOT NULL,
  area         TEXT NOT NULL,
  windows      TEXT,
  asked        TEXT NOT NULL,
  left_out     BOOLEAN NOT NULL,
  late         BOOLEAN NOT NULL,
  round        INTEGER NOT NULL,
  CHECK ((asker = '') <> (peer = '')),
  CHECK (state <> 'promised' OR hold_until IS NOT NULL)
) WITHOUT ROWID;
-- One live wish per person and thing, and no ticket twice.
CREATE UNIQUE INDEX claims_live ON claims (offer, asker, peer, handle) WHERE state IN ('gathering','waiting','promised');
CREATE UNIQUE INDEX claims_ticket ON claims (offer, ticket);
CREATE INDEX claims_offer ON claims (offer, id);
CREATE INDEX claims_asker ON claims (asker, id) WHERE asker <> '';
CREATE INDEX claims_asked ON claims (peer, asked, id) WHERE peer <> '';
CREATE INDEX claims_peer ON claims (peer, id) WHERE peer <> '';
CREATE INDEX claims_hold ON claims (offer, hold_until) WHERE state = 'promised';
CREATE INDEX claims_purge ON claims (purge_at, id) WHERE purge_at IS NOT NULL;

CREATE TABLE rounds (
  offer    TEXT NOT NULL REFERENCES offers (id),
  round    INTEGER NOT NULL CHECK (round BETWEEN 1 AND 64),
  sheet    TEXT NOT NULL,
  drawn_at TIMESTAMP NOT NULL,
  PRIMARY KEY (offer, round)
);

CREATE TABLE askings (
  id            TEXT PRIMARY KEY,
  version       INTEGER NOT NULL,
  state         TEXT NOT NULL CHECK (state IN ('queued','on_its_way','silent','gathering','waiting','promised','done','released','lapsed','did_not_happen','refused','revoked')),
  asker         TEXT NOT NULL CHECK (asker <> ''),
  peer          TEXT NOT NULL CHECK (peer <> ''),
  handle        TEXT NOT NULL,
  "window"      TEXT,
  proposed      TEXT,
  hold_until    TIMESTAMP,
  reason        TEXT NOT NULL,
  apart         BOOLEAN NOT NULL,
  purge_at      TIMESTAMP,
  mirror        TEXT NOT NULL REFERENCES offers (id),
  ticket        TEXT NOT NULL,
  quantity      INTEGER NOT NULL CHECK (quantity >= 1),
  others_first  BOOLEAN NOT NULL,
  note          TEXT NOT NULL,
  windows       TEXT,
  theirs        TEXT NOT NULL,
  seq           INTEGER NOT NULL,
  wished        TEXT NOT NULL,
  wished_window TEXT,
  offered       TEXT,
  asked_at      TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX askings_live ON askings (mirror, asker) WHERE state IN ('queued','on_its_way','silent','gathering','waiting','promised');
CREATE UNIQUE INDEX askings_theirs ON askings (theirs) WHERE theirs <> '';
CREATE INDEX askings_asker ON askings (asker, id);
CREATE INDEX askings_peer ON askings (peer, id);
CREATE INDEX askings_mirror ON askings (mirror, id);
CREATE INDEX askings_unanswered ON askings (asked_at, id) WHERE state = 'on_its_way';
CREATE INDEX askings_hold ON askings (hold_until, id) WHERE state = 'promised';
CREATE INDEX askings_purge ON askings (purge_at, id) WHERE purge_at IS NOT NULL;

-- Who is not to meet whom again: at the home of the thing, and at the asker's.
CREATE TABLE aparts (
  agreement TEXT PRIMARY KEY,
  giver     TEXT NOT NULL,
  peer      TEXT NOT NULL
);
CREATE TABLE kept_aparts (
  theirs TEXT PRIMARY KEY,
  member TEXT NOT NULL,
  peer   TEXT NOT NULL
);
CREATE INDEX kept_aparts_member ON kept_aparts (member, peer, theirs);

-- An Undo that came before its Offer.
CREATE TABLE take_backs (
  asked TEXT PRIMARY KEY,
  peer  TEXT NOT NULL,
  at    TIMESTAMP NOT NULL
);
CREATE INDEX take_backs_age ON take_backs (at);
