// Catalogue: the books that a load asks for: a dump, and what the transform makes of it.
#pragma once

#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "core/ports/kv_store.h"

namespace cutover::load {

struct CatalogueBook {
  std::string isbn;  // 13 digits
  std::string json;  // as its source has it: one bare book
};

struct Catalogue {
  std::vector<KvRecord> records;     // the dump, in its order
  std::vector<CatalogueBook> books;  // one for each ISBN, in order of their ISBNs

  [[nodiscard]] std::vector<std::string> isbns() const;
};

// The records that are books; the others stay in KV only.
[[nodiscard]] Catalogue catalogue_of(std::vector<KvRecord> records);

// A catalogue is held in memory several times over: about 10 KB for each record.
inline constexpr std::size_t catalogue_records_max = 200'000;

// Both leave unusable records out. The error names the file: it cannot be read, holds no book, or
// more than catalogue_records_max records. read_isbns() takes a dump of any size.
[[nodiscard]] tl::expected<Catalogue, std::string> read_catalogue(const std::string& dump,
                                                                  std::int64_t now_seconds);
[[nodiscard]] tl::expected<std::vector<std::string>, std::string> read_isbns(
    const std::string& dump, std::int64_t now_seconds);

}  // namespace cutover::load
