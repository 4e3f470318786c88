#include "scenarios/drills/drill.h"

namespace cutover::scenarios {

std::string_view name_of(Play play) {
  switch (play) {
    case Play::provoked: return "provoked";
    case Play::control: return "control";
    case Play::unmitigated: return "unmitigated";
  }
  return "provoked";
}

DrillRow run_drill(const Drill& drill, std::uint64_t seed) {
  DrillRow row;
  row.drill = drill;
  row.provoked = drill.play(Play::provoked, seed);
  row.control = drill.play(Play::control, seed);
  row.unmitigated = drill.play(Play::unmitigated, seed);
  return row;
}

const std::vector<Drill>& risk_drills() {
  static const std::vector<Drill> drills = {
      {"data_loss", "Data loss during migration",
       "replies of D1 are lost and the migrator is killed; afterwards rows are deleted, changed "
       "and "
       "an operator deletes entries of KV",
       "idempotent upserts, a checksummed backup, every record compared",
       "restore KV from the backup, migrate again", drill_data_loss},
      {"performance", "Performance regression",
       "every look-up of a book in D1 takes two seconds once all reads go there",
       "the rollout is gradual and the guard rolls back by itself",
       "the flag is set to false; answers are quick again within the stated bound",
       drill_slow_reads},
      {"d1_unavailable", "D1 database unavailability", "D1 refuses every call for five minutes",
       "KV's books are answered as always, and the breaker stops asking D1",
       "serve from KV only, then go on once D1 is back: the breaker closes by itself",
       drill_d1_unavailable},
      {"timeout", "Migration script timeout",
       "an invocation may make 60 D1 queries, and each eighth is killed in the middle",
       "chunks and checkpoints: no invocation exceeds its budget",
       "resume from the last checkpoint until it is complete", drill_migration_timeout},
      {"schema", "Schema design flaws", "the table of books lacks a column and an index",
       "the live schema is compared with the migration files, and nothing goes on before it is "
       "right",
       "a numbered migration adds what is missing, and the backfill fills it", drill_schema_flaw},
      {"incomplete", "Incomplete migration",
       "some values of KV cannot be read during the whole run",
       "the run says that it failed, the gate stays closed, the comparison names each record",
       "run again for the missing records", drill_incomplete_migration},
      {"stale_cache", "Cache invalidation issues",
       "books are corrected in D1 behind the back of the caches",
       "shadow reads find that KV and D1 differ, and writes stop",
       "the invalidation endpoint, book by book; within a minute everybody is told the truth",
       drill_stale_cache},
      {"slow_query", "Complex query performance",
       "the index behind the plan's second query is gone",
       "query plans are looked at: none may walk a whole table that an index serves",
       "a numbered migration adds the index again", drill_slow_query},
      {"contract", "API contract changes",
       "a version is deployed that renames one key of the book and drops another",
       "the contract regression compares every answer's shape with the one of before",
       "deploy the version before; both routes answer as they did", drill_contract_change},
  };
  return drills;
}

}  // namespace cutover::scenarios
