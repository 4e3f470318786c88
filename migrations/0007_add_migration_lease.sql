-- Who may write migration progress. The token grows with every grant, so that a holder who was
-- overtaken is refused by the database itself (R2.16). Its clock is the database's, never an
-- isolate's.
CREATE TABLE MigrationLease (
  name TEXT PRIMARY KEY NOT NULL,
  owner TEXT NOT NULL,
  token INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
);
