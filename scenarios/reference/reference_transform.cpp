#include "scenarios/reference/reference_transform.h"

#include <openssl/evp.h>

#include <array>
#include <cstddef>

#include "scenarios/reference/book_object.h"
#include "scenarios/reference/columns.h"
#include "scenarios/reference/isbn_text.h"
#include "scenarios/reference/json_tree.h"
#include "scenarios/reference/values.h"

namespace cutover::reference {
namespace {

// The last sentence of section 3: a D1 row holds 2,000,000 bytes.
constexpr std::size_t kMostTextBytes = 1900000;

std::string sha256_hex(std::string_view bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::array<unsigned char, 32> digest{};
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  std::string hex;
  for (const unsigned char byte : digest) {
    hex += kHex[byte >> 4];
    hex += kHex[byte & 0x0F];
  }
  return hex;
}

std::optional<std::string> decimal(std::optional<long long> number) {
  if (!number) return std::nullopt;
  return std::to_string(*number);
}

bool is_number_column(const std::string& column) {
  return column == "publication_year" || column == "page_count" || column == "source_rank" ||
         column == "source_time" || column == "source_expires_at";
}

std::size_t text_bytes(const Result& row) {
  std::size_t bytes = row.isbn.size();
  for (const auto& [column, value] : row.columns) {
    if (value && !is_number_column(column)) bytes += value->size();
  }
  return bytes;
}

// -1 for NULL, which is older than every source_time.
long long number_or_oldest(const std::optional<std::string>& text) {
  return text ? std::stoll(*text) : -1;
}

}  // namespace

Result transform(std::string_view key, std::string_view value,
                 std::optional<long long> expires_at) {
  Result result;
  const auto no_row = [&result](const NoBook& why) {
    result.kind = why.is_empty ? Result::Kind::empty : Result::Kind::rejected;
    result.reason = why.reason;
    result.detail = why.detail;
    return result;
  };

  // Section 1.
  const KeyReading reading = read_key(key);
  if (!reading.isbn.reason.empty()) {
    return no_row(NoBook{false, reading.isbn.reason, "the key gives no ISBN"});
  }
  result.isbn = reading.isbn.isbn;

  // Section 2.
  const ValueReading parsed = read_value(value);
  if (parsed.no_book) return no_row(*parsed.no_book);
  const BookSearch search = find_book(parsed.root, result.isbn);
  if (search.no_book) return no_row(*search.no_book);

  // Sections 3 and 4.
  Marks marks = search.marks;
  if (reading.isbn.zeros_restored) marks.insert("isbn_zeros_restored");
  Columns& columns = result.columns;
  fill_book_columns(*search.book, columns, marks);
  columns["canonical_metadata"] = std::string(value);
  columns["content_hash"] = sha256_hex(value);
  columns["source_key"] = std::string(key);
  columns["source_rank"] = decimal(reading.source_rank);
  columns["source_time"] = decimal(search.source_time);
  columns["source_expires_at"] = decimal(expires_at);
  result.marks.assign(marks.begin(), marks.end());
  columns["quality"] = std::nullopt;
  if (!result.marks.empty()) columns["quality"] = write_json_strings(result.marks);

  const std::size_t bytes = text_bytes(result);
  if (bytes > kMostTextBytes) {
    result.columns.clear();
    result.marks.clear();
    return no_row(NoBook{false, "too_large", std::to_string(bytes) + " bytes of text in the row"});
  }
  result.kind = Result::Kind::row;
  return result;
}

bool preferred(const Columns& a, const Columns& b) {
  const long long time_a = number_or_oldest(a.at("source_time"));
  const long long time_b = number_or_oldest(b.at("source_time"));
  if (time_a != time_b) return time_a > time_b;
  const long long rank_a = number_or_oldest(a.at("source_rank"));
  const long long rank_b = number_or_oldest(b.at("source_rank"));
  if (rank_a != rank_b) return rank_a < rank_b;
  return a.at("source_key").value() < b.at("source_key").value();
}

bool preferred(const Result& a, const Result& b) {
  return preferred(a.columns, b.columns);
}

bool same_value(const std::string& column, const std::optional<std::string>& left,
                const std::optional<std::string>& right) {
  if (left == right) return true;
  if (column != "authors_detailed" || !left || !right) return false;
  if (!is_utf8(*left) || !is_utf8(*right)) return false;
  const JsonReading ours = read_json(*left);
  const JsonReading theirs = read_json(*right);
  const bool both_read =
      ours.ending == JsonReading::Ending::read && theirs.ending == JsonReading::Ending::read;
  return both_read && same_json(ours.root, theirs.root);
}

}  // namespace cutover::reference
