-- +goose Up
-- When this node was last up, so that a start knows for how long nobody could reach it. One row.
CREATE TABLE uptime (
  id        INTEGER PRIMARY KEY CHECK (id = 1),
  alive_at  TIMESTAMP NOT NULL,
  down_from TIMESTAMP NOT NULL,
  up_since  TIMESTAMP NOT NULL
);
