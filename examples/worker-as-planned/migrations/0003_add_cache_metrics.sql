CREATE TABLE IF NOT EXISTS CacheMetrics (
  cache_key TEXT PRIMARY KEY NOT NULL,
  hit_count INTEGER NOT NULL DEFAULT 0,
  miss_count INTEGER NOT NULL DEFAULT 0,
  last_accessed INTEGER NOT NULL DEFAULT (unixepoch()),
  data_size_bytes INTEGER,
  ttl_seconds INTEGER
);

CREATE INDEX idx_cache_last_accessed ON CacheMetrics(last_accessed);
