#include "load/catalogue.h"

#include <map>
#include <set>
#include <variant>

#include "adapters/dump/dump_reader.h"
#include "core/books/transform.h"

namespace cutover::load {
namespace {

tl::unexpected<std::string> no_book_in(const std::string& dump) {
  return tl::unexpected(dump + ": holds no book; give a dump of KV with --dump");
}

}  // namespace

std::vector<std::string> Catalogue::isbns() const {
  std::vector<std::string> all;
  all.reserve(books.size());
  for (const CatalogueBook& book : books) all.push_back(book.isbn);
  return all;
}

Catalogue catalogue_of(std::vector<KvRecord> records) {
  Catalogue catalogue;
  catalogue.records = std::move(records);
  books::Transform transform;
  std::map<std::string, std::string> by_isbn;
  for (const KvRecord& record : catalogue.records) {
    books::Transformed made = transform({record.key, record.value, record.expiration});
    if (auto* row = std::get_if<books::BookRow>(&made)) {
      by_isbn.try_emplace(std::move(row->isbn), std::move(row->canonical_metadata));
    }
  }
  for (auto& [isbn, json] : by_isbn) catalogue.books.push_back({isbn, std::move(json)});
  return catalogue;
}

tl::expected<Catalogue, std::string> read_catalogue(const std::string& dump,
                                                    std::int64_t now_seconds) {
  auto reader = dump::DumpReader::open(dump, now_seconds);
  if (!reader) return tl::unexpected(reader.error());
  std::vector<KvRecord> records;
  while (auto next = (**reader).next()) {
    auto* record = std::get_if<KvRecord>(&*next);
    if (record == nullptr) continue;
    if (records.size() == catalogue_records_max) {
      return tl::unexpected(dump + ": holds more than " + std::to_string(catalogue_records_max) +
                            " records, and a simulated load takes no more; cut it shorter");
    }
    records.push_back(std::move(*record));
  }
  if (!(**reader).cut_off().empty()) return tl::unexpected(dump + ": " + (**reader).cut_off());
  Catalogue catalogue = catalogue_of(std::move(records));
  if (catalogue.books.empty()) return no_book_in(dump);
  return catalogue;
}

tl::expected<std::vector<std::string>, std::string> read_isbns(const std::string& dump,
                                                               std::int64_t now_seconds) {
  auto reader = dump::DumpReader::open(dump, now_seconds);
  if (!reader) return tl::unexpected(reader.error());
  books::Transform transform;
  std::set<std::string> isbns;
  while (auto next = (**reader).next()) {
    const auto* record = std::get_if<KvRecord>(&*next);
    if (record == nullptr) continue;
    books::Transformed made = transform({record->key, record->value, record->expiration});
    if (auto* row = std::get_if<books::BookRow>(&made)) isbns.insert(std::move(row->isbn));
  }
  if (!(**reader).cut_off().empty()) return tl::unexpected(dump + ": " + (**reader).cut_off());
  if (isbns.empty()) return no_book_in(dump);
  return std::vector<std::string>(isbns.begin(), isbns.end());
}

}  // namespace cutover::load
