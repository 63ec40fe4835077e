-- +goose Up
-- Who is here: the collective's own settings, members and what opens their doors, roles with terms, notices, blocks.
-- Of everything that opens a door only the hash is kept, and the schema refuses anything else.
CREATE TABLE collective (
  id         INTEGER PRIMARY KEY CHECK (id = 1),
  version    BIGINT NOT NULL,
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
  set_up_at  TIMESTAMPTZ NOT NULL
);

CREATE TABLE setup_links (
  code_hash  TEXT PRIMARY KEY CHECK (length(code_hash) = 64),
  expires_at TIMESTAMPTZ NOT NULL
);

-- A member who left is a tombstone: the id, so that it is never used again, and nothing that says who it was.
CREATE TABLE members (
  id           TEXT COLLATE "C" PRIMARY KEY,
  version      BIGINT NOT NULL,
  nickname     TEXT NOT NULL,
  nickname_key TEXT COLLATE "C" UNIQUE,
  language     TEXT NOT NULL,
  contact      TEXT NOT NULL,
  feed         TEXT NOT NULL,
  feed_hash    TEXT UNIQUE CHECK (length(feed_hash) = 64),
  joined_at    TIMESTAMPTZ,
  left_at      TIMESTAMPTZ,
  CHECK ((left_at IS NULL AND nickname_key IS NOT NULL AND joined_at IS NOT NULL)
      OR (left_at IS NOT NULL AND nickname_key IS NULL AND joined_at IS NULL AND nickname = '' AND contact = '' AND feed = '' AND feed_hash IS NULL)),
  CHECK ((feed = '') = (feed_hash IS NULL))
);

CREATE TABLE credentials (
  member     TEXT COLLATE "C" PRIMARY KEY REFERENCES members (id),
  passphrase TEXT NOT NULL CHECK (passphrase LIKE '$argon2id$%'),
  words_hash TEXT NOT NULL UNIQUE CHECK (length(words_hash) = 64)
);

CREATE TABLE knocks (
  name_hash  TEXT PRIMARY KEY CHECK (length(name_hash) = 64),
  tries      INTEGER NOT NULL,
  wait_until TIMESTAMPTZ NOT NULL,
  last_at    TIMESTAMPTZ NOT NULL
);
CREATE INDEX knocks_age ON knocks (last_at);

CREATE TABLE sessions (
  id         TEXT COLLATE "C" PRIMARY KEY,
  member     TEXT COLLATE "C" NOT NULL REFERENCES members (id),
  token_hash TEXT NOT NULL UNIQUE CHECK (length(token_hash) = 64),
  label      TEXT NOT NULL,
  created_on TIMESTAMPTZ NOT NULL,
  idle_until TIMESTAMPTZ NOT NULL,
  ends_at    TIMESTAMPTZ NOT NULL,
  CHECK (idle_until <= ends_at)
);
CREATE INDEX sessions_member ON sessions (member, id);
CREATE INDEX sessions_idle ON sessions (idle_until);

CREATE TABLE tokens (
  id         TEXT COLLATE "C" PRIMARY KEY,
  member     TEXT COLLATE "C" NOT NULL REFERENCES members (id),
  token_hash TEXT NOT NULL UNIQUE CHECK (length(token_hash) = 64),
  name       TEXT NOT NULL,
  scopes     TEXT NOT NULL,
  created_on TIMESTAMPTZ NOT NULL,
  expires_at TIMESTAMPTZ
);
CREATE INDEX tokens_member ON tokens (member, id);
CREATE INDEX tokens_expiry ON tokens (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE roles (
  member  TEXT COLLATE "C" NOT NULL REFERENCES members (id),
  role    TEXT NOT NULL CHECK (role IN ('steward')),
  version BIGINT NOT NULL,
  since   TIMESTAMPTZ NOT NULL,
  until   TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (member, role),
  CHECK (until >= since)
);
CREATE INDEX roles_term ON roles (role, until, member);

CREATE TABLE invites (
  id         TEXT COLLATE "C" PRIMARY KEY,
  version    BIGINT NOT NULL,
  code_hash  TEXT NOT NULL UNIQUE CHECK (length(code_hash) = 64),
  kind       TEXT NOT NULL CHECK (kind IN ('member', 'steward')),
  uses       INTEGER NOT NULL CHECK (uses >= 0),
  made_by    TEXT COLLATE "C" REFERENCES members (id),
  expires_at TIMESTAMPTZ NOT NULL,
  revoked_at TIMESTAMPTZ
);
CREATE INDEX invites_maker ON invites (made_by, id);
CREATE INDEX invites_expiry ON invites (expires_at);

CREATE TABLE recovery_links (
  code_hash  TEXT PRIMARY KEY CHECK (length(code_hash) = 64),
  member     TEXT COLLATE "C" NOT NULL REFERENCES members (id),
  expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX recovery_links_member ON recovery_links (member);
CREATE INDEX recovery_links_expiry ON recovery_links (expires_at);

CREATE TABLE blocks (
  member TEXT COLLATE "C" NOT NULL REFERENCES members (id),
  other  TEXT COLLATE "C" NOT NULL REFERENCES members (id),
  PRIMARY KEY (member, other),
  CHECK (member <> other)
);
CREATE INDEX blocks_other ON blocks (other);

CREATE TABLE notices (
  id      TEXT COLLATE "C" PRIMARY KEY,
  member  TEXT COLLATE "C" NOT NULL REFERENCES members (id),
  kind    TEXT NOT NULL,
  subject TEXT NOT NULL,
  at      TIMESTAMPTZ NOT NULL,
  UNIQUE (member, kind, subject)
);
CREATE INDEX notices_newest ON notices (member, at, id);
CREATE INDEX notices_subject ON notices (kind, subject);
CREATE INDEX notices_age ON notices (at);

CREATE TABLE deeds (
  id      TEXT COLLATE "C" PRIMARY KEY,
  at      TIMESTAMPTZ NOT NULL,
  kind    TEXT NOT NULL,
  subject TEXT NOT NULL,
  made_by TEXT COLLATE "C" REFERENCES members (id)
);
CREATE INDEX deeds_age ON deeds (at, id);
