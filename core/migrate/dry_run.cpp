#include "core/migrate/dry_run.h"

#include <algorithm>
#include <unordered_map>

#include "core/books/isbn.h"
#include "core/books/quality.h"
#include "core/migrate/ledger.h"
#include "core/store/book_statements.h"

namespace cutover::migrate {
namespace {

using books::BookRow;
using store::StoredBook;

// List prices in dollars per million (reference fact A5, D1 pricing): keys read, lists, rows.
constexpr double price_key_read = 0.50;
constexpr double price_list = 5.00;
constexpr double price_row_written = 1.00;

// Billed writes of one new row: the row and its indexes, counted on D1 itself (5 for a book), and
// one outcome row with its share of the run's progress row.
constexpr std::int64_t billed_insert = 5 + 1;
constexpr std::int64_t billed_update = 1 + 1;

// What this dry run would already have written for an ISBN.
struct WouldBe {
  std::int64_t time = 0;
  std::int64_t rank = 0;
};

class Walk {
 public:
  Walk(Database& database, Runtime& runtime, Telemetry& telemetry, const MigratorOptions& options)
      : database_(database), runtime_(runtime), telemetry_(telemetry), options_(options) {}

  Outcome<void> count(std::span<const Item> items) {
    std::vector<std::string> isbns;
    for (const Item& item : items) {
      if (const auto* row = std::get_if<BookRow>(&item.what)) isbns.push_back(row->isbn);
    }
    auto stored = with_retry(runtime_, telemetry_, options_.retry, Repeat::idempotent,
                             [&] { return store::read_books(database_, isbns); });
    if (!stored) return stored.error();
    for (const Item& item : items) count_one(item, *stored);
    report.estimate.d1_transactions += 1;
    report.estimate.d1_queries += 6 + static_cast<std::int64_t>(isbns.size());
    return {};
  }

  DryRunReport report;

 private:
  void count_one(const Item& item, const std::map<std::string, StoredBook>& stored) {
    report.totals.listed += 1;
    Fate fate = Fate::pending;
    if (const auto* decided = std::get_if<Decided>(&item.what)) {
      fate = decided->fate;
      report.reasons[decided->reason] += 1;
    } else if (const auto* again = std::get_if<TryAgain>(&item.what)) {
      // A real run asks again after the cache window; absent then means empty.
      fate = again->missing ? Fate::empty : Fate::pending;
      report.reasons[again->reason] += 1;
    } else {
      fate = fate_of(std::get<BookRow>(item.what), stored);
    }
    report.totals[fate] += 1;
    if (fate == Fate::inserted)
      report.estimate.d1_rows_written += billed_insert;
    else if (fate == Fate::updated)
      report.estimate.d1_rows_written += billed_update;
    else
      report.estimate.d1_rows_written += 1;
  }

  Fate fate_of(const BookRow& row, const std::map<std::string, StoredBook>& stored) {
    count_marks(row);
    const store::SourceRank candidate{row.source_time.value_or(0), row.source_rank, row.source_key};
    const std::uint64_t number = books::isbn_number(row.isbn).value_or(0);
    if (const auto before = written_.find(number); before != written_.end()) {
      // Keys come in byte order, so the one that would have been written has the smaller key.
      const store::SourceRank current{before->second.time, before->second.rank, ""};
      if (!store::preferred(candidate, current)) return superseded("preferred_key_of_same_isbn");
      before->second = {candidate.time, candidate.rank};
      return Fate::updated;
    }
    const auto found = stored.find(row.isbn);
    if (found == stored.end()) {
      written_.emplace(number, WouldBe{candidate.time, candidate.rank});
      return Fate::inserted;
    }
    const StoredBook& book = found->second;
    const bool same_bytes = book.row.content_hash == row.content_hash;
    if (book.live) return same_bytes ? Fate::unchanged : superseded("newer_live_data");
    if (book.row.source_key == row.source_key) {
      if (book.row == row) return Fate::unchanged;
      if (candidate.time < book.row.source_time.value_or(0)) {
        return same_bytes ? Fate::unchanged : superseded("newer_source_time");
      }
    } else {
      const store::SourceRank current{book.row.source_time.value_or(0), book.row.source_rank,
                                      book.row.source_key};
      if (!store::preferred(candidate, current)) return superseded("preferred_key_of_same_isbn");
    }
    written_.emplace(number, WouldBe{candidate.time, candidate.rank});
    return Fate::updated;
  }

  Fate superseded(const char* reason) {
    report.reasons[reason] += 1;
    return Fate::superseded;
  }

  void count_marks(const BookRow& row) {
    if (!row.quality) return;
    for (const std::string& mark : books::marks_in(*row.quality)) {
      report.marks[mark] += 1;
    }
  }

  Database& database_;
  Runtime& runtime_;
  Telemetry& telemetry_;
  const MigratorOptions& options_;
  std::unordered_map<std::uint64_t, WouldBe> written_;  // looked up only, never walked
};

}  // namespace

Outcome<DryRunReport> dry_run(KvStore& kv, Database& database, Runtime& runtime,
                              Telemetry& telemetry, const MigratorOptions& options,
                              const DryRunOptions& dry_options) {
  const Duration started = runtime.now();
  SourceReader reader(kv, runtime, telemetry, options.read);
  Walk walk(database, runtime, telemetry, options);
  Estimate& estimate = walk.report.estimate;
  Place place;
  while (!place.complete) {
    auto page = reader.page(place);
    if (!page) return page.error();
    estimate.kv_lists += 1;
    std::span<const KvListedKey> rest(page->keys);
    while (!rest.empty()) {
      const std::size_t count =
          std::min(rest.size(), options.chunk_keys * options.read.reads_in_flight);
      const std::vector<Item> items = reader.read(rest.first(count), options.chunk_keys);
      for (std::size_t start = 0; start < items.size(); start += options.chunk_keys) {
        const std::size_t size = std::min(options.chunk_keys, items.size() - start);
        estimate.kv_reads += 1;
        estimate.kv_keys_read += static_cast<std::int64_t>(size);
        auto counted = walk.count(std::span(items).subspan(start, size));
        if (!counted) return counted.error();
      }
      rest = rest.subspan(count);
    }
    place = page->next;
  }
  estimate.duration = (runtime.now() - started) +
                      estimate.d1_transactions * dry_options.d1_transaction + dry_options.fixed;
  estimate.cost_dollars = (static_cast<double>(estimate.kv_keys_read) * price_key_read +
                           static_cast<double>(estimate.kv_lists) * price_list +
                           static_cast<double>(estimate.d1_rows_written) * price_row_written) /
                          1e6;
  return std::move(walk.report);
}

}  // namespace cutover::migrate
