-- The answer that a request got, to be given again when the request is repeated with its key.
-- Kept 24 hours: each new answer removes a bounded number of older ones.
CREATE TABLE IdempotencyKeys (
  subject TEXT NOT NULL,
  key TEXT NOT NULL,
  request_hash TEXT NOT NULL,
  status INTEGER NOT NULL,
  body TEXT NOT NULL,
  created_at INTEGER NOT NULL DEFAULT (unixepoch()),
  PRIMARY KEY (subject, key)
) WITHOUT ROWID;

CREATE INDEX idx_idempotency_keys_created ON IdempotencyKeys(created_at);
