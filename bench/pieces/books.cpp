// From bytes to a row: the transform, and what it is made of. One iteration is one book of the
// sample, in the order of the keys unless it says otherwise.

#include <benchmark/benchmark.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "bench/pieces/picks.h"
#include "bench/pieces/sample_books.h"
#include "bench/sample.h"
#include "core/books/isbn.h"
#include "core/books/json_document.h"
#include "core/books/sha256.h"
#include "core/books/transform.h"
#include "core/lookup/cache_entry.h"
#include "core/ports/check.h"

namespace cutover::bench {
namespace {

// Goes round a list for ever.
template <class Item>
const Item& next_book_in(const std::vector<Item>& list, std::size_t& at) {
  const Item& item = list[at];
  at = at + 1 == list.size() ? 0 : at + 1;
  return item;
}

void report_book_bytes(benchmark::State& state, std::size_t bytes) {
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}

void transform_record(benchmark::State& state) {
  const std::vector<KvRecord>& records = sample();
  CUTOVER_CHECK(!sample_books().empty(), "the transform makes rows of the sample");
  books::Transform transform;
  std::size_t at = 0;
  std::size_t bytes = 0;
  for (auto _ : state) {
    const KvRecord& record = next_book_in(records, at);
    benchmark::DoNotOptimize(transform({record.key, record.value, record.expiration}));
    bytes += record.value.size();
  }
  report_book_bytes(state, bytes);
}
BENCHMARK(transform_record);

void sha256_of_record(benchmark::State& state) {
  const std::vector<books::BookRow>& rows = sample_books();
  books::Sha256 sha256;
  for (const books::BookRow& book : rows) {
    CUTOVER_CHECK(sha256.hex(book.canonical_metadata) == book.content_hash, "this is the hash");
  }
  std::size_t at = 0;
  std::size_t bytes = 0;
  for (auto _ : state) {
    const std::string& value = next_book_in(rows, at).canonical_metadata;
    benchmark::DoNotOptimize(sha256.hex(value));
    bytes += value.size();
  }
  report_book_bytes(state, bytes);
}
BENCHMARK(sha256_of_record);

// ---- ISBN: one text of all, by chance ----

using IsbnTexts = std::vector<std::string>;

void isbn_parse_any(benchmark::State& state, const IsbnTexts& texts) {
  Picks picks("isbn", texts.size());
  for (auto _ : state) benchmark::DoNotOptimize(books::Isbn::parse(texts[picks.next()]));
  state.SetItemsProcessed(state.iterations());
}

void isbn_parse_13(benchmark::State& state) {
  IsbnTexts texts;
  for (const books::BookRow& book : sample_books()) {
    texts.push_back(book.isbn);
    const auto parsed = books::Isbn::parse(book.isbn);
    CUTOVER_CHECK(parsed && parsed->canonical && parsed->isbn.digits() == book.isbn, "a good one");
  }
  isbn_parse_any(state, texts);
}
BENCHMARK(isbn_parse_13);

void isbn_parse_10(benchmark::State& state) {
  IsbnTexts texts;
  for (const books::BookRow& book : sample_books()) {
    // The keys of older code: the second one is this prefix and the ISBN-10, where there is one.
    const std::vector<std::string> keys = lookup::other_keys(book.isbn);
    if (keys.size() < 2) continue;
    texts.push_back(keys[1].substr(books::plan_prefix.size()));
    const auto parsed = books::Isbn::parse(texts.back());
    CUTOVER_CHECK(texts.back().size() == 10 && parsed && parsed->isbn.digits() == book.isbn,
                  "the ten characters of the same book");
  }
  CUTOVER_CHECK(!texts.empty(), "the sample has books of the 978 family");
  isbn_parse_any(state, texts);
}
BENCHMARK(isbn_parse_10);

void isbn_parse_bad_check_digit(benchmark::State& state) {
  IsbnTexts texts;
  for (const books::BookRow& book : sample_books()) {
    std::string& text = texts.emplace_back(book.isbn);
    text.back() = text.back() == '9' ? '0' : static_cast<char>(text.back() + 1);
    const auto parsed = books::Isbn::parse(text);
    CUTOVER_CHECK(!parsed && parsed.error() == books::IsbnError::bad_check_digit, "a bad one");
  }
  isbn_parse_any(state, texts);
}
BENCHMARK(isbn_parse_bad_check_digit);

// ---- JSON: the core's parser against the one of the reference transform, on the same values ----

void json_parse_simdjson(benchmark::State& state) {
  const std::vector<books::BookRow>& rows = sample_books();
  books::JsonDocument document;
  for (const books::BookRow& book : rows) {
    CUTOVER_CHECK(!document.parse(book.canonical_metadata), "what became a row is JSON");
  }
  std::size_t at = 0;
  std::size_t bytes = 0;
  for (auto _ : state) {
    const std::string& value = next_book_in(rows, at).canonical_metadata;
    benchmark::DoNotOptimize(document.parse(value));
    bytes += value.size();
  }
  report_book_bytes(state, bytes);
}
BENCHMARK(json_parse_simdjson);

// The tree's end is part of it: who parses pays for that too.
void json_parse_nlohmann(benchmark::State& state) {
  const std::vector<books::BookRow>& rows = sample_books();
  for (const books::BookRow& book : rows) {
    CUTOVER_CHECK(nlohmann::json::accept(book.canonical_metadata), "what became a row is JSON");
  }
  std::size_t at = 0;
  std::size_t bytes = 0;
  for (auto _ : state) {
    const std::string& value = next_book_in(rows, at).canonical_metadata;
    benchmark::DoNotOptimize(nlohmann::json::parse(value));
    bytes += value.size();
  }
  report_book_bytes(state, bytes);
}
BENCHMARK(json_parse_nlohmann);

}  // namespace
}  // namespace cutover::bench
