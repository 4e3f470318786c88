#include "worker/play.h"

#include <chrono>
#include <thread>

#include "scenarios/generate.h"

namespace cutover::worker {
namespace {

constexpr std::size_t posts_max = 300;
constexpr auto patience = std::chrono::seconds(3);

}  // namespace

std::string isbn(std::size_t number) {
  return scenarios::isbn13_of(number);
}

std::string key_of(std::size_t number) {
  return "book:isbn:" + isbn(number);
}

Json book(std::size_t number) {
  const std::string n = std::to_string(number);
  return {{"isbn", isbn(number)},
          {"title", "Title " + n},
          {"authors", {"Author " + n, "Second Author"}},
          {"publisher", "Publisher " + n},
          {"publishedDate", "2004-05-0" + std::to_string(1 + number % 9)},
          {"description", "Description " + n},
          {"pageCount", 100 + number},
          {"categories", {"Fiction"}},
          {"language", "de"},
          {"imageLinks",
           {{"thumbnail", "https://books.example/" + n + "/thumbnail.jpg"},
            {"large", "https://books.example/" + n + "/large.jpg"}}}};
}

void put_books(Stage& stage, std::size_t count) {
  std::vector<KvRecord> entries;
  for (std::size_t i = 0; i < count; ++i) {
    entries.push_back({key_of(i), book(i).dump(), std::nullopt, ""});
  }
  stage.put_all(entries);
}

void turn_on_d1(Stage& stage) {
  stage.put("feature:enable_d1_reads", "true");
}

Json json_of(const Told& told) {
  Json json = Json::parse(told.body, nullptr, false);
  return json.is_discarded() ? Json() : json;
}

std::int64_t Migrated::number(const char* name) const {
  const bool there = data.is_object() && data.contains(name) && data[name].is_number();
  return there ? data[name].get<std::int64_t>() : 0;
}

bool Migrated::complete() const {
  if (status != 200 || !data.is_object()) return false;
  return !data.contains("complete") || data["complete"] == true;
}

std::int64_t Migrated::accounted() const {
  if (!data.is_object() || !data.contains("outcomes") || !data["outcomes"].is_object()) {
    return number("totalMigrated") + number("totalErrors");
  }
  std::int64_t sum = 0;
  for (const auto& [name, count] : data["outcomes"].items()) {
    if (count.is_number()) sum += count.get<std::int64_t>();
  }
  return sum;
}

Migrated post_migration(Stage& stage, const std::string& query, std::size_t instance) {
  const Told told =
      stage.ask({"POST", "/admin/migrate-kv-to-d1" + query, Stage::admin_token, ""}, instance);
  Migrated migrated;
  migrated.status = told.status;
  const Json json = json_of(told);
  if (json.is_object() && json.contains("data")) migrated.data = json["data"];
  migrated.posts = 1;
  return migrated;
}

Migrated migrate(Stage& stage, const std::string& query, std::size_t again) {
  Migrated last = post_migration(stage, query);
  std::size_t posts = 1;
  std::size_t failed = 0;
  while (!last.complete() && posts < posts_max) {
    if (last.status != 200) {
      ++failed;
      if (again == 0) break;
      --again;
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
    }
    last = post_migration(stage, "?resume=true");
    ++posts;
  }
  last.posts = posts;
  last.failed_posts = failed;
  return last;
}

Told search(Stage& stage, const std::string& isbn_text, std::size_t instance) {
  return stage.ask({"GET", "/v1/search/isbn?isbn=" + isbn_text, "", ""}, instance);
}

Json book_in(const Told& told) {
  const Json json = json_of(told);
  const bool there = json.is_object() && json.contains("data") && json["data"].is_object() &&
                     json["data"].contains("book");
  return there ? json["data"]["book"] : Json();
}

bool eventually(const std::function<bool()>& holds) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

void settle() {
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
}

std::string cell(Stage& stage, const std::string& sql) {
  const auto rows = stage.sql(sql);
  if (rows.empty() || rows[0].empty()) return "";
  const SqlValue& value = rows[0][0];
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return std::to_string(*integer);
  if (const auto* real = std::get_if<double>(&value)) return std::to_string(*real);
  return "";
}

std::int64_t book_rows(Stage& stage) {
  return std::stoll(cell(stage, "SELECT count(*) FROM Books"));
}

}  // namespace cutover::worker
