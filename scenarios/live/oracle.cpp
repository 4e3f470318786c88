#include "scenarios/live/oracle.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/ports/stable_hash.h"
#include "core/store/book_statements.h"
#include "scenarios/live/http.h"
#include "scenarios/reference_judge.h"

namespace cutover::scenarios {
namespace {

using nlohmann::json;

const std::optional<std::string>& column(const migrate::Columns& row, std::string_view name) {
  const auto& names = store::book_columns();
  const auto found = std::find(names.begin(), names.end(), name);
  return row.at(static_cast<std::size_t>(found - names.begin()));
}

std::string text_fact(const std::optional<std::string>& text) {
  return text && !text->empty() ? json(*text).dump(-1, ' ', false, json::error_handler_t::replace)
                                : "null";
}

std::string json_fact(const std::optional<std::string>& text) {
  if (!text) return "null";
  const json value = json::parse(*text, nullptr, false);
  return value.is_discarded() || value.empty() ? "null" : value.dump();
}

BookFacts facts_of(const migrate::Columns& row) {
  return {text_fact(column(row, "title")), json_fact(column(row, "authors")),
          text_fact(column(row, "publisher")), json_fact(column(row, "page_count")),
          text_fact(column(row, "language"))};
}

std::string fact_in(const json& book, const char* name) {
  const auto found = book.find(name);
  if (found == book.end() || found->empty()) return "null";
  return found->dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

Oracle::Oracle(const std::vector<KvRecord>& sources) {
  also(sources);
}

void Oracle::also(const std::vector<KvRecord>& sources) {
  ReferenceJudge judge;
  for (const KvRecord& source : sources) {
    const auto row = judge.expected(source.key, source.value, source.expiration);
    if (row) facts_[column(*row, "isbn").value_or("")].insert(facts_of(*row));
  }
  read_.clear();
}

void Oracle::also_right(const std::string& isbn, const std::string& title) {
  std::set<BookFacts>& right = facts_[isbn];
  for (BookFacts facts : std::set<BookFacts>(right)) {
    facts.title = text_fact(title);
    right.insert(std::move(facts));
  }
  read_.clear();
}

void Oracle::corrected(const std::string& isbn, const std::string& title) {
  std::set<BookFacts> right;
  for (BookFacts facts : facts_[isbn]) {
    facts.title = text_fact(title);
    right.insert(std::move(facts));
  }
  facts_[isbn] = std::move(right);
  read_.clear();
}

bool Oracle::tells_truth(const std::string& isbn, std::string_view body) {
  const std::string_view bytes = book_in(body);
  const auto [read, is_new] = read_.try_emplace({isbn, stable_hash(bytes)}, false);
  if (!is_new) return read->second;
  const json book = json::parse(bytes, nullptr, false);
  if (book.is_object()) {
    const BookFacts said{fact_in(book, "title"), fact_in(book, "authors"),
                         fact_in(book, "publisher"), fact_in(book, "pageCount"),
                         fact_in(book, "language")};
    const auto known = facts_.find(isbn);
    read->second = fact_in(book, "isbn") == "\"" + isbn + "\"" && known != facts_.end() &&
                   known->second.contains(said);
  }
  return read->second;
}

}  // namespace cutover::scenarios
