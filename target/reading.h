// Reading: the look-ups of one run, by GET /v1/search/isbn, and what each of them told.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "target/answer_json.h"
#include "target/visit.h"

namespace cutover::target {

// A book to read; `expected` is null where no dump says what it must be.
struct Wanted {
  std::string isbn;
  Json expected;
  bool expired = false;
};

struct Look {
  std::size_t wanted = 0;  // which of them
  std::string spelling;    // as it was asked
  bool asked = false;
  int status = 0;
  std::string said;  // for people
  double ms = 0;
  bool found = false;   // a book stood in it
  std::string differs;  // the first look: from what is expected; others: from the first
  std::string source;   // metadata.source; empty: it does not say
  std::optional<bool> cached;
};

// The model that every answer of a route must have: the same keys, with values of one type or null.
class Shape {
 public:
  // Empty: the answer has it. The first answer is the model.
  [[nodiscard]] std::string difference(const Json& answer);
  [[nodiscard]] const Json& model() const { return model_; }
  [[nodiscard]] std::uint64_t answers() const { return answers_; }

 private:
  Json model_;
  std::uint64_t answers_ = 0;
};

struct Reading {
  std::vector<Wanted> wanted;
  std::vector<Json> books;    // for each wanted: the first that was told; null: none
  std::vector<Look> first;    // each once, in its plain spelling
  std::vector<Look> again;    // the same once more
  std::vector<Look> spelled;  // as ISBN-10, and with hyphens
  std::vector<Look> more;     // for the figures: speed and errors
  Shape shape;
  std::vector<std::string> shape_differences;  // the first ten
  std::uint64_t shape_different = 0;

  // All of them that were answered with a book.
  [[nodiscard]] std::vector<const Look*> finds() const;
};

// Reads within what the visit has left, `reserved` questions less: each book once, then some again
// and in other spellings.
void read_books(Visit& visit, Reading& reading, std::size_t reserved);
// Then on, the found ones in turn, until so many questions were asked in all.
void read_on(Visit& visit, Reading& reading, std::size_t reserved, std::uint64_t in_all);

// Other ways of writing an ISBN-13: with hyphens, and as ISBN-10 where it has one.
[[nodiscard]] std::vector<std::string> spellings_of(const std::string& isbn13);

}  // namespace cutover::target
