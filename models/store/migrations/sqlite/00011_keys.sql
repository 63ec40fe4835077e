-- +goose Up
-- An actor of ours has a key of each kind, and for a week after a change the one before it.
CREATE TABLE keys_of_ours (
  actor       TEXT NOT NULL CHECK (actor IN ('collective', 'decisions', 'node')),
  kind        TEXT NOT NULL CHECK (kind IN ('rsa', 'ed25519')),
  number      INTEGER NOT NULL CHECK (number >= 1),
  version     INTEGER NOT NULL,
  private_pem TEXT NOT NULL CHECK (private_pem <> ''),
  public_pem  TEXT NOT NULL CHECK (public_pem <> ''),
  created_at  TIMESTAMP NOT NULL,
  retired_at  TIMESTAMP,
  PRIMARY KEY (actor, kind, number)
);
INSERT INTO keys_of_ours (actor, kind, number, version, private_pem, public_pem, created_at)
  SELECT actor, 'rsa', 1, 1, private_pem, public_pem, created_at FROM actor_keys;
DROP TABLE actor_keys;
ALTER TABLE keys_of_ours RENAME TO actor_keys;
CREATE UNIQUE INDEX actor_keys_current ON actor_keys (actor, kind) WHERE retired_at IS NULL;

-- Since when a peer is known to take the scheme; what was learned long ago is not counted on.
ALTER TABLE peers ADD COLUMN takes TEXT NOT NULL DEFAULT '' CHECK (takes IN ('', 'cavage', 'rfc9421', 'ed25519'));
UPDATE peers SET takes = scheme;
ALTER TABLE peers DROP COLUMN scheme;
ALTER TABLE peers RENAME COLUMN takes TO scheme;
ALTER TABLE peers ADD COLUMN scheme_at TIMESTAMP;
