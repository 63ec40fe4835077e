-- +goose Up
-- When this node was last up, so that a start knows for how long nobody could reach it. One row.
CREATE TABLE uptime (
  id        INTEGER PRIMARY KEY CHECK (id = 1),
  alive_at  TIMESTAMPTZ NOT NULL,
  down_from TIMESTAMPTZ NOT NULL,
  up_since  TIMESTAMPTZ NOT NULL
);
