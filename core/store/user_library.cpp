#include "core/store/user_library.h"

#include <charconv>
#include <set>
#include <utility>

#include "core/books/isbn.h"
#include "core/ports/check.h"

namespace cutover::store {
namespace {

// Ids only grow (AUTOINCREMENT), so a row with a greater id than this was added by the batch.
constexpr std::string_view select_last_id = "SELECT COALESCE(MAX(id), 0) FROM UserLibrary";

// Without the book nothing is selected, so nothing is written and no id comes back. Every entry has
// a status (W08): one that says none keeps what is there.
constexpr std::string_view upsert =
    R"(INSERT INTO UserLibrary
         (user_id, isbn, status, rating, review, added_at, started_at, completed_at)
       SELECT ?1, ?2, COALESCE(?3, 'want_to_read'), ?4, ?5, COALESCE(?6, unixepoch()), ?7, ?8
       WHERE EXISTS (SELECT 1 FROM Books WHERE isbn = ?2)
       ON CONFLICT(user_id, isbn) DO UPDATE SET
         status = COALESCE(?3, UserLibrary.status), rating = excluded.rating,
         review = excluded.review,
         added_at = COALESCE(?6, UserLibrary.added_at),
         started_at = excluded.started_at, completed_at = excluded.completed_at
       RETURNING id)";

// Can this travel as JSON and come back the same? Valid UTF-8 by RFC 3629, and no zero byte, at
// which many readers of a text stop.
bool is_text(std::string_view bytes) {
  std::size_t i = 0;
  while (i < bytes.size()) {
    const auto lead = static_cast<unsigned char>(bytes[i++]);
    if (lead == 0) return false;
    if (lead < 0x80) continue;
    if (lead < 0xC2 || lead > 0xF4) return false;
    const std::size_t more = lead < 0xE0 ? 1 : (lead < 0xF0 ? 2 : 3);
    if (bytes.size() - i < more) return false;
    const auto second = static_cast<unsigned char>(bytes[i]);
    const unsigned char low = lead == 0xE0 ? 0xA0 : (lead == 0xF0 ? 0x90 : 0x80);
    const unsigned char high = lead == 0xED ? 0x9F : (lead == 0xF4 ? 0x8F : 0xBF);
    if (second < low || second > high) return false;
    for (std::size_t k = 1; k < more; ++k) {
      if ((static_cast<unsigned char>(bytes[i + k]) & 0xC0U) != 0x80) return false;
    }
    i += more;
  }
  return true;
}

struct IntegerRule {
  std::int64_t low;
  std::int64_t high;
  std::string_view malformed;
  std::string_view out_of_range;
};

// An empty text is no number, which is allowed; otherwise all of it must be digits.
bool read_integer(std::string_view text, const IntegerRule& rule, std::optional<std::int64_t>& out,
                  std::string_view& reason) {
  if (text.empty()) return true;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end != text.data() + text.size() || error == std::errc::invalid_argument) {
    reason = rule.malformed;
  } else if (error != std::errc() || value < rule.low || value > rule.high) {
    reason = rule.out_of_range;
  } else {
    out = value;
  }
  return reason.empty();
}

constexpr IntegerRule rating_rule{1, 5, "rating_malformed", "rating_out_of_range"};
constexpr IntegerRule added_rule{0, LibraryLimits::time_seconds_max, "added_at_malformed",
                                 "added_at_out_of_range"};
constexpr IntegerRule started_rule{0, LibraryLimits::time_seconds_max, "started_at_malformed",
                                   "started_at_out_of_range"};
constexpr IntegerRule completed_rule{0, LibraryLimits::time_seconds_max, "completed_at_malformed",
                                     "completed_at_out_of_range"};

bool is_status(std::string_view text) {
  return text == "want_to_read" || text == "reading" || text == "completed";
}

}  // namespace

tl::expected<LibraryRow, std::string_view> parse_library_entry(const LibraryEntry& entry) {
  const auto rejected = [](std::string_view reason) { return tl::unexpected(reason); };
  if (entry.user_id.empty()) return rejected("user_id_missing");
  if (entry.user_id.size() > LibraryLimits::user_id_bytes_max) return rejected("user_id_too_long");
  if (!is_text(entry.user_id)) return rejected("user_id_not_text");
  const auto isbn = books::Isbn::parse(entry.isbn);
  if (!isbn) return rejected(books::name_of(isbn.error()));
  if (!entry.status.empty() && !is_status(entry.status)) return rejected("status_unknown");
  if (entry.review.size() > LibraryLimits::review_bytes_max) return rejected("review_too_long");
  if (!is_text(entry.review)) return rejected("review_not_text");

  LibraryRow row;
  row.user_id = entry.user_id;
  row.isbn = isbn->isbn.str();
  if (!entry.status.empty()) row.status = entry.status;
  if (!entry.review.empty()) row.review = entry.review;
  row.line = entry.line;
  std::string_view reason;
  const bool numbers_ok =
      read_integer(entry.rating, rating_rule, row.rating, reason) &&
      read_integer(entry.added_at, added_rule, row.added_at, reason) &&
      read_integer(entry.started_at, started_rule, row.started_at, reason) &&
      read_integer(entry.completed_at, completed_rule, row.completed_at, reason);
  if (!numbers_ok) return rejected(reason);
  return row;
}

void LibraryTally::add(std::int64_t line) {
  ++count;
  if (lines.size() < LibraryLimits::example_lines_max) lines.push_back(line);
}

std::int64_t LibraryCounts::rejected_total() const {
  std::int64_t total = 0;
  for (const auto& [reason, tally] : rejected) total += tally.count;
  return total;
}

LibraryImport::LibraryImport(Database& database) : database_(database) {}

Outcome<void> LibraryImport::add(const LibraryEntry& entry) {
  tl::expected<LibraryRow, std::string_view> row = parse_library_entry(entry);
  if (!row) {
    counts_.rejected[row.error()].add(entry.line);
    return {};
  }
  const bool was_full = waiting_.size() >= LibraryLimits::batch_rows_max;
  CUTOVER_CHECK(!was_full, "after a failure, flush() must succeed before the next entry");
  waiting_bytes_ += row->user_id.size() + row->review.value_or("").size();
  waiting_.push_back(std::move(*row));
  const bool full = waiting_.size() == LibraryLimits::batch_rows_max ||
                    waiting_bytes_ >= LibraryLimits::batch_bytes_max;
  return full ? flush() : Outcome<void>();
}

namespace {

Statement upsert_of(const LibraryRow& row) {
  const auto text = [](const std::optional<std::string>& value) -> SqlValue {
    return value ? SqlValue(*value) : SqlValue();
  };
  const auto number = [](const std::optional<std::int64_t>& value) -> SqlValue {
    return value ? SqlValue(*value) : SqlValue();
  };
  return {upsert,
          {row.user_id, row.isbn, text(row.status), number(row.rating), text(row.review),
           number(row.added_at), number(row.started_at), number(row.completed_at)}};
}

}  // namespace

Outcome<void> LibraryImport::flush() {
  if (waiting_.empty()) return {};
  std::vector<Statement> batch = {{select_last_id, {}}};
  for (const LibraryRow& row : waiting_) batch.push_back(upsert_of(row));
  const bool repeated = std::exchange(reply_lost_, false);
  if (repeated) ++counts_.repeated_batches;
  const Outcome<std::vector<ResultSet>> results = database_.batch(batch);
  if (!results) {
    reply_lost_ = repeated || results.error().effect == Effect::unknown;
    return results.error();
  }
  count(*results);
  waiting_.clear();
  waiting_bytes_ = 0;
  return {};
}

void LibraryImport::count(const std::vector<ResultSet>& results) {
  CUTOVER_CHECK(results.size() == waiting_.size() + 1, "a batch gives one result per statement");
  const std::int64_t last_id = as_int(results[0].rows.at(0).at(0));
  std::set<std::int64_t> seen;
  for (std::size_t i = 0; i < waiting_.size(); ++i) {
    const std::vector<SqlRow>& returned = results[i + 1].rows;
    const std::int64_t line = waiting_[i].line;
    if (returned.empty()) {
      counts_.orphan.add(line);
      continue;
    }
    const std::int64_t id = as_int(returned.at(0).at(0));
    const bool is_new = id > last_id && seen.insert(id).second;
    (is_new ? counts_.added : counts_.updated).add(line);
  }
}

}  // namespace cutover::store
