-- +goose Up
-- What comes in and goes out, and the peers it is exchanged with. An origin is scheme://host[:port].
CREATE TABLE peers (
  origin        TEXT COLLATE "C" PRIMARY KEY,
  failures      BIGINT NOT NULL CHECK (failures >= 0),
  probe_at      TIMESTAMPTZ,
  wait_until    TIMESTAMPTZ,
  last_heard_at TIMESTAMPTZ,
  last_tried_at TIMESTAMPTZ,
  last_error    TEXT NOT NULL,
  clock_skew    BIGINT NOT NULL,
  scheme        TEXT NOT NULL CHECK (scheme IN ('', 'cavage', 'rfc9421'))
);
CREATE INDEX peers_turn ON peers (last_tried_at NULLS FIRST, origin);

CREATE TABLE inbox (
  id           TEXT COLLATE "C" PRIMARY KEY,
  activity_id  TEXT COLLATE "C" NOT NULL,
  signer       TEXT NOT NULL,
  origin       TEXT COLLATE "C" NOT NULL REFERENCES peers (origin),
  type         TEXT NOT NULL,
  about        TEXT NOT NULL,
  body         BYTEA NOT NULL,
  hash         TEXT NOT NULL CHECK (length(hash) = 64),
  received_at  TIMESTAMPTZ NOT NULL,
  committed_at TIMESTAMPTZ NOT NULL,
  state        TEXT NOT NULL CHECK (state IN ('pending', 'done', 'parked', 'dropped')),
  attempts     BIGINT NOT NULL CHECK (attempts >= 0),
  retry_at     TIMESTAMPTZ NOT NULL,
  error        TEXT NOT NULL,
  ended_at     TIMESTAMPTZ,
  purge_at     TIMESTAMPTZ,
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
  id         TEXT COLLATE "C" PRIMARY KEY,
  actor      TEXT COLLATE "C" NOT NULL CHECK (actor IN ('collective', 'decisions', 'node')),
  type       TEXT NOT NULL,
  object     TEXT COLLATE "C" NOT NULL,
  body       BYTEA NOT NULL,
  hash       TEXT NOT NULL CHECK (length(hash) = 64),
  public     BOOLEAN NOT NULL,
  farewell   BOOLEAN NOT NULL,
  recipient  TEXT COLLATE "C" NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  purge_at   TIMESTAMPTZ,
  CHECK (NOT (public AND recipient <> ''))
);
CREATE INDEX activities_outbox ON activities (actor, id) WHERE public;
CREATE INDEX activities_object ON activities (object, recipient, id);
CREATE INDEX activities_purge ON activities (purge_at) WHERE purge_at IS NOT NULL;

CREATE TABLE deliveries (
  id          TEXT COLLATE "C" PRIMARY KEY,
  activity_id TEXT COLLATE "C" NOT NULL REFERENCES activities (id) ON DELETE CASCADE,
  inbox       TEXT COLLATE "C" NOT NULL,
  host        TEXT COLLATE "C" NOT NULL REFERENCES peers (origin),
  object      TEXT COLLATE "C" NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('due', 'sent', 'gone', 'parked')),
  attempt     BIGINT NOT NULL CHECK (attempt >= 0),
  queued_at   TIMESTAMPTZ NOT NULL,
  run_at      TIMESTAMPTZ NOT NULL,
  lease_until TIMESTAMPTZ,
  lease_token TEXT NOT NULL,
  last_status BIGINT NOT NULL,
  last_error  TEXT NOT NULL,
  ended_at    TIMESTAMPTZ,
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
  id         TEXT COLLATE "C" PRIMARY KEY,
  owner      TEXT NOT NULL,
  origin     TEXT COLLATE "C" NOT NULL,
  pem        TEXT NOT NULL,
  tried_at   TIMESTAMPTZ NOT NULL,
  fetched_at TIMESTAMPTZ,
  CHECK ((pem = '') = (fetched_at IS NULL))
);
CREATE INDEX remote_keys_owner ON remote_keys (owner);
CREATE INDEX remote_keys_tried ON remote_keys (tried_at);

CREATE TABLE actor_keys (
  actor       TEXT COLLATE "C" PRIMARY KEY CHECK (actor IN ('collective', 'decisions', 'node')),
  private_pem TEXT NOT NULL CHECK (private_pem <> ''),
  public_pem  TEXT NOT NULL CHECK (public_pem <> ''),
  created_at  TIMESTAMPTZ NOT NULL
);

CREATE TABLE reaches (
  object TEXT COLLATE "C" NOT NULL,
  inbox  TEXT COLLATE "C" NOT NULL,
  until  TIMESTAMPTZ,
  PRIMARY KEY (object, inbox)
);
CREATE INDEX reaches_until ON reaches (until) WHERE until IS NOT NULL;
