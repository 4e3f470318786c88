// Sample: books that the dump says KV held, chosen by a seed, each as the reference transform has
// it.
//
// The file is read once, in memory for the sample alone: a book is chosen by a number that the seed
// gives its ISBN, so all its entries are chosen with it, and the order of the file means nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "reports/evidence.h"
#include "target/answer_json.h"

namespace cutover::target {

struct ExpectedBook {
  std::string isbn;
  Json book;             // comparable_book() of it
  bool expired = false;  // every entry of it has expired by now
};

struct Sample {
  std::vector<ExpectedBook> books;  // in the order in which they were drawn
  reports::Input input;             // the dump
  std::uint64_t records = 0;
  std::uint64_t problems = 0;  // records that are none
  std::uint64_t books_in_all = 0;
  // Entries that make no book, by the reason: "empty: no_match", "rejected: isbn_mismatch". They
  // are counted, and no book is asked for.
  std::map<std::string, std::uint64_t> no_books;

  [[nodiscard]] bool whole() const { return books.size() == books_in_all; }
};

struct SampleOptions {
  std::string dump;  // a wrangler bulk file, or "-"
  std::size_t books_max = 300;
  std::uint64_t seed = 1;
  std::int64_t now_seconds = 0;  // since 1970: decides what has expired
};

// The error names the file. A dump without a book gives a sample without one.
[[nodiscard]] tl::expected<Sample, std::string> draw_sample(const SampleOptions& options);

}  // namespace cutover::target
