// Oracle: what each book must say, whoever answers. Shares no code with what it judges: the
// reference transform reads the sources, and nlohmann/json reads the answers.
//
// A book may have said several things: what its source says, and each correction since. Answers
// with the same bytes are read once. Not for several threads.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/ports/kv_store.h"

namespace cutover::scenarios {

// The facts of a book that are compared, as JSON text each; "null" where nothing is known.
struct BookFacts {
  std::string title;
  std::string authors;
  std::string publisher;
  std::string page_count;
  std::string language;

  friend auto operator<=>(const BookFacts&, const BookFacts&) = default;
};

class Oracle {
 public:
  explicit Oracle(const std::vector<KvRecord>& sources);

  // Other entries of the same books: their facts are as right as those known already.
  void also(const std::vector<KvRecord>& sources);
  // This title is right for the book too, until the caches that may show the other one have aged.
  void also_right(const std::string& isbn, const std::string& title);
  // From now on only this title is right for the book.
  void corrected(const std::string& isbn, const std::string& title);
  [[nodiscard]] bool knows(const std::string& isbn) const { return facts_.contains(isbn); }
  // By ISBN: every book that some source makes a row of.
  [[nodiscard]] const std::map<std::string, std::set<BookFacts>>& books() const { return facts_; }

  // Does a 200 tell the truth about this book? `body` is the whole answer of a search.
  [[nodiscard]] bool tells_truth(const std::string& isbn, std::string_view body);

 private:
  std::map<std::string, std::set<BookFacts>> facts_;
  std::map<std::pair<std::string, std::uint64_t>, bool> read_;  // by ISBN and hash of the bytes
};

}  // namespace cutover::scenarios
