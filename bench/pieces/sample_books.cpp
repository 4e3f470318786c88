#include "bench/pieces/sample_books.h"

#include <map>
#include <string>
#include <utility>
#include <variant>

#include "bench/sample.h"
#include "core/books/transform.h"
#include "core/ports/check.h"

namespace cutover::bench {
namespace {

std::vector<books::BookRow> transformed_sample() {
  books::Transform transform;
  std::map<std::string, books::BookRow> by_isbn;
  for (const KvRecord& record : sample()) {
    auto made = transform({record.key, record.value, record.expiration});
    if (auto* row = std::get_if<books::BookRow>(&made)) {
      std::string isbn = row->isbn;
      by_isbn.try_emplace(std::move(isbn), std::move(*row));
    }
  }
  CUTOVER_CHECK(by_isbn.size() >= 1000, "the pieces need a sample of many books");
  std::vector<books::BookRow> rows;
  rows.reserve(by_isbn.size());
  for (auto& [isbn, row] : by_isbn) rows.push_back(std::move(row));
  return rows;
}

}  // namespace

const std::vector<books::BookRow>& sample_books() {
  static const std::vector<books::BookRow> rows = transformed_sample();
  return rows;
}

}  // namespace cutover::bench
