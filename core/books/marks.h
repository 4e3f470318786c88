// Marks: what the transform altered, dropped or could not confirm in one row (docs/TRANSFORM.md).
//
// A set: a mark is listed once, whatever its number of causes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace cutover::books {

// In byte order of their names, which is the order in which `quality` lists them.
enum class Mark : std::uint8_t {
  authors_cleaned,
  authors_detailed_invalid,
  authors_missing,
  authors_not_array,
  cached_at_invalid,
  categories_cleaned,
  categories_not_array,
  date_implausible,
  date_not_text,
  date_unknown,
  date_unparsed,
  description_not_text,
  duplicate_keys,
  image_links_not_object,
  isbn_unconfirmed,
  isbn_zeros_restored,
  language_not_text,
  page_count_invalid,
  page_count_not_number,
  page_count_unknown,
  publisher_not_text,
  title_missing,
  title_not_text,
};

class Marks {
 public:
  void add(Mark mark) { bits_ |= std::uint32_t{1} << static_cast<unsigned>(mark); }
  void add(Marks marks) { bits_ |= marks.bits_; }

  // The JSON array for the column `quality`; nothing when there are no marks.
  [[nodiscard]] std::optional<std::string> to_json() const;

  friend bool operator==(const Marks&, const Marks&) = default;

 private:
  std::uint32_t bits_ = 0;
};

}  // namespace cutover::books
