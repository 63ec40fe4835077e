-- +goose Up
-- When a neighbour was last asked what it has open: its silence counts from then, and not from when this node was away.
ALTER TABLE edges ADD COLUMN asked_at TIMESTAMP;
