#include "scenarios/final_state.h"

#include "adapters/sqlite/connection.h"
#include "core/ports/check.h"
#include "fakes/kv/content_digest.h"

namespace cutover::scenarios {
namespace {

ResultSet read(fakes::D1Service& d1, std::string_view sql) {
  auto result = d1.connection().run({sql, {}});
  CUTOVER_CHECK(result.has_value(), "a migrated database has these tables");
  return std::move(*result);
}

struct AddValue {
  fakes::ContentDigest& digest;
  void operator()(std::monostate) const { digest.add("null"); }
  void operator()(std::int64_t number) const { digest.add_number(number); }
  void operator()(double number) const { digest.add("real " + std::to_string(number)); }
  void operator()(const std::string& text) const { digest.add(text); }
  void operator()(const Blob& blob) const { digest.add("blob " + blob.bytes); }
};

std::string digest_of(fakes::D1Service& d1, std::string_view sql) {
  fakes::ContentDigest digest;
  for (const SqlRow& row : read(d1, sql).rows) {
    for (const SqlValue& value : row) std::visit(AddValue{digest}, value);
  }
  return digest.text();
}

std::string totals_of(fakes::D1Service& d1) {
  const ResultSet runs = read(d1, R"sql(
    SELECT state || ' listed ' || listed || ', inserted ' || inserted || ', updated ' || updated ||
           ', unchanged ' || unchanged || ', superseded ' || superseded || ', empty ' || empty ||
           ', expired ' || expired || ', rejected ' || rejected || ', failed ' || failed ||
           ', pending ' || pending
    FROM MigrationRuns ORDER BY rowid DESC LIMIT 1)sql");
  return runs.rows.empty() ? "no run" : std::string(as_text(runs.rows[0][0]));
}

}  // namespace

FinalState final_state(fakes::D1Service& d1) {
  return {digest_of(d1, R"sql(
            SELECT isbn, title, authors, authors_detailed, publication_year, publisher, page_count,
                   language, categories, description, cover_url, thumbnail_url,
                   canonical_metadata, published_date, origin, source_key, source_rank,
                   source_time, source_expires_at, content_hash, quality, version
            FROM Books ORDER BY isbn)sql"),
          digest_of(d1, R"sql(
            SELECT key, isbn, outcome, reason, marks, content_hash, expires_at
            FROM MigrationOutcomes
            WHERE run_id = (SELECT run_id FROM MigrationRuns ORDER BY rowid DESC LIMIT 1)
            ORDER BY key)sql"),
          totals_of(d1), digest_of(d1, R"sql(
            SELECT user_id, isbn, status, rating, review, added_at, started_at, completed_at
            FROM UserLibrary ORDER BY user_id, isbn)sql")};
}

}  // namespace cutover::scenarios
