// Generated input: KV entries and user libraries, seeded and of any size.
//
// Record number i depends on the seed and i alone, so that a million of them can be streamed, and a
// smaller dump is the beginning of a larger one. Every tenth record or so is odd in one of the ways
// that real dumps are; the other fields look like Google Books' answers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/ports/kv_store.h"

namespace cutover::scenarios {

struct GeneratorOptions {
  std::uint64_t seed = 1;
  std::int64_t now_seconds = 1'764'000'000;  // expirations lie within a day of it
  std::uint64_t odd_per_thousand = 100;      // records that are odd, 0 to 1,000
  // Of the odd ones, in ways that real dumps seldom are, but may be; 0 to 1,000.
  std::uint64_t rare_per_thousand = 0;
};

class DumpGenerator {
 public:
  explicit DumpGenerator(const GeneratorOptions& options) : options_(options) {}

  [[nodiscard]] KvRecord record(std::uint64_t index) const;
  [[nodiscard]] std::vector<KvRecord> records(std::uint64_t count) const;

 private:
  GeneratorOptions options_;
};

// The ISBN-13 of number `index`: valid, and different for every index below 10^9.
[[nodiscard]] std::string isbn13_of(std::uint64_t index);

struct GeneratedShelf {
  std::string user_id;
  std::string isbn;
  std::string status;
  std::string rating;  // empty: none
  std::int64_t added_at = 0;
};

// `count` entries over these ISBNs: users by number, about eight books each, no pair twice, times
// within 2023 to 2025. The user "test_user" has the first 200 (or all) of the ISBNs.
[[nodiscard]] std::vector<GeneratedShelf> generate_library(std::uint64_t seed,
                                                           const std::vector<std::string>& isbns,
                                                           std::size_t count);

}  // namespace cutover::scenarios
