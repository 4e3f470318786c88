// Ledger::write_chunk: one chunk, one transaction.

#include "core/books/json_text.h"
#include "core/migrate/ledger.h"
#include "core/migrate/ledger_sql.h"
#include "core/ports/check.h"
#include "core/store/book_statements.h"

namespace cutover::migrate {
namespace {

// Seconds until a key is tried again: what KV may remember as absent must be forgotten first (M14).
constexpr std::int64_t wait_when_missing = 61;
constexpr std::int64_t wait_when_failed = 5;

void append_text(std::string& json, std::string_view text) {
  json += ',';
  if (text.empty()) {
    json += "null";
  } else {
    books::append_json_string(json, text);
  }
}

void append_number(std::string& json, const std::optional<std::int64_t>& number) {
  json += ',';
  json += number ? std::to_string(*number) : "null";
}

// [key, isbn, fate, reason, marks, hash, expires, detail, delay, attempts]
void append_item(std::string& json, const Item& item) {
  if (json.size() > 1) json += ',';
  json += '[';
  books::append_json_string(json, item.listed.name);
  std::string_view fate;
  std::string_view reason;
  std::string_view detail;
  std::optional<std::int64_t> delay;
  std::int64_t attempts = 1;
  const auto* row = std::get_if<books::BookRow>(&item.what);
  if (const auto* decided = std::get_if<Decided>(&item.what)) {
    fate = name_of(decided->fate);
    reason = decided->reason;
    detail = decided->detail;
    if (decided->fate == Fate::rejected || decided->fate == Fate::failed) delay = 0;
  } else if (const auto* again = std::get_if<TryAgain>(&item.what)) {
    fate = name_of(Fate::pending);
    reason = again->reason;
    detail = again->detail;
    delay = again->missing ? wait_when_missing : again->counts ? wait_when_failed : 0;
    attempts = again->counts ? 1 : 0;
  }
  append_text(json, row ? std::string_view(row->isbn) : "");
  append_text(json, fate);
  append_text(json, reason);
  append_text(json, row && row->quality ? std::string_view(*row->quality) : "");
  append_text(json, row ? std::string_view(row->content_hash) : "");
  append_number(json, item.listed.expiration);
  append_text(json, detail);
  append_number(json, delay);
  append_number(json, attempts);
  json += ']';
}

}  // namespace

// The batch of one chunk, and what its answer means.
struct Ledger::Chunk {
  std::vector<Statement> statements;
  bool has_rows = false;
  std::size_t totals_at = 0;  // index of add_totals; 0: there is none
};

std::int64_t Ledger::chunk_cost(std::size_t items) {
  return static_cast<std::int64_t>(items) + 9;
}

Outcome<Ledger::WriteResult> Ledger::write_chunk(const Lease& lease, std::int64_t lease_seconds,
                                                 Run& run, const Place& place,
                                                 std::span<const Item> items, bool drained) {
  const std::int64_t number = run.chunk + 1;
  const std::string stamp = run.run_id + ":" + std::to_string(number);
  std::string json = "[";
  Chunk chunk;
  chunk.statements.reserve(items.size() + 8);
  chunk.statements.push_back({sql::guard_lease, {lease.token, lease_seconds}});
  const std::int64_t listed = drained ? 0 : static_cast<std::int64_t>(items.size());
  chunk.statements.push_back(
      {sql::advance_run,
       {run.run_id, run.chunk, lease.token, static_cast<std::int64_t>(place.prefix_index),
        place.cursor, place.last_key, std::int64_t{place.complete ? 1 : 0}, listed}});
  for (const Item& item : items) {
    append_item(json, item);
    if (const auto* row = std::get_if<books::BookRow>(&item.what)) {
      chunk.statements.push_back(store::backfill_upsert(*row, stamp));
      chunk.has_rows = true;
    }
  }
  json += ']';
  if (!items.empty()) {
    chunk.statements.push_back({sql::record_outcomes, {run.run_id, number, json, stamp}});
    chunk.statements.push_back({sql::record_errors, {run.run_id, json}});
    if (drained) chunk.statements.push_back({sql::clear_errors, {run.run_id, json}});
    chunk.totals_at = chunk.statements.size();
    chunk.statements.push_back({sql::add_totals, {run.run_id, number, json}});
    if (chunk.has_rows) chunk.statements.push_back({sql::read_back, {json, stamp}});
  }

  auto written = with_retry(runtime_, telemetry_, retry_, Repeat::idempotent,
                            [&] { return database_.batch(chunk.statements); });
  if (!written) return resolve(lease, run, written.error());

  WriteResult result;
  result.written = Written::applied;
  run.chunk = number;
  run.place = place;
  run.totals.listed += listed;
  const ResultSet& advanced = (*written)[1];
  CUTOVER_CHECK(advanced.rows.size() == 1, "the run that is being advanced is in the ledger");
  result.pause_requested = as_int(advanced.rows[0][0]) != 0;
  if (chunk.totals_at != 0) {
    const SqlRow& totals = (*written)[chunk.totals_at].rows.at(0);
    for (std::size_t i = 0; i < fate_count; ++i) run.totals.by_fate[i] = as_int(totals[i]);
  }
  if (chunk.has_rows) {
    for (const SqlRow& row : written->back().rows) {
      result.not_verified.emplace_back(as_text(row[0]));
    }
  }
  return result;
}

// The batch was refused, or its answer was lost. The ledger itself tells what happened.
Outcome<Ledger::WriteResult> Ledger::resolve(const Lease& lease, Run& run, const Failure& failure) {
  const std::int64_t expected = run.chunk;
  auto standing = query({sql::standing, {run.run_id}});
  if (!standing) return standing.error();
  CUTOVER_CHECK(standing->rows.size() == 1, "the run that is being advanced is in the ledger");
  const SqlRow& row = standing->rows[0];
  const std::int64_t chunk = as_int(row[0]);
  const std::int64_t written_by = as_int(row[1]);
  const std::int64_t holder = as_int(row[2]);
  WriteResult result;
  if (chunk == expected + 1 && written_by == lease.token) {
    result.written = Written::applied;
    auto found = find_run(run.run_id);
    if (!found) return found.error();
    run = std::move(**found);
    result.pause_requested = run.pause_requested;
  } else if (chunk != expected || holder != lease.token) {
    result.written = Written::overtaken;
  } else {
    result.written = Written::refused;
    result.failure = failure;
  }
  return result;
}

}  // namespace cutover::migrate
