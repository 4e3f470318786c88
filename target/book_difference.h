// The book that a search must answer with (docs/API_CONTRACT.md), by the reference transform, and
// where an answered one differs from it (R6.1, R3.3).
//
// What is not known may be null, absent, blank or an empty list; that is one thing here. Of the
// pictures two are compared: the cover (the largest) and the thumbnail, and Google's may be http or
// https. Further keys of the answer are not looked at.
#pragma once

#include <string>
#include <vector>

#include "scenarios/reference/reference_transform.h"
#include "target/answer_json.h"

namespace cutover::target {

struct FieldDifference {
  std::string field;     // "title", "imageLinks.thumbnail"
  std::string expected;  // for people, short
  std::string got;
};

// The book as one flat object: the fields that are compared, unknown ones null.
[[nodiscard]] Json comparable_book(const std::string& isbn, const reference::Columns& columns);
[[nodiscard]] Json comparable_book(const Json& answered);

// Of two comparable books, in the order of the fields' names.
[[nodiscard]] std::vector<FieldDifference> differences(const Json& expected, const Json& got);

// "title: expected "A", got "B"; ..."
[[nodiscard]] std::string sentence_of(const std::vector<FieldDifference>& differences);

}  // namespace cutover::target
