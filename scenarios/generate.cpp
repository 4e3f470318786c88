#include "scenarios/generate.h"

#include <array>
#include <set>
#include <utility>

#include "core/books/json_text.h"
#include "core/ports/random.h"

namespace cutover::scenarios {
namespace {

constexpr std::array<const char*, 24> words = {
    "river", "stone",   "winter", "garden",   "letters", "silence", "harbour", "memory",
    "light", "orchard", "voyage", "shadow",   "bridge",  "algebra", "étude",   "Straße",
    "花",    "night",   "fire",   "thousand", "kingdom", "mirror",  "salt",    "echo"};
constexpr std::array<const char*, 8> names = {"Ada Moss",   "J. K. Rivers", "Øyvind Lund",
                                              "Mei Tanaka", "R. Okafor",    "Ana Sousa",
                                              "T. Novák",   "Lena Brandt"};
constexpr std::array<const char*, 5> languages = {"en", "de", "fr", "ja", "nb"};

char check_digit13(std::string_view twelve) {
  int sum = 0;
  for (std::size_t i = 0; i < 12; ++i) sum += (twelve[i] - '0') * (i % 2 == 0 ? 1 : 3);
  return static_cast<char>('0' + (10 - sum % 10) % 10);
}

std::string isbn10_of(std::string_view isbn13) {
  const std::string nine(isbn13.substr(3, 9));
  int sum = 0;
  for (std::size_t i = 0; i < 9; ++i) sum += (nine[i] - '0') * (10 - static_cast<int>(i));
  const int check = (11 - sum % 11) % 11;
  return nine + (check == 10 ? 'X' : static_cast<char>('0' + check));
}

template <std::size_t size>
const char* pick(RandomStream& random, const std::array<const char*, size>& from) {
  return from[random.below(size)];
}

std::string sentence(RandomStream& random, std::uint64_t length) {
  std::string text;
  for (std::uint64_t i = 0; i < length; ++i) {
    if (i > 0) text += ' ';
    text += pick(random, words);
  }
  return text;
}

void text_field(std::string& json, const char* name, std::string_view value) {
  json += json.size() > 1 ? ",\"" : "\"";
  json += name;
  json += "\":";
  books::append_json_string(json, value);
}

void raw_field(std::string& json, const char* name, const std::string& value) {
  json += json.size() > 1 ? ",\"" : "\"";
  json += name;
  json += "\":" + value;
}

std::string ordinary_book(RandomStream& random, const std::string& isbn) {
  std::string json = "{";
  text_field(json, "isbn", isbn);
  text_field(json, "title", sentence(random, 1 + random.below(5)));
  raw_field(json, "authors", std::string("[\"") + pick(random, names) + "\"]");
  const std::int64_t year = random.between(1950, 2025);
  raw_field(json, "publishedDate", "\"" + std::to_string(year) + "\"");
  text_field(json, "publisher", sentence(random, 2));
  raw_field(json, "pageCount", std::to_string(random.between(40, 900)));
  text_field(json, "language", pick(random, languages));
  raw_field(json, "categories", "[\"Fiction\"]");
  text_field(json, "description", sentence(random, 20 + random.below(80)));
  raw_field(json, "imageLinks",
            "{\"thumbnail\":\"http://books.google.com/books/content?id=" + isbn + "\"}");
  return json + "}";
}

// One of the ways in which real entries are odd. `key` may change with it.
std::string odd_value(RandomStream& random, const std::string& isbn, std::string& key) {
  const std::string book = ordinary_book(random, isbn);
  switch (random.below(16)) {
    case 0: return "null";
    case 1: return "{\"totalItems\":0,\"kind\":\"books#volumes\"}";
    case 2: return "{\"error\":{\"code\":429,\"message\":\"Quota exceeded\"}}";
    case 3: return book.substr(0, book.size() / 2);
    case 4: return "not valid json";
    case 5: return "{\"isbn\":\"" + isbn + "\",\"authors\":\"One, Two\",\"pageCount\":\"192\"}";
    case 6: return "{\"title\":1984,\"publishedDate\":1949.0,\"authors\":[]}";
    case 7: return "{\"title\":\"Dated\",\"publishedDate\":\"199?\"}";
    case 8:
      return "{\"title\":\"Dated\",\"publishedDate\":{\"$date\":\"2009-04-01T00:00:00.000-0700\"}}";
    case 9: return "{\"isbn\":\"9780306406157\",\"title\":\"Another edition\"}";
    case 10: key = "book:isbn:BAD_DATA_" + isbn; return book;
    case 11: key = "book:isbn:" + isbn10_of(isbn); return book;
    case 12:
      key = "search:isbn:isbn=" + isbn;
      return "{\"cachedAt\":1763900000000,\"ttl\":604800,\"data\":{\"totalItems\":1,\"items\":["
             "{\"volumeInfo\":" +
             book + "}]}}";
    case 13: return "{\"title\":\"Bytes \xFF\xFE\"}";
    case 14: return "[1,2,3]";
    default: return "";
  }
}

// Ways that are rare (plan defects T01 to T15). `key` may change with it.
std::string rare_value(RandomStream& random, const std::string& isbn, std::string& key) {
  const auto with = [&isbn](const std::string& fields) {
    return "{\"isbn\":\"" + isbn + "\",\"title\":\"Rare\"" + fields + "}";
  };
  switch (random.below(20)) {
    case 0: return with(R"(,"publishedDate":"c1999")");
    case 1: return with(R"(,"publishedDate":"MCMXCIX")");
    case 2: return with(R"(,"publishedDate":1999)");
    case 3: return with(R"(,"publishedDate":"19??")");
    case 4: return with(R"(,"publishedDate":"2004-05-01","authors":["B","A"])");
    case 5: return with(R"(,"publishedDate":"2004-13-45")");
    case 6: return with(R"(,"pageCount":9007199254740993,"ratings":12345678901234567890)");
    case 7: return with(R"(,"title":"Twice","authors":["One"],"authors":["Two"])");
    case 8: return with(R"(,"description":"a lone \ud800 surrogate")");
    case 9: return with(R"(,"categories":[["Nested",["Deeper"]],"Flat"],"pageCount":-3)");
    case 10: return with(R"(,"imageLinks":{"smallThumbnail":"http://x/s","large":"http://x/l"})");
    case 11: return R"({"authors":["Nobody's Title"]})";
    case 12: return "{}";
    case 13: return "\"text\"";
    case 14: key = "book:isbn:" + isbn + ":summary"; return with("");
    case 15: key = "book:isbn:"; return with("");
    case 16: key = "book:isbn:" + isbn.substr(0, 3) + "-" + isbn.substr(3); return with("");
    case 17:
      key = "book:isbn:" + isbn.substr(0, 12) + (isbn[12] == '0' ? "1" : "0");
      return with("");
    case 18:
      key = "search:isbn:isbn=" + isbn;
      return R"({"cachedAt":1763900000000,"ttl":604800,"data":{"totalItems":0}})";
    default: return with(",\"description\":\"" + std::string(20'000, 'd') + "\"");
  }
}

}  // namespace

std::string isbn13_of(std::uint64_t index) {
  // 500,000,003 shares no factor with 10^9, so every index below it has its own number.
  const std::uint64_t number = (index * 500'000'003ULL + 123'456'789ULL) % 1'000'000'000ULL;
  std::string digits = std::to_string(number);
  digits.insert(0, 9 - digits.size(), '0');
  digits.insert(0, "978");
  return digits + check_digit13(digits);
}

KvRecord DumpGenerator::record(std::uint64_t index) const {
  RandomStream random(options_.seed + index * 0x9E3779B97F4A7C15ULL, "generated record");
  const std::string isbn = isbn13_of(index);
  KvRecord record;
  record.key = "book:isbn:" + isbn;
  if (random.below(1000) >= options_.odd_per_thousand) {
    record.value = ordinary_book(random, isbn);
  } else if (options_.rare_per_thousand > 0 && random.below(1000) < options_.rare_per_thousand) {
    record.value = rare_value(random, isbn, record.key);
  } else {
    record.value = odd_value(random, isbn, record.key);
  }
  if (random.chance(1, 2)) {
    record.expiration = options_.now_seconds + random.between(90'000, 900'000);
  }
  if (random.chance(1, 4)) {
    record.metadata = "{\"ratingsCount\":" + std::to_string(random.below(5000)) + "}";
  }
  return record;
}

std::vector<KvRecord> DumpGenerator::records(std::uint64_t count) const {
  std::vector<KvRecord> records;
  records.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) records.push_back(record(i));
  return records;
}

std::vector<GeneratedShelf> generate_library(std::uint64_t seed,
                                             const std::vector<std::string>& isbns,
                                             std::size_t count) {
  constexpr std::size_t books_of_test_user = 200;
  constexpr std::int64_t first_second = 1'672'531'200;  // 2023-01-01
  constexpr std::int64_t last_second = 1'767'225'599;   // 2025-12-31
  constexpr std::array<const char*, 3> statuses = {"want_to_read", "reading", "completed"};
  std::vector<GeneratedShelf> library;
  if (isbns.empty()) return library;
  RandomStream random(seed, "generated library");
  std::set<std::pair<std::size_t, std::size_t>> taken;
  const std::size_t users = count / 8 + 1;
  for (std::size_t i = 0; i < count; ++i) {
    const bool test_user = i < books_of_test_user && i < isbns.size();
    const std::size_t user = test_user ? 0 : 1 + random.below(users);
    const std::size_t book = test_user ? i : random.below(isbns.size());
    if (!taken.insert({user, book}).second) continue;
    GeneratedShelf shelf;
    shelf.user_id = user == 0 ? "test_user" : "user-" + std::to_string(user);
    shelf.isbn = isbns[book];
    shelf.status = pick(random, statuses);
    if (random.chance(2, 3)) shelf.rating = std::to_string(random.between(1, 5));
    shelf.added_at = random.between(first_second, last_second);
    library.push_back(std::move(shelf));
  }
  return library;
}

}  // namespace cutover::scenarios
