#include "core/migrate/comparison.h"

#include <algorithm>

#include "core/books/isbn.h"
#include "core/migrate/exact_value.h"
#include "core/migrate/key_sample.h"
#include "core/ports/check.h"
#include "core/store/book_statements.h"

namespace cutover::migrate {
namespace {

using store::StoredBook;

constexpr std::size_t isbn_column = 0;
constexpr std::size_t source_key_column = 15;
constexpr std::size_t rows_per_page = 1000;
// An entry runs out by KV's clock, and is missed by ours.
constexpr std::int64_t clocks_differ_seconds = 60;

constexpr std::string_view rows_after = R"sql(
SELECT isbn, source_key, origin = 'live' OR written_by IS 'library',
       origin = 'backfill' AND source_expires_at IS NOT NULL AND source_expires_at <= ?3
FROM Books WHERE isbn > ?1 ORDER BY isbn LIMIT ?2)sql";

struct Source {
  KvListedKey listed;
  Columns expected;
};

class Comparing {
 public:
  Comparing(KvStore& kv, Database& database, Runtime& runtime, Telemetry& telemetry,
            const ReadOptions& read, Judge& judge, const ComparisonOptions& options)
      : kv_(kv),
        database_(database),
        runtime_(runtime),
        telemetry_(telemetry),
        read_(read),
        judge_(judge),
        options_(options) {}

  Outcome<void> source_against_rows();
  Outcome<void> rows_against_source();
  Comparison result;

 private:
  Outcome<void> compare_chunk(std::span<const KvListedKey> keys);
  Outcome<std::vector<std::optional<std::string>>> values_of(std::span<const KvListedKey> keys);
  Outcome<void> compare_one(const Source& source, const StoredBook& stored);
  Outcome<void> compare_alias(const Source& source, const StoredBook& stored);
  // Seconds since 1970: what ends until then may be gone already.
  [[nodiscard]] std::int64_t soon() { return runtime_.wall().seconds() + clocks_differ_seconds; }
  void report(DifferenceKind kind, std::string isbn, std::string key,
              std::vector<std::string> columns);

  template <class Call>
  auto retried(Call&& call) {
    return with_retry(runtime_, telemetry_, read_.retry, Repeat::idempotent,
                      std::forward<Call>(call));
  }

  KvStore& kv_;
  Database& database_;
  Runtime& runtime_;
  Telemetry& telemetry_;
  const ReadOptions& read_;
  Judge& judge_;
  const ComparisonOptions& options_;
  std::vector<std::uint64_t> expected_isbns_;
  std::vector<std::string> missing_isbns_;
};

Outcome<void> Comparing::source_against_rows() {
  SourceReader reader(kv_, runtime_, telemetry_, read_);
  Place place;
  while (!place.complete) {
    auto page = reader.page(place);
    if (!page) return page.error();
    std::vector<KvListedKey> keys;
    for (KvListedKey& key : page->keys) {
      if (sample_hash(key.name) % options_.one_in == 0) keys.push_back(std::move(key));
    }
    for (std::size_t start = 0; start < keys.size(); start += KvLimits::get_many_keys_max) {
      const std::size_t count = std::min(KvLimits::get_many_keys_max, keys.size() - start);
      auto compared = compare_chunk(std::span(keys).subspan(start, count));
      if (!compared) return compared.error();
    }
    place = page->next;
  }
  return {};
}

Outcome<void> Comparing::compare_chunk(std::span<const KvListedKey> keys) {
  auto values = values_of(keys);
  if (!values) return values.error();
  std::vector<Source> sources;
  std::vector<std::string> isbns;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    result.keys += 1;
    const std::optional<std::string>& value = (*values)[i];
    if (!value) {
      // It ran out, or this location remembers it as absent (M14), or it was removed meanwhile.
      const bool ran_out = keys[i].expiration && *keys[i].expiration <= soon();
      result.unreadable += ran_out ? 0 : 1;
      continue;
    }
    auto expected = judge_.expected(keys[i].name, *value, keys[i].expiration);
    if (!expected) continue;
    result.entries_with_row += 1;
    isbns.push_back(*(*expected)[isbn_column]);
    expected_isbns_.push_back(books::isbn_number(isbns.back()).value_or(0));
    sources.push_back({keys[i], std::move(*expected)});
  }
  auto stored = retried([&] { return store::read_books(database_, isbns); });
  if (!stored) return stored.error();
  for (const Source& source : sources) {
    const auto found = stored->find(*source.expected[isbn_column]);
    if (found == stored->end()) {
      missing_isbns_.push_back(*source.expected[isbn_column]);
      report(DifferenceKind::missing, *source.expected[isbn_column], source.listed.name, {});
      continue;
    }
    auto compared = compare_one(source, found->second);
    if (!compared) return compared.error();
  }
  return {};
}

// The bytes of each value, read alone where a bulk read may have altered them.
Outcome<std::vector<std::optional<std::string>>> Comparing::values_of(
    std::span<const KvListedKey> keys) {
  std::vector<std::string> names;
  for (const KvListedKey& key : keys) names.push_back(key.name);
  auto values = retried([&] { return kv_.get_many(names); });
  const bool too_big = !values && values.error().kind == FailureKind::limit_exceeded;
  if (!values && !too_big) return values.error();
  std::vector<std::optional<std::string>> bytes(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    auto exact = too_big ? value_alone(kv_, runtime_, telemetry_, read_.retry, names[i])
                         : exact_value(kv_, runtime_, telemetry_, read_.retry, names[i],
                                       std::move((*values)[i]));
    if (!exact) return exact.error();
    bytes[i] = std::move(*exact);
  }
  return bytes;
}

Outcome<void> Comparing::compare_one(const Source& source, const StoredBook& stored) {
  if (stored.live) {
    if (options_.live_traffic) return {};
  } else if (stored.row.source_key != source.listed.name) {
    return compare_alias(source, stored);
  }
  const Columns actual = store::column_values(stored.row);
  std::vector<std::string> columns;
  for (std::size_t i = 0; i < actual.size(); ++i) {
    const std::string_view name = store::book_columns()[i];
    if (!judge_.same(name, source.expected[i], actual[i])) columns.emplace_back(name);
  }
  if (!columns.empty()) {
    report(DifferenceKind::differs, stored.row.isbn, source.listed.name, std::move(columns));
  }
  return {};
}

// The row was made from another key. Right, if that key is a source of this ISBN and preferred, or
// has run out since (V04): what the live system then puts under this key is a copy of the row.
Outcome<void> Comparing::compare_alias(const Source& source, const StoredBook& stored) {
  const std::string& other_key = stored.row.source_key;
  auto other = retried([&] { return kv_.get(other_key); });
  if (!other) return other.error();
  std::optional<Columns> expected;
  if (*other) expected = judge_.expected(other_key, (*other)->bytes, stored.row.source_expires_at);
  if (expected && (*expected)[isbn_column] == source.expected[isbn_column] &&
      judge_.preferred(*expected, source.expected)) {
    return {};  // the preferred key is compared in its own turn
  }
  const auto& ends = stored.row.source_expires_at;
  if (!*other && ends && *ends <= soon()) {
    result.expired_rows += 1;
    return {};
  }
  report(DifferenceKind::wrong_key, stored.row.isbn, source.listed.name,
         {std::string(store::book_columns()[source_key_column])});
  return {};
}

// Every row must have an entry that makes it (V10). A book that a reader shelved was copied from an
// entry whose end nobody told: it is live traffic's. Only possible when all keys were looked at.
Outcome<void> Comparing::rows_against_source() {
  std::sort(expected_isbns_.begin(), expected_isbns_.end());
  expected_isbns_.erase(std::unique(expected_isbns_.begin(), expected_isbns_.end()),
                        expected_isbns_.end());
  result.books = static_cast<std::int64_t>(expected_isbns_.size());
  std::sort(missing_isbns_.begin(), missing_isbns_.end());
  result.missing_books =
      std::unique(missing_isbns_.begin(), missing_isbns_.end()) - missing_isbns_.begin();
  std::string after;
  for (;;) {
    auto page = retried([&] {
      return database_.query(
          {rows_after, {after, static_cast<std::int64_t>(rows_per_page), soon()}});
    });
    if (!page) return page.error();
    for (const SqlRow& row : page->rows) {
      const std::string isbn(as_text(row[0]));
      const bool live = as_int(row[2]) != 0;
      result.rows += 1;
      result.live_rows += live ? 1 : 0;
      if (options_.one_in != 1 || (live && options_.live_traffic)) continue;
      const auto number = books::isbn_number(isbn);
      if (!number || !std::binary_search(expected_isbns_.begin(), expected_isbns_.end(), *number)) {
        if (as_int(row[3]) != 0) {
          result.expired_rows += 1;  // V04: the source moves on while it is compared
        } else {
          report(DifferenceKind::extra, isbn, std::string(as_text(row[1])), {});
        }
      }
    }
    if (page->rows.size() < rows_per_page) return {};
    after = std::string(as_text(page->rows.back()[0]));
  }
}

void Comparing::report(DifferenceKind kind, std::string isbn, std::string key,
                       std::vector<std::string> columns) {
  switch (kind) {
    case DifferenceKind::missing: result.missing += 1; break;
    case DifferenceKind::extra: result.extra += 1; break;
    case DifferenceKind::differs:
    case DifferenceKind::wrong_key: result.differing += 1; break;
  }
  if (result.differences.size() < options_.differences_max) {
    result.differences.push_back({kind, std::move(isbn), std::move(key), std::move(columns)});
  }
}

}  // namespace

std::string_view name_of(DifferenceKind kind) {
  switch (kind) {
    case DifferenceKind::missing: return "missing";
    case DifferenceKind::differs: return "differs";
    case DifferenceKind::extra: return "extra";
    case DifferenceKind::wrong_key: return "wrong key";
  }
  return "?";
}

Outcome<Comparison> compare(KvStore& kv, Database& database, Runtime& runtime, Telemetry& telemetry,
                            const ReadOptions& read, Judge& judge,
                            const ComparisonOptions& options) {
  CUTOVER_CHECK(options.one_in >= 1, "a sample takes one key in at least one");
  Comparing comparing(kv, database, runtime, telemetry, read, judge, options);
  auto forward = comparing.source_against_rows();
  if (!forward) return forward.error();
  auto backward = comparing.rows_against_source();
  if (!backward) return backward.error();
  return std::move(comparing.result);
}

}  // namespace cutover::migrate
