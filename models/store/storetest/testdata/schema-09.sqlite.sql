CREATE TABLE goose_db_version (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		version_id INTEGER NOT NULL,
		is_applied INTEGER NOT NULL,
		tstamp TIMESTAMP DEFAULT (datetime('now'))
	);
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
CREATE TABLE peers (
  origin        TEXT PRIMARY KEY,
  failures      INTEGER NOT NULL CHECK (failures >= 0),
  probe_at      TIMESTAMP,
  wait_until    TIMESTAMP,
  last_heard_at TIMESTAMP,
  last_tried_at TIMESTAMP,
  last_error    TEXT NOT NULL,
  clock_skew    INTEGER NOT NULL,
  scheme        TEXT NOT NULL CHECK (scheme IN ('', 'cavage', 'rfc9421'))
);
CREATE INDEX peers_turn ON peers (last_tried_at, origin);
CREATE TABLE inbox (
  id           TEXT PRIMARY KEY,
  activity_id  TEXT NOT NULL,
  signer       TEXT NOT NULL,
  origin       TEXT NOT NULL REFERENCES peers (origin),
  type         TEXT NOT NULL,
  about        TEXT NOT NULL,
  body         BLOB NOT NULL,
  hash         TEXT NOT NULL CHECK (length(hash) = 64),
  received_at  TIMESTAMP NOT NULL,
  committed_at TIMESTAMP NOT NULL,
  state        TEXT NOT NULL CHECK (state IN ('pending', 'done', 'parked', 'dropped')),
  attempts     INTEGER NOT NULL CHECK (attempts >= 0),
  retry_at     TIMESTAMP NOT NULL,
  error        TEXT NOT NULL,
  ended_at     TIMESTAMP,
  purge_at     TIMESTAMP,
  CHECK ((state = 'pending') = (ended_at IS NULL)),
  UNIQUE (origin, activity_id, type)
);
CREATE INDEX inbox_pending ON inbox (id) WHERE state = 'pending';
CREATE INDEX inbox_waiting ON inbox (received_at, id) WHERE state = 'pending';
CREATE INDEX inbox_parked ON inbox (id) WHERE state = 'parked';
CREATE INDEX inbox_about ON inbox (about) WHERE about <> '';
CREATE INDEX inbox_ended ON inbox (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX inbox_purge ON inbox (purge_at) WHERE purge_at IS NOT NULL;
CREATE TABLE activities (
  id         TEXT PRIMARY KEY,
  actor      TEXT NOT NULL CHECK (actor IN ('collective', 'decisions', 'node')),
  type       TEXT NOT NULL,
  object     TEXT NOT NULL,
  body       BLOB NOT NULL,
  hash       TEXT NOT NULL CHECK (length(hash) = 64),
  public     BOOLEAN NOT NULL,
  farewell   BOOLEAN NOT NULL,
  recipient  TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  purge_at   TIMESTAMP,
  CHECK (NOT (public AND recipient <> ''))
);
CREATE INDEX activities_outbox ON activities (actor, id) WHERE public;
CREATE INDEX activities_object ON activities (object, recipient, id);
CREATE INDEX activities_purge ON activities (purge_at) WHERE purge_at IS NOT NULL;
CREATE TABLE deliveries (
  id          TEXT PRIMARY KEY,
  activity_id TEXT NOT NULL REFERENCES activities (id) ON DELETE CASCADE,
  inbox       TEXT NOT NULL,
  host        TEXT NOT NULL REFERENCES peers (origin),
  object      TEXT NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('due', 'sent', 'gone', 'parked')),
  attempt     INTEGER NOT NULL CHECK (attempt >= 0),
  queued_at   TIMESTAMP NOT NULL,
  run_at      TIMESTAMP NOT NULL,
  lease_until TIMESTAMP,
  lease_token TEXT NOT NULL,
  last_status INTEGER NOT NULL,
  last_error  TEXT NOT NULL,
  ended_at    TIMESTAMP,
  CHECK ((state = 'due') = (ended_at IS NULL)),
  CHECK (lease_until IS NULL OR state = 'due'),
  UNIQUE (activity_id, inbox)
);
CREATE INDEX deliveries_lane ON deliveries (host, id) WHERE state = 'due';
CREATE INDEX deliveries_order ON deliveries (inbox, object, id) WHERE state = 'due' AND object <> '';
CREATE INDEX deliveries_leased ON deliveries (host, lease_until) WHERE lease_until IS NOT NULL;
CREATE INDEX deliveries_age ON deliveries (queued_at) WHERE state = 'due';
CREATE INDEX deliveries_stuck ON deliveries (id) WHERE state IN ('gone', 'parked');
CREATE INDEX deliveries_ended ON deliveries (ended_at) WHERE ended_at IS NOT NULL;
CREATE TABLE remote_keys (
  id         TEXT PRIMARY KEY,
  owner      TEXT NOT NULL,
  origin     TEXT NOT NULL,
  pem        TEXT NOT NULL,
  tried_at   TIMESTAMP NOT NULL,
  fetched_at TIMESTAMP,
  CHECK ((pem = '') = (fetched_at IS NULL))
);
CREATE INDEX remote_keys_owner ON remote_keys (owner);
CREATE INDEX remote_keys_tried ON remote_keys (tried_at);
CREATE TABLE actor_keys (
  actor       TEXT PRIMARY KEY CHECK (actor IN ('collective', 'decisions', 'node')),
  private_pem TEXT NOT NULL CHECK (private_pem <> ''),
  public_pem  TEXT NOT NULL CHECK (public_pem <> ''),
  created_at  TIMESTAMP NOT NULL
);
CREATE TABLE reaches (
  object TEXT NOT NULL,
  inbox  TEXT NOT NULL,
  until  TIMESTAMP,
  PRIMARY KEY (object, inbox)
);
CREATE INDEX reaches_until ON reaches (until) WHERE until IS NOT NULL;
CREATE TABLE collective (
  id         INTEGER PRIMARY KEY CHECK (id = 1),
  version    INTEGER NOT NULL,
  name       TEXT NOT NULL CHECK (name <> ''),
  about      TEXT NOT NULL,
  area       TEXT NOT NULL,
  language   TEXT NOT NULL,
  zone       TEXT NOT NULL,
  quiet_from INTEGER NOT NULL CHECK (quiet_from BETWEEN 0 AND 1439),
  quiet_to   INTEGER NOT NULL CHECK (quiet_to BETWEEN 0 AND 1439),
  open       BOOLEAN NOT NULL,
  base_url   TEXT NOT NULL,
  secret     TEXT NOT NULL CHECK (length(secret) = 64),
  set_up_at  TIMESTAMP NOT NULL
);
CREATE TABLE setup_links (
  code_hash  TEXT PRIMARY KEY CHECK (length(code_hash) = 64),
  expires_at TIMESTAMP NOT NULL
);
CREATE TABLE members (
  id           TEXT PRIMARY KEY,
  version      INTEGER NOT NULL,
  nickname     TEXT NOT NULL,
  nickname_key TEXT UNIQUE,
  language     TEXT NOT NULL,
  contact      TEXT NOT NULL,
  feed         TEXT NOT NULL,
  feed_hash    TEXT UNIQUE CHECK (length(feed_hash) = 64),
  joined_at    TIMESTAMP,
  left_at      TIMESTAMP,
  CHECK ((left_at IS NULL AND nickname_key IS NOT NULL AND joined_at IS NOT NULL)
      OR (left_at IS NOT NULL AND nickname_key IS NULL AND joined_at IS NULL AND nickname = '' AND contact = '' AND feed = '' AND feed_hash IS NULL)),
  CHECK ((feed = '') = (feed_hash IS NULL))
);
CREATE TABLE credentials (
  member     TEXT PRIMARY KEY REFERENCES members (id),
  passphrase TEXT NOT NULL CHECK (passphrase LIKE '$argon2id$%'),
  words_hash TEXT NOT NULL UNIQUE CHECK (length(words_hash) = 64)
);
CREATE TABLE knocks (
  name_hash  TEXT PRIMARY KEY CHECK (length(name_hash) = 64),
  tries      INTEGER NOT NULL,
  wait_until TIMESTAMP NOT NULL,
  last_at    TIMESTAMP NOT NULL
);
CREATE INDEX knocks_age ON knocks (last_at);
CREATE TABLE sessions (
  id         TEXT PRIMARY KEY,
  member     TEXT NOT NULL REFERENCES members (id),
  token_hash TEXT NOT NULL UNIQUE CHECK (length(token_hash) = 64),
  label      TEXT NOT NULL,
  created_on TIMESTAMP NOT NULL,
  idle_until TIMESTAMP NOT NULL,
  ends_at    TIMESTAMP NOT NULL,
  CHECK (idle_until <= ends_at)
);
CREATE INDEX sessions_member ON sessions (member, id);
CREATE INDEX sessions_idle ON sessions (idle_until);
CREATE TABLE tokens (
  id         TEXT PRIMARY KEY,
  member     TEXT NOT NULL REFERENCES members (id),
  token_hash TEXT NOT NULL UNIQUE CHECK (length(token_hash) = 64),
  name       TEXT NOT NULL,
  scopes     TEXT NOT NULL,
  created_on TIMESTAMP NOT NULL,
  expires_at TIMESTAMP
);
CREATE INDEX tokens_member ON tokens (member, id);
CREATE INDEX tokens_expiry ON tokens (expires_at) WHERE expires_at IS NOT NULL;
CREATE TABLE roles (
  member  TEXT NOT NULL REFERENCES members (id),
  role    TEXT NOT NULL CHECK (role IN ('steward')),
  version INTEGER NOT NULL,
  since   TIMESTAMP NOT NULL,
  until   TIMESTAMP NOT NULL,
  PRIMARY KEY (member, role),
  CHECK (until >= since)
);
CREATE INDEX roles_term ON roles (role, until, member);
CREATE TABLE invites (
  id         TEXT PRIMARY KEY,
  version    INTEGER NOT NULL,
  code_hash  TEXT NOT NULL UNIQUE CHECK (length(code_hash) = 64),
  kind       TEXT NOT NULL CHECK (kind IN ('member', 'steward')),
  uses       INTEGER NOT NULL CHECK (uses >= 0),
  made_by    TEXT REFERENCES members (id),
  expires_at TIMESTAMP NOT NULL,
  revoked_at TIMESTAMP
);
CREATE INDEX invites_maker ON invites (made_by, id);
CREATE INDEX invites_expiry ON invites (expires_at);
CREATE TABLE recovery_links (
  code_hash  TEXT PRIMARY KEY CHECK (length(code_hash) = 64),
  member     TEXT NOT NULL REFERENCES members (id),
  expires_at TIMESTAMP NOT NULL
);
CREATE INDEX recovery_links_member ON recovery_links (member);
CREATE INDEX recovery_links_expiry ON recovery_links (expires_at);
CREATE TABLE blocks (
  member TEXT NOT NULL REFERENCES members (id),
  other  TEXT NOT NULL REFERENCES members (id),
  PRIMARY KEY (member, other),
  CHECK (member <> other)
);
CREATE INDEX blocks_other ON blocks (other);
CREATE TABLE notices (
  id      TEXT PRIMARY KEY,
  member  TEXT NOT NULL REFERENCES members (id),
  kind    TEXT NOT NULL,
  subject TEXT NOT NULL,
  at      TIMESTAMP NOT NULL,
  UNIQUE (member, kind, subject)
);
CREATE INDEX notices_newest ON notices (member, at, id);
CREATE INDEX notices_subject ON notices (kind, subject);
CREATE INDEX notices_age ON notices (at);
CREATE TABLE deeds (
  id      TEXT PRIMARY KEY,
  at      TIMESTAMP NOT NULL,
  kind    TEXT NOT NULL,
  subject TEXT NOT NULL,
  made_by TEXT REFERENCES members (id)
);
CREATE INDEX deeds_age ON deeds (at, id);
CREATE TABLE photos (
  id         TEXT PRIMARY KEY,
  version    INTEGER NOT NULL,
  owner      TEXT NOT NULL,
  subject    TEXT NOT NULL,
  width      INTEGER NOT NULL CHECK (width > 0),
  height     INTEGER NOT NULL CHECK (height > 0),
  created_at TIMESTAMP NOT NULL,
  dropped_at TIMESTAMP
);
CREATE INDEX photos_dropped ON photos (dropped_at, id) WHERE dropped_at IS NOT NULL;
CREATE INDEX photos_unattached ON photos (created_at) WHERE subject = '' AND dropped_at IS NULL;
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
CREATE TABLE shut_out (
  subject TEXT PRIMARY KEY CHECK (subject <> ''),
  since   TIMESTAMP NOT NULL
);
CREATE TABLE messages (
  id        TEXT PRIMARY KEY,
  version   INTEGER NOT NULL,
  agreement TEXT NOT NULL,
  side      TEXT NOT NULL CHECK (side IN ('giver','asker')),
  nickname  TEXT NOT NULL,
  text      TEXT NOT NULL,
  sent_at   TIMESTAMP NOT NULL,
  origin    TEXT NOT NULL
);
CREATE INDEX messages_agreement ON messages (agreement, sent_at, id);
CREATE UNIQUE INDEX messages_origin ON messages (agreement, origin) WHERE origin <> '';
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
CREATE INDEX offers_public ON offers (published_at DESC, id DESC) WHERE listed AND home = '' AND audience = 'anyone';
CREATE INDEX offers_public_category ON offers (category, published_at DESC, id DESC) WHERE listed AND home = '' AND audience = 'anyone';
CREATE INDEX offers_home ON offers (home, id);
CREATE INDEX offers_giver ON offers (giver, id) WHERE home = '';
CREATE INDEX offers_next ON offers (next_at, id) WHERE next_at IS NOT NULL;
CREATE INDEX offers_rested ON offers (rested_at, id) WHERE rested_at IS NOT NULL;
CREATE INDEX offers_purge ON offers (purge_at, id) WHERE purge_at IS NOT NULL;
CREATE INDEX offers_hidden ON offers (hidden_until DESC, id DESC) WHERE hidden_until IS NOT NULL AND replaced_by = '' AND purged_at IS NULL;
CREATE INDEX offers_lease ON offers (lease_until, id) WHERE lease_until IS NOT NULL;
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
CREATE TABLE take_backs (
  asked TEXT PRIMARY KEY,
  peer  TEXT NOT NULL,
  at    TIMESTAMP NOT NULL
);
CREATE INDEX take_backs_age ON take_backs (at);
CREATE TABLE uptime (
  id        INTEGER PRIMARY KEY CHECK (id = 1),
  alive_at  TIMESTAMP NOT NULL,
  down_from TIMESTAMP NOT NULL,
  up_since  TIMESTAMP NOT NULL
);
CREATE TABLE letters (
  id          TEXT PRIMARY KEY,
  version     INTEGER NOT NULL,
  sender      TEXT NOT NULL CHECK (sender <> ''),
  name        TEXT NOT NULL,
  object      TEXT NOT NULL UNIQUE,
  about       TEXT NOT NULL,
  text        TEXT NOT NULL,
  language    TEXT NOT NULL,
  received_at TIMESTAMP NOT NULL,
  read_at     TIMESTAMP
);
CREATE INDEX letters_unread ON letters (id) WHERE read_at IS NULL;
CREATE INDEX letters_age ON letters (received_at);
INSERT INTO "goose_db_version" ("id", "version_id", "is_applied", "tstamp") VALUES (1, 0, 1, '2026-11-22 20:08:41+00:00');
INSERT INTO "goose_db_version" ("id", "version_id", "is_applied", "tstamp") VALUES (2, 1, 1, '2026-11-22 20:08:41+00:00');
INSERT INTO "goose_db_version" ("id", "version_id", "is_applied", "tstamp") VALUES (3, 2, 1, '2026-11-22 20:08:41+00:00');
INSERT INTO "goose_db_version" ("id", "version_id", "is_applied", "tstamp") VALUES (4, 3, 1, '2026-11-22 20:08:41+00:00');
INSERT INTO "goose_db_version" ("id", "version_id", "is_applied", "tstamp") VALUES (5, 4, 1, '2026-11-22 20:08:42+00:00');
INSERT INTO "goose_db_version" ("id", "version_id", "is_applied", "tstamp") VALUES (6, 5, 1, '2026-11-22 20:08:42+00:00');
INSERT INTO "goose_db_version" ("id", "version_id", "is_applied", "tstamp") VALUES (7, 6, 1, '2026-11-22 20:08:42+00:00');
INSERT INTO "goose_db_version" ("id", "version_id", "is_applied", "tstamp") VALUES (8, 7, 1, '2026-11-22 20:08:42+00:00');
INSERT INTO "goose_db_version" ("id", "version_id", "is_applied", "tstamp") VALUES (9, 8, 1, '2026-11-22 20:08:42+00:00');
INSERT INTO "goose_db_version" ("id", "version_id", "is_applied", "tstamp") VALUES (10, 9, 1, '2026-11-22 20:08:42+00:00');
INSERT INTO "journal" ("id", "kind", "subject", "version", "at", "published_at") VALUES ('06h09r0eahwaqfersp3xx8ppzm', 'neighbour.accepted', '06h09r0eadsb74ggh4aye1d7bw', 2, '2026-11-24 12:00:00+00:00', NULL);
INSERT INTO "journal" ("id", "kind", "subject", "version", "at", "published_at") VALUES ('06h09r0eahwav1gw5878epq29m', 'neighbour.asked', '06h09r0eadsb74ggh4aye1d7bw', 2, '2026-11-24 12:00:00+00:00', NULL);
INSERT INTO "journal" ("id", "kind", "subject", "version", "at", "published_at") VALUES ('06h09r0eahytsb8ns1bzce95mg', 'neighbour.befriended', '06h09r0eadsb74ggh4aye1d7bw', 3, '2026-11-24 12:00:00+00:00', NULL);
INSERT INTO "journal" ("id", "kind", "subject", "version", "at", "published_at") VALUES ('06h09r0ecxtg978j094pdqsxv8', 'offer.published', '06h09r0echsbv6xsj4y24gpaw8', 2, '2026-11-24 12:00:00+00:00', NULL);
INSERT INTO "journal" ("id", "kind", "subject", "version", "at", "published_at") VALUES ('06h09r0eddvfbcrv6xe8rc4s6r', 'claim.received', '5ksy8zbq6d3nv6h9e8ptcf6qtr', 1, '2026-11-24 12:00:00+00:00', NULL);
INSERT INTO "journal" ("id", "kind", "subject", "version", "at", "published_at") VALUES ('06h09r0ednxcn7r8jq0yt5j3hc', 'claim.promised', '5ksy8zbq6d3nv6h9e8ptcf6qtr', 2, '2026-11-28 12:00:00+00:00', NULL);
INSERT INTO "journal" ("id", "kind", "subject", "version", "at", "published_at") VALUES ('06h09r0edxwmn4pe9k4gkgwevw', 'offer.changed', '06h09r0echsbv6xsj4y24gpaw8', 3, '2026-11-28 12:00:00+00:00', NULL);
INSERT INTO "journal" ("id", "kind", "subject", "version", "at", "published_at") VALUES ('06h09r0eg1s25ck4c5068arcwc', 'offer.published', '06h09r0efssdke4hyv5wgezsvr', 2, '2026-11-28 12:00:00+00:00', NULL);
INSERT INTO "journal" ("id", "kind", "subject", "version", "at", "published_at") VALUES ('06h09r0eh5wxx3w5gbqzcb60sm', 'claim.received', '3pz7aqgcrx3pv5xpn966d3nn4m', 1, '2026-11-28 12:00:00+00:00', NULL);
INSERT INTO "journal" ("id", "kind", "subject", "version", "at", "published_at") VALUES ('06h09r0ehhtzkd3x8c4mvt00mc', 'asking.asked', 'jgwmpm908s1excfjtteaptfzhm', 1, '2026-11-28 12:00:00+00:00', NULL);
INSERT INTO "journal" ("id", "kind", "subject", "version", "at", "published_at") VALUES ('06h09r0ej1twx0rdt0rxyfn8y8', 'message.sent', 'xq0qe2xjz14z77tj931sevk1sr', 1, '2026-11-28 12:00:00+00:00', NULL);
INSERT INTO "results" ("member", "route", "key", "body_hash", "location", "status", "created_at") VALUES ('y4326ctkw564n749y4zax3ryh4', 'POST /offers', 'k', '', '/', 303, '2026-11-28 12:00:00+00:00');
INSERT INTO "words" ("word", "kind", "subject") VALUES ('a', 'offer', '06h09r0echsbv6xsj4y24gpaw8');
INSERT INTO "words" ("word", "kind", "subject") VALUES ('a', 'offer', '06h09r0efssdke4hyv5wgezsvr');
INSERT INTO "words" ("word", "kind", "subject") VALUES ('a', 'offer', '06h09r0ehdrx5dgwx5m6znmawc');
INSERT INTO "words" ("word", "kind", "subject") VALUES ('bike', 'offer', '06h09r0echsbv6xsj4y24gpaw8');
INSERT INTO "words" ("word", "kind", "subject") VALUES ('blue', 'offer', '06h09r0echsbv6xsj4y24gpaw8');
INSERT INTO "words" ("word", "kind", "subject") VALUES ('chair', 'offer', '06h09r0ehdrx5dgwx5m6znmawc');
INSERT INTO "words" ("word", "kind", "subject") VALUES ('furniture', 'offer', '06h09r0ehdrx5dgwx5m6znmawc');
INSERT INTO "words" ("word", "kind", "subject") VALUES ('green', 'offer', '06h09r0efssdke4hyv5wgezsvr');
INSERT INTO "words" ("word", "kind", "subject") VALUES ('it', 'offer', '06h09r0echsbv6xsj4y24gpaw8');
INSERT INTO "words" ("word", "kind", "subject") VALUES ('it', 'offer', '06h09r0efssdke4hyv5wgezsvr');
INSERT INTO "words" ("word", "kind", "subject") VALUES ('lamp', 'offer', '06h09r0efssdke4hyv5wgezsvr');
INSERT INTO "words" ("word", "kind", "subject") VALUES ('lower', 'offer', '06h09r0echsbv6xsj4y24gpaw8');
INSERT INTO "words" ("word", "kind", "subject") VALUES ('lower', 'offer', '06h09r0efssdke4hyv5wgezsvr');
INSERT INTO "words" ("word", "kind", "subject") VALUES ('mill', 'offer', '06h09r0echsbv6xsj4y24gpaw8');
INSERT INTO "words" ("word", "kind", "subject") VALUES ('mill', 'offer', '06h09r0efssdke4hyv5wgezsvr');
INSERT INTO "words" ("word", "kind", "subject") VALUES ('other', 'offer', '06h09r0echsbv6xsj4y24gpaw8');
INSERT INTO "words" ("word", "kind", "subject") VALUES ('other', 'offer', '06h09r0efssdke4hyv5wgezsvr');
INSERT INTO "words" ("word", "kind", "subject") VALUES ('shade', 'offer', '06h09r0efssdke4hyv5wgezsvr');
INSERT INTO "words" ("word", "kind", "subject") VALUES ('street', 'offer', '06h09r0echsbv6xsj4y24gpaw8');
INSERT INTO "words" ("word", "kind", "subject") VALUES ('street', 'offer', '06h09r0efssdke4hyv5wgezsvr');
INSERT INTO "words" ("word", "kind", "subject") VALUES ('with', 'offer', '06h09r0efssdke4hyv5wgezsvr');
INSERT INTO "words" ("word", "kind", "subject") VALUES ('works', 'offer', '06h09r0echsbv6xsj4y24gpaw8');
INSERT INTO "words" ("word", "kind", "subject") VALUES ('works', 'offer', '06h09r0efssdke4hyv5wgezsvr');
INSERT INTO "peers" ("origin", "failures", "probe_at", "wait_until", "last_heard_at", "last_tried_at", "last_error", "clock_skew", "scheme") VALUES ('https://birch.example', 0, NULL, NULL, '2026-11-28 12:00:00+00:00', NULL, '', 0, '');
INSERT INTO "inbox" ("id", "activity_id", "signer", "origin", "type", "about", "body", "hash", "received_at", "committed_at", "state", "attempts", "retry_at", "error", "ended_at", "purge_at") VALUES ('06h09r0ej5thk6p2ynba6e04bg', 'https://birch.example/ap/collective/x', 'https://birch.example/ap/collective', 'https://birch.example', 'Update', '', x'7b2274797065223a22557064617465227d', '610f7843d8da7dc5e0d3c57c5ac98bd60ca0c6c0a018303e33fe08256be2c9b7', '2026-11-28 12:00:00+00:00', '2026-11-28 12:00:00+00:00', 'pending', 0, '2026-11-28 12:00:00+00:00', '', NULL, NULL);
INSERT INTO "activities" ("id", "actor", "type", "object", "body", "hash", "public", "farewell", "recipient", "created_at", "purge_at") VALUES ('06h09r0ej9rgddheqd8wvc6hk4', 'collective', 'Create', 'offers/06h09r0efssdke4hyv5wgezsvr', x'7b7d', '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a', 1, 0, '', '2026-11-28 12:00:00+00:00', NULL);
INSERT INTO "deliveries" ("id", "activity_id", "inbox", "host", "object", "state", "attempt", "queued_at", "run_at", "lease_until", "lease_token", "last_status", "last_error", "ended_at") VALUES ('06h09r0ej9taq4t6esgawhwqtc', '06h09r0ej9rgddheqd8wvc6hk4', 'https://birch.example/ap/inbox', 'https://birch.example', 'offers/06h09r0efssdke4hyv5wgezsvr', 'due', 0, '2026-11-28 12:00:00+00:00', '2026-11-28 12:00:00+00:00', NULL, '', 0, '', NULL);
INSERT INTO "collective" ("id", "version", "name", "about", "area", "language", "zone", "quiet_from", "quiet_to", "open", "base_url", "secret", "set_up_at") VALUES (1, 1, 'Alder', '', 'Lower Mill Street', 'en', 'Europe/Berlin', 1260, 480, 0, 'https://alder.example', '9853838e94c1a1eadd17aecfaa592ba283d71ea30767a28df83aec1027647c1a', '2026-11-24 12:00:00+00:00');
INSERT INTO "members" ("id", "version", "nickname", "nickname_key", "language", "contact", "feed", "feed_hash", "joined_at", "left_at") VALUES ('58cdet2fm90bd349cy0kq7nwj4', 1, 'Sage', 'sage', 'en', '', '', NULL, '2026-11-24 12:00:00+00:00', NULL);
INSERT INTO "members" ("id", "version", "nickname", "nickname_key", "language", "contact", "feed", "feed_hash", "joined_at", "left_at") VALUES ('kenwydpwgs6yb1c4kjdwxk5ayr', 1, 'Ana', 'ana', 'en', '', '', NULL, '2026-11-24 12:00:00+00:00', NULL);
INSERT INTO "members" ("id", "version", "nickname", "nickname_key", "language", "contact", "feed", "feed_hash", "joined_at", "left_at") VALUES ('y4326ctkw564n749y4zax3ryh4', 1, 'Ben', 'ben', 'en', '', '', NULL, '2026-11-24 12:00:00+00:00', NULL);
INSERT INTO "credentials" ("member", "passphrase", "words_hash") VALUES ('58cdet2fm90bd349cy0kq7nwj4', '$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2E$bm9ib2R5IGtub3dzIHRoaXMgcGFzc3BocmFzZSBhdCBhbGw', '473262c460a021f21bcb9aa971ac646d01fa17fbd6ba70e246df4d8b3904cbf3');
INSERT INTO "credentials" ("member", "passphrase", "words_hash") VALUES ('kenwydpwgs6yb1c4kjdwxk5ayr', '$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2E$bm9ib2R5IGtub3dzIHRoaXMgcGFzc3BocmFzZSBhdCBhbGw', '9f8054a0cd34fc420743471ee9d7c904f2f872aeffc6817a532c347f7651b92c');
INSERT INTO "credentials" ("member", "passphrase", "words_hash") VALUES ('y4326ctkw564n749y4zax3ryh4', '$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2E$bm9ib2R5IGtub3dzIHRoaXMgcGFzc3BocmFzZSBhdCBhbGw', '13d4d57a3b12a2115f7ad7276c499af77a7c3e5e089529f6a753c153d755251e');
INSERT INTO "sessions" ("id", "member", "token_hash", "label", "created_on", "idle_until", "ends_at") VALUES ('vba2tae7xd54sd1712rhrtbndg', 'y4326ctkw564n749y4zax3ryh4', '37f3252c289e389c7adfcc017f6cc49257608d0b0d33752ce26d0b7c1be641a6', 'telephone', '2026-11-28 00:00:00+00:00', '2026-12-12 00:00:00+00:00', '2027-02-26 00:00:00+00:00');
INSERT INTO "roles" ("member", "role", "version", "since", "until") VALUES ('58cdet2fm90bd349cy0kq7nwj4', 'steward', 1, '2026-11-24 12:00:00+00:00', '2027-02-24 12:00:00+00:00');
INSERT INTO "invites" ("id", "version", "code_hash", "kind", "uses", "made_by", "expires_at", "revoked_at") VALUES ('06h09r0e9xwrb4vm69frq8381r', 2, 'a118c88209328ab1fc88570a9dfaf8fb505ffb3388bc8e59ab0ac1072da4b7ad', 'member', 0, '58cdet2fm90bd349cy0kq7nwj4', '2026-12-01 12:00:00+00:00', NULL);
INSERT INTO "invites" ("id", "version", "code_hash", "kind", "uses", "made_by", "expires_at", "revoked_at") VALUES ('06h09r0ea5snk3axh5d8m9cy0g', 2, 'e8587277db831ba416fa914498be3a580f7d076fa656025d6a0dae9233ca554a', 'member', 0, '58cdet2fm90bd349cy0kq7nwj4', '2026-12-01 12:00:00+00:00', NULL);
INSERT INTO "recovery_links" ("code_hash", "member", "expires_at") VALUES ('dd1776e91c211ad9a23b05911a5a36deccea098ebabe320f799d710339c16ade', 'kenwydpwgs6yb1c4kjdwxk5ayr', '2026-11-28 12:15:00+00:00');
INSERT INTO "blocks" ("member", "other") VALUES ('kenwydpwgs6yb1c4kjdwxk5ayr', '58cdet2fm90bd349cy0kq7nwj4');
INSERT INTO "notices" ("id", "member", "kind", "subject", "at") VALUES ('06h09r0edss0n5bw25x19s0j5c', 'kenwydpwgs6yb1c4kjdwxk5ayr', 'claim.taker', '5ksy8zbq6d3nv6h9e8ptcf6qtr', '2026-11-28 12:00:00+00:00');
INSERT INTO "notices" ("id", "member", "kind", "subject", "at") VALUES ('06h09r0ehhyn773krea1epnhtm', 'y4326ctkw564n749y4zax3ryh4', 'claim.promised', 'jgwmpm908s1excfjtteaptfzhm', '2026-11-28 12:00:00+00:00');
INSERT INTO "notices" ("id", "member", "kind", "subject", "at") VALUES ('06h09r0ehxrdn4mha78mdk5mng', 'kenwydpwgs6yb1c4kjdwxk5ayr', 'recovery.link_made', 'kenwydpwgs6yb1c4kjdwxk5ayr', '2026-11-28 12:00:00+00:00');
INSERT INTO "notices" ("id", "member", "kind", "subject", "at") VALUES ('06h09r0ej5svz484apszfg3v1g', '58cdet2fm90bd349cy0kq7nwj4', 'letter.received', '06h09r0ej1x3n5cqzf9xe6hjdc', '2026-11-28 12:00:00+00:00');
INSERT INTO "deeds" ("id", "at", "kind", "subject", "made_by") VALUES ('06h09r0ehxryh9wxb72vcvjfb8', '2026-11-28 12:00:00+00:00', 'member.let_back_in', 'kenwydpwgs6yb1c4kjdwxk5ayr', '58cdet2fm90bd349cy0kq7nwj4');
INSERT INTO "photos" ("id", "version", "owner", "subject", "width", "height", "created_at", "dropped_at") VALUES ('nss66jssax3h1a90h7ge8ymttm', 2, 'kenwydpwgs6yb1c4kjdwxk5ayr', 'offer:06h09r0efssdke4hyv5wgezsvr', 8, 6, '2026-11-28 12:00:00+00:00', NULL);
INSERT INTO "photos" ("id", "version", "owner", "subject", "width", "height", "created_at", "dropped_at") VALUES ('vw0h39w61554v48sb2h0xcmv64', 2, 'kenwydpwgs6yb1c4kjdwxk5ayr', 'offer:06h09r0echsbv6xsj4y24gpaw8', 8, 6, '2026-11-24 12:00:00+00:00', NULL);
INSERT INTO "actors" ("iri", "origin", "type", "name", "summary", "handle", "url", "inbox", "shared_inbox", "open_url", "fetched_at") VALUES ('https://birch.example/ap/collective', 'https://birch.example', 'Organization', 'Birch', '', 'collective@birch.example', '', 'https://birch.example/ap/collective/inbox', 'https://birch.example/ap/inbox', 'https://birch.example/ap/collective/open', '2026-11-24 12:00:00+00:00');
INSERT INTO "edges" ("id", "version", "actor", "origin", "state", "our_follow", "ours_accepted", "their_follow", "theirs_accepted", "since") VALUES ('06h09r0eadsb74ggh4aye1d7bw', 3, 'https://birch.example/ap/collective', 'https://birch.example', 'neighbours', '06h09r0eahtgn5fz6pvtw3h00r', 1, 'https://birch.example/ap/activities/follow', 1, '2026-11-24 12:00:00+00:00');
INSERT INTO "shut_out" ("subject", "since") VALUES ('evil.example', '2026-11-28 12:00:00+00:00');
INSERT INTO "messages" ("id", "version", "agreement", "side", "nickname", "text", "sent_at", "origin") VALUES ('xq0qe2xjz14z77tj931sevk1sr', 1, 'jgwmpm908s1excfjtteaptfzhm', 'asker', 'Ben', 'I come at ten', '2026-11-28 12:00:00+00:00', '');
INSERT INTO "offers" ("id", "version", "home", "state", "title", "description", "category", "condition", "faults", "language", "area", "windows", "audience", "goes_off_today", "quantity", "left", "max_per_claim", "photos", "published_at", "gather_until", "draw_commit", "updated_at", "expires_at", "giver", "place", "choice", "secret", "round", "choose_by", "giver_silent", "rested_at", "next_at", "ended_at", "hidden_by", "hidden_words", "hidden_until", "replaced_by", "purge_at", "purged_at", "iri", "url", "seq", "lease_until", "picture", "picture_alt") VALUES ('06h09r0echsbv6xsj4y24gpaw8', 3, '', 'all_promised', 'A blue bike', 'It works.', 'other', 'good', '', 'en', 'Lower Mill Street', NULL, 'friends', 0, 1, 0, 1, '["vw0h39w61554v48sb2h0xcmv64"]', '2026-11-24 12:00:00+00:00', '2026-11-25 12:00:00+00:00', '2c56bed562adc920e959e443da7a7ab59961d93ae9c14ed27620ab0202123cf9', '2026-11-28 12:00:00+00:00', '2026-12-24 12:00:00+00:00', 'kenwydpwgs6yb1c4kjdwxk5ayr', 'Mill Street 7', 'draw', '11e0e29ac517872a2dd6cc03d8e00093249d20a4b017804c43ac11139a5b16d3', 1, NULL, 0, NULL, '2026-12-05 12:00:00+00:00', NULL, '', '', NULL, '', NULL, NULL, '', '', 0, NULL, '', '');
INSERT INTO "offers" ("id", "version", "home", "state", "title", "description", "category", "condition", "faults", "language", "area", "windows", "audience", "goes_off_today", "quantity", "left", "max_per_claim", "photos", "published_at", "gather_until", "draw_commit", "updated_at", "expires_at", "giver", "place", "choice", "secret", "round", "choose_by", "giver_silent", "rested_at", "next_at", "ended_at", "hidden_by", "hidden_words", "hidden_until", "replaced_by", "purge_at", "purged_at", "iri", "url", "seq", "lease_until", "picture", "picture_alt") VALUES ('06h09r0efssdke4hyv5wgezsvr', 2, '', 'gathering', 'A lamp with a green shade', 'It works.', 'other', 'good', '', 'en', 'Lower Mill Street', NULL, 'friends', 0, 1, 1, 1, '["nss66jssax3h1a90h7ge8ymttm"]', '2026-11-28 12:00:00+00:00', '2026-11-29 12:00:00+00:00', 'f6a3bdded3e0e40966e47009f18b508105928865efeb271354e75fe9570b25fd', '2026-11-28 12:00:00+00:00', '2026-12-28 12:00:00+00:00', 'kenwydpwgs6yb1c4kjdwxk5ayr', 'Mill Street 7', 'draw', 'bda20f9b3dbe6054c8d17b71fd53313d995d3861ff415a9fadbea61d2ddf842e', 0, NULL, 0, NULL, '2026-11-29 12:15:00+00:00', NULL, '', '', NULL, '', NULL, NULL, '', '', 0, NULL, '', '');
INSERT INTO "offers" ("id", "version", "home", "state", "title", "description", "category", "condition", "faults", "language", "area", "windows", "audience", "goes_off_today", "quantity", "left", "max_per_claim", "photos", "published_at", "gather_until", "draw_commit", "updated_at", "expires_at", "giver", "place", "choice", "secret", "round", "choose_by", "giver_silent", "rested_at", "next_at", "ended_at", "hidden_by", "hidden_words", "hidden_until", "replaced_by", "purge_at", "purged_at", "iri", "url", "seq", "lease_until", "picture", "picture_alt") VALUES ('06h09r0ehdrx5dgwx5m6znmawc', 1, 'https://birch.example/ap/collective', 'gathering', 'A chair', '', 'furniture', 'good', '', 'en', '', NULL, 'anyone', 0, 1, 1, 1, NULL, '2026-11-28 12:00:00+00:00', NULL, '', '2026-11-28 12:00:00+00:00', NULL, '', '', 'draw', '', 0, NULL, 0, NULL, NULL, NULL, '', '', NULL, '', NULL, NULL, 'https://birch.example/ap/offers/chair', 'https://birch.example/offers/chair', 3, '2026-12-05 12:00:00+00:00', '', '');
INSERT INTO "claims" ("id", "version", "state", "asker", "peer", "handle", "window", "proposed", "hold_until", "reason", "apart", "purge_at", "offer", "ticket", "quantity", "others_first", "note", "area", "windows", "asked", "left_out", "late", "round") VALUES ('3pz7aqgcrx3pv5xpn966d3nn4m', 1, 'gathering', '', 'https://birch.example/ap/collective', 'two', NULL, NULL, NULL, '', 0, NULL, '06h09r0efssdke4hyv5wgezsvr', 'e150c67be77c898a87d908775c2c895d', 1, 0, '', '', NULL, 'https://birch.example/ap/activities/two', 0, 0, 0);
INSERT INTO "claims" ("id", "version", "state", "asker", "peer", "handle", "window", "proposed", "hold_until", "reason", "apart", "purge_at", "offer", "ticket", "quantity", "others_first", "note", "area", "windows", "asked", "left_out", "late", "round") VALUES ('55jg8pwz2x38kean3mp3jghe9m', 2, 'waiting', 'y4326ctkw564n749y4zax3ryh4', '', '', NULL, NULL, NULL, '', 0, NULL, '06h09r0echsbv6xsj4y24gpaw8', '8317e322561cffd8132c72bcff0b3e6d', 1, 0, 'for my way to work', '', NULL, '', 0, 0, 0);
INSERT INTO "claims" ("id", "version", "state", "asker", "peer", "handle", "window", "proposed", "hold_until", "reason", "apart", "purge_at", "offer", "ticket", "quantity", "others_first", "note", "area", "windows", "asked", "left_out", "late", "round") VALUES ('5ksy8zbq6d3nv6h9e8ptcf6qtr', 2, 'promised', '', 'https://birch.example/ap/collective', 'one', NULL, NULL, '2026-12-05 12:00:00+00:00', '', 0, NULL, '06h09r0echsbv6xsj4y24gpaw8', 'a3a4c26f96ca5dd06055f365b70b253f', 1, 0, '', '', NULL, 'https://birch.example/ap/activities/one', 0, 0, 1);
INSERT INTO "claims" ("id", "version", "state", "asker", "peer", "handle", "window", "proposed", "hold_until", "reason", "apart", "purge_at", "offer", "ticket", "quantity", "others_first", "note", "area", "windows", "asked", "left_out", "late", "round") VALUES ('pmgjkkev1970n3dc4ct3bs1ekg', 1, 'gathering', 'y4326ctkw564n749y4zax3ryh4', '', '', NULL, NULL, NULL, '', 0, NULL, '06h09r0efssdke4hyv5wgezsvr', 'fa9a00c0283ccc224ff80400d87acab4', 1, 0, 'for my way to work', '', NULL, '', 0, 0, 0);
INSERT INTO "rounds" ("offer", "round", "sheet", "drawn_at") VALUES ('06h09r0echsbv6xsj4y24gpaw8', 1, '{"offer":"https://alder.example/ap/offers/06h09r0echsbv6xsj4y24gpaw8","round":1,"commit":"2c56bed562adc920e959e443da7a7ab59961d93ae9c14ed27620ab0202123cf9","secrets":["5e68b9ba7fb2b2de4c5a5170f71dd0ba67ca42374630e19f74134884b243f376"],"left":1,"claims":[{"ticket":"8317e322561cffd8132c72bcff0b3e6d","quantity":1,"others_first":false},{"ticket":"a3a4c26f96ca5dd06055f365b70b253f","quantity":1,"others_first":false}],"order":["a3a4c26f96ca5dd06055f365b70b253f","8317e322561cffd8132c72bcff0b3e6d"],"promised":["a3a4c26f96ca5dd06055f365b70b253f"]}', '2026-11-28 12:00:00+00:00');
INSERT INTO "askings" ("id", "version", "state", "asker", "peer", "handle", "window", "proposed", "hold_until", "reason", "apart", "purge_at", "mirror", "ticket", "quantity", "others_first", "note", "windows", "theirs", "seq", "wished", "wished_window", "offered", "asked_at") VALUES ('jgwmpm908s1excfjtteaptfzhm', 2, 'promised', 'y4326ctkw564n749y4zax3ryh4', 'https://birch.example/ap/collective', 'UJbFtYQeTH9CBiWkcEvfpLK2phYehOcdFYo7VYRIvvc', NULL, NULL, '2026-12-05 12:00:00+00:00', '', 0, NULL, '06h09r0ehdrx5dgwx5m6znmawc', '06866e990ae7acc5880d0802dbaeaf11', 1, 0, 'for the kitchen', NULL, 'https://birch.example/ap/agreements/a', 2, '', NULL, NULL, '2026-11-28 12:00:00+00:00');
INSERT INTO "uptime" ("id", "alive_at", "down_from", "up_since") VALUES (1, '2026-11-28 12:00:00+00:00', '2026-11-28 12:00:00+00:00', '2026-11-28 12:00:00+00:00');
INSERT INTO "letters" ("id", "version", "sender", "name", "object", "about", "text", "language", "received_at", "read_at") VALUES ('06h09r0ej1x3n5cqzf9xe6hjdc', 1, 'https://birch.example/ap/collective', 'Birch', 'https://birch.example/ap/collective/letter', '', 'Shall we meet?', '', '2026-11-28 12:00:00+00:00', NULL);
INSERT INTO "actor_keys" ("actor", "private_pem", "public_pem", "created_at") VALUES ('node', 'a private key', 'a public key', '2026-11-24 12:00:00+00:00');
