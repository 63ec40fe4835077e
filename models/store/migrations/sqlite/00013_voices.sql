-- +goose Up
-- What strangers say: in public about a thing of ours, which can be shown on its page; as a wish, which waits for somebody here;
-- as a report. A claim that came of such a wish is answered in words.
ALTER TABLE letters ADD COLUMN kind TEXT NOT NULL DEFAULT 'word' CHECK (kind IN ('word', 'voice', 'wish', 'report', 'move'));
ALTER TABLE letters ADD COLUMN origin TEXT NOT NULL DEFAULT '';
ALTER TABLE letters ADD COLUMN asked_by TEXT NOT NULL DEFAULT '' CHECK (asked_by IN ('', 'reply', 'offer'));
ALTER TABLE letters ADD COLUMN quantity INTEGER NOT NULL DEFAULT 1 CHECK (quantity > 0);
ALTER TABLE letters ADD COLUMN shown_at TIMESTAMP;
ALTER TABLE letters ADD COLUMN objects TEXT;
CREATE INDEX letters_shown ON letters (about, id) WHERE shown_at IS NOT NULL;
CREATE INDEX letters_read ON letters (id) WHERE read_at IS NOT NULL;
CREATE INDEX letters_wishes ON letters (about, id) WHERE kind = 'wish';
CREATE INDEX letters_of_origin ON letters (origin) WHERE read_at IS NULL;
CREATE INDEX letters_of_sender ON letters (sender, received_at);
ALTER TABLE claims ADD COLUMN outside TEXT NOT NULL DEFAULT '' CHECK (outside IN ('', 'reply', 'offer'));
ALTER TABLE collective ADD COLUMN hold_voices BOOLEAN NOT NULL DEFAULT true;
