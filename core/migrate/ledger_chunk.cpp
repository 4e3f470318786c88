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

// How an item is recorded.
struct Record {
  const books::BookRow* row = nullptr;
  std::string_view fate;  // empty: read off the rows
  std::string_view reason;
  std::string_view detail;
  std::optional<std::int64_t> delay;  // seconds; nothing: the key has no error
  std::int64_t attempts = 1;
};

Record record_of(const Item& item) {
  Record record;
  record.row = std::get_if<books::BookRow>(&item.what);
  if (const auto* decided = std::get_if<Decided>(&item.what)) {
    record.fate = name_of(decided->fate);
    record.reason = decided->reason;
    record.detail = decided->detail;
    if (decided->fate == Fate::rejected || decided->fate == Fate::failed) record.delay = 0;
  } else if (const auto* again = std::get_if<TryAgain>(&item.what)) {
    record.fate = name_of(Fate::pending);
    record.reason = again->reason;
    record.detail = again->detail;
    record.delay = again->missing ? wait_when_missing : again->counts ? wait_when_failed : 0;
    record.attempts = again->counts ? 1 : 0;
  }
  return record;
}

// D1 takes 100 parameters: three for the statement, seven for each key.
constexpr std::size_t outcomes_per_statement = (D1Limits::parameters_max - 3) / 7;

std::string outcomes_sql() {
  std::string text(sql::record_outcomes_head);
  std::size_t parameter = 4;
  for (std::size_t key = 0; key < outcomes_per_statement; ++key) {
    text += key == 0 ? "(" : ", (";
    for (int column = 0; column < 7; ++column) {
      text += (column == 0 ? "?" : ", ?") + std::to_string(parameter++);
    }
    text += ")";
  }
  return text.append(sql::record_outcomes_tail);
}

std::string_view outcomes_statement() {
  static const std::string text = outcomes_sql();
  return text;
}

SqlValue number_or_null(const std::optional<std::int64_t>& number) {
  if (!number) return std::monostate{};
  return *number;
}

void add_outcomes(std::vector<Statement>& statements, const std::string& run_id, std::int64_t chunk,
                  const std::string& stamp, std::span<const Item> items) {
  for (std::size_t start = 0; start < items.size(); start += outcomes_per_statement) {
    Statement statement{outcomes_statement(), {run_id, chunk, stamp}};
    statement.params.reserve(3 + outcomes_per_statement * 7);
    for (std::size_t i = start; i < start + outcomes_per_statement; ++i) {
      if (i >= items.size()) {
        for (int column = 0; column < 7; ++column) statement.params.emplace_back();
        continue;
      }
      const Record record = record_of(items[i]);
      const auto* row = record.row;
      statement.params.emplace_back(items[i].listed.name);
      statement.params.push_back(text_or_null(row ? std::string_view(row->isbn) : ""));
      statement.params.push_back(text_or_null(record.fate));
      statement.params.push_back(text_or_null(record.reason));
      statement.params.push_back(text_or_null(row && row->quality ? *row->quality : ""));
      statement.params.push_back(text_or_null(row ? std::string_view(row->content_hash) : ""));
      statement.params.push_back(number_or_null(items[i].listed.expiration));
    }
    statements.push_back(std::move(statement));
  }
}

// [[key, reason, detail, delay, attempts], ...] of the keys that have an error; "" when none has.
std::string errors_json(std::span<const Item> items) {
  std::string json;
  for (const Item& item : items) {
    const Record record = record_of(item);
    if (!record.delay) continue;
    json += json.empty() ? "[[" : ",[";
    books::append_json_string(json, item.listed.name);
    json += ',';
    books::append_json_string(json, record.reason);
    json += ',';
    books::append_json_string(json, record.detail);
    json += ',' + std::to_string(*record.delay) + ',' + std::to_string(record.attempts) + ']';
  }
  if (!json.empty()) json += ']';
  return json;
}

}  // namespace

// The batch of one chunk, and where in its answer to look.
struct Ledger::Chunk {
  std::vector<Statement> statements;
  std::size_t totals_at = 0;     // index of add_totals; 0: there is none
  std::size_t read_back_at = 0;  // index of read_back; 0: there is none
};

std::int64_t Ledger::chunk_cost(std::size_t items) {
  return static_cast<std::int64_t>(items) + postponing_cost(items);
}

std::int64_t Ledger::postponing_cost(std::size_t items) {
  return static_cast<std::int64_t>(items / outcomes_per_statement) + 10;
}

Outcome<Ledger::WriteResult> Ledger::write_chunk(const Lease& lease, std::int64_t lease_seconds,
                                                 Run& run, const Place& place,
                                                 std::span<const Item> items, bool drained) {
  const std::int64_t number = run.chunk + 1;
  const std::int64_t listed = drained ? 0 : static_cast<std::int64_t>(items.size());
  Chunk chunk;
  auto& statements = chunk.statements;
  statements.reserve(items.size() + items.size() / outcomes_per_statement + 8);
  statements.push_back({sql::guard_lease, {lease.token, lease_seconds, lease.owner}});
  statements.push_back(
      {sql::advance_run,
       {run.run_id, run.chunk, lease.token, static_cast<std::int64_t>(place.prefix_index),
        place.cursor, place.last_key, std::int64_t{place.complete ? 1 : 0}, listed}});
  if (!items.empty()) add_items(chunk, run.run_id, number, items, drained);

  auto written = with_retry(runtime_, telemetry_, retry_, Repeat::idempotent,
                            [&] { return database_.batch(chunk.statements); });
  if (!written) return resolve(lease, run, written.error());

  WriteResult result;
  result.written = Written::applied;
  run.chunk = number;
  run.place = place;
  run.totals.listed += listed;
  const ResultSet& advanced = (*written)[1];
  CUTOVER_CHECK(advanced.rows.size() == 1, "the guard fails where the run is not in the ledger");
  result.pause_requested = as_int(advanced.rows[0][0]) != 0;
  if (chunk.totals_at != 0) {
    const SqlRow& totals = (*written)[chunk.totals_at].rows.at(0);
    for (std::size_t i = 0; i < fate_count; ++i) run.totals.by_fate[i] = as_int(totals[i]);
  }
  if (chunk.read_back_at != 0) {
    for (const SqlRow& row : (*written)[chunk.read_back_at].rows) {
      result.not_verified.emplace_back(as_text(row[0]));
    }
  }
  return result;
}

// Rows first: the outcomes are read off them.
void Ledger::add_items(Chunk& chunk, const std::string& run_id, std::int64_t number,
                       std::span<const Item> items, bool drained) {
  const std::string stamp = run_id + ":" + std::to_string(number);
  auto& statements = chunk.statements;
  for (const Item& item : items) {
    if (const auto* row = std::get_if<books::BookRow>(&item.what)) {
      statements.push_back(store::backfill_upsert(*row, stamp));
    }
  }
  const bool has_rows = statements.size() > 2;
  add_outcomes(statements, run_id, number, stamp, items);
  const std::vector<SqlValue> range = {run_id, number, items.front().listed.name,
                                       items.back().listed.name};
  std::string errors = errors_json(items);
  if (!errors.empty()) statements.push_back({sql::record_errors, {run_id, std::move(errors)}});
  if (drained) statements.push_back({sql::clear_errors, range});
  chunk.totals_at = statements.size();
  statements.push_back({sql::add_totals, range});
  if (has_rows) {
    chunk.read_back_at = statements.size();
    statements.push_back({sql::read_back, range});
  }
}

// The batch was refused, or its answer was lost. The ledger itself tells what happened.
Outcome<Ledger::WriteResult> Ledger::resolve(const Lease& lease, Run& run, const Failure& failure) {
  const std::int64_t expected = run.chunk;
  auto standing = query({sql::standing, {run.run_id}});
  if (!standing) return standing.error();
  WriteResult result;
  if (standing->rows.empty()) {
    result.written = Written::overtaken;
    return result;
  }
  const SqlRow& row = standing->rows[0];
  const std::int64_t chunk = as_int(row[0]);
  const std::int64_t written_by = as_int(row[1]);
  const std::int64_t holder = as_int(row[2]);
  if (chunk == expected + 1 && written_by == lease.token) {
    result.written = Written::applied;
    auto found = find_run(run.run_id);
    if (!found) return found.error();
    if (!*found) {  // D1 was set back between the two looks
      result.written = Written::overtaken;
      return result;
    }
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
