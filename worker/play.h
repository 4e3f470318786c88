// What checks have in common: books, the routes of the contract, and patience.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "worker/stage.h"

namespace cutover::worker {

using Json = nlohmann::ordered_json;

// The ISBN-13 of a book by number, its key, and a record of it as the provider gives it.
[[nodiscard]] std::string isbn(std::size_t number);
[[nodiscard]] std::string key_of(std::size_t number);
[[nodiscard]] Json book(std::size_t number);

// Puts books number 0 to count - 1 into KV.
void put_books(Stage& stage, std::size_t count);

// Reads of books come from D1 too.
void turn_on_d1(Stage& stage);

[[nodiscard]] Json json_of(const Told& told);  // null when it is none

// What a migration told when it had ended, or gave up.
struct Migrated {
  int status = 0;  // of the last answer
  Json data;       // of the last answer; null when there is none
  std::size_t posts = 0;
  std::size_t failed_posts = 0;  // that were answered with another status than 200

  [[nodiscard]] std::int64_t number(const char* name) const;  // 0 when it is not there
  [[nodiscard]] bool complete() const;
  // The sum of the outcomes, or of migrated and errors where there are none.
  [[nodiscard]] std::int64_t accounted() const;
};

// One POST, with this query ("", "?resume=true", "?dryRun=true").
[[nodiscard]] Migrated post_migration(Stage& stage, const std::string& query,
                                      std::size_t instance = 0);
// A new run, or what a query says, then resumed until it says that it is complete. A failed step is
// tried again, `again` times in all.
[[nodiscard]] Migrated migrate(Stage& stage, const std::string& query = "", std::size_t again = 0);

[[nodiscard]] Told search(Stage& stage, const std::string& isbn_text, std::size_t instance = 0);
// The book in a search's answer; null when there is none.
[[nodiscard]] Json book_in(const Told& told);

// Is it so within three seconds? What a Worker does after it has answered takes a moment.
[[nodiscard]] bool eventually(const std::function<bool()>& holds);

// A moment in which nothing is asked.
void settle();

// The first value of the first row, as text; empty for NULL and for no row.
[[nodiscard]] std::string cell(Stage& stage, const std::string& sql);
// How many books D1 has.
[[nodiscard]] std::int64_t book_rows(Stage& stage);

}  // namespace cutover::worker
