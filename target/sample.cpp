#include "target/sample.h"

#include <optional>
#include <unordered_set>
#include <utility>
#include <variant>

#include "adapters/dump/dump_reader.h"
#include "core/ports/random.h"
#include "scenarios/reference/reference_transform.h"
#include "target/book_difference.h"

namespace cutover::target {
namespace {

using reference::Result;

struct Entry {
  Result result;
  bool expired = false;
};

using Place = std::pair<std::uint64_t, std::string>;  // the number that the seed gives, the ISBN
using Drawn = std::map<Place, std::map<std::string, Entry>>;  // then by the entry's key

void draw(Drawn& drawn, const SampleOptions& options, std::string key, Entry entry) {
  Place place{RandomStream(options.seed, entry.result.isbn).next(), entry.result.isbn};
  const auto there = drawn.find(place);
  const bool is_book = entry.result.kind == Result::Kind::row;
  // Of a key that stands twice in the dump the last entry counts, whatever it is.
  const bool replaces = there != drawn.end() && there->second.contains(key);
  if (!is_book && !replaces) return;
  const bool full = drawn.size() >= options.books_max;
  if (there == drawn.end() && full && place > drawn.rbegin()->first) return;
  drawn[std::move(place)][std::move(key)] = std::move(entry);
  if (drawn.size() > options.books_max) drawn.erase(std::prev(drawn.end()));
}

// Of several keys of one book, the one that docs/TRANSFORM.md section 5 prefers.
std::optional<ExpectedBook> book_of(const std::string& isbn,
                                    const std::map<std::string, Entry>& entries) {
  const Result* best = nullptr;
  bool expired = true;
  for (const auto& [key, entry] : entries) {
    if (entry.result.kind != Result::Kind::row) continue;
    if (best == nullptr || reference::preferred(entry.result, *best)) best = &entry.result;
    expired = expired && entry.expired;
  }
  if (best == nullptr) return std::nullopt;
  return ExpectedBook{isbn, comparable_book(isbn, best->columns), expired};
}

void count_no_book(Sample& sample, const Result& result) {
  const bool empty = result.kind == Result::Kind::empty;
  ++sample.no_books[(empty ? "empty: " : "rejected: ") + result.reason];
}

}  // namespace

tl::expected<Sample, std::string> draw_sample(const SampleOptions& options) {
  auto opened = dump::DumpReader::open(options.dump, options.now_seconds);
  if (!opened) return tl::unexpected(std::move(opened.error()));
  dump::DumpReader& reader = **opened;
  Sample sample;
  Drawn drawn;
  std::unordered_set<std::string> books;
  while (auto next = reader.next()) {
    const auto* record = std::get_if<KvRecord>(&*next);
    if (record == nullptr) continue;
    Entry entry;
    entry.result = reference::transform(record->key, record->value, record->expiration);
    entry.expired = record->expiration && *record->expiration <= options.now_seconds;
    if (entry.result.kind == Result::Kind::row) {
      books.insert(entry.result.isbn);
      entry.result.columns.erase("canonical_metadata");  // the largest, and not compared
    } else {
      count_no_book(sample, entry.result);
    }
    if (!entry.result.isbn.empty()) draw(drawn, options, record->key, std::move(entry));
  }
  if (!reader.cut_off().empty()) {
    return tl::unexpected(options.dump + ": " + reader.cut_off());
  }
  for (const auto& [place, entries] : drawn) {
    if (auto book = book_of(place.second, entries)) sample.books.push_back(std::move(*book));
  }
  sample.records = reader.records();
  sample.problems = reader.problems();
  sample.books_in_all = books.size();
  sample.input = {"dump", options.dump, reader.sha256(), reader.file_bytes(), reader.records()};
  return sample;
}

}  // namespace cutover::target
