// The core's transform and the reference agree on every column, reason and mark (DESIGN section 6,
// invariant 3; R2.3): for entries drawn from a grammar of docs/TRANSFORM.md, for such entries with
// bytes changed, around the size limits, and for every record of the real dumps that are present.
//
// Where they differ, one of them breaks the page, or the page is silent.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "adapters/dump/dump_reader.h"
#include "core/books/transform.h"
#include "scenarios/reference/entry_grammar.h"
#include "scenarios/reference/reference_transform.h"

namespace cutover {
namespace {

using reference::Entry;
using reference::Numbers;

template <class Number>
std::optional<std::string> decimal(const std::optional<Number>& number) {
  if (!number) return std::nullopt;
  return std::to_string(*number);
}

reference::Columns columns_of(const books::BookRow& row) {
  return {{"title", row.title},
          {"authors", row.authors},
          {"authors_detailed", row.authors_detailed},
          {"publication_year", decimal(row.publication_year)},
          {"published_date", row.published_date},
          {"publisher", row.publisher},
          {"page_count", decimal(row.page_count)},
          {"language", row.language},
          {"categories", row.categories},
          {"description", row.description},
          {"cover_url", row.cover_url},
          {"thumbnail_url", row.thumbnail_url},
          {"canonical_metadata", row.canonical_metadata},
          {"content_hash", row.content_hash},
          {"source_key", row.source_key},
          {"source_rank", std::to_string(row.source_rank)},
          {"source_time", decimal(row.source_time)},
          {"source_expires_at", decimal(row.source_expires_at)},
          {"quality", row.quality}};
}

std::string ending_of(const reference::Result& result) {
  switch (result.kind) {
    case reference::Result::Kind::row: return "row " + result.isbn;
    case reference::Result::Kind::empty: return "empty " + result.reason;
    case reference::Result::Kind::rejected: break;
  }
  return "rejected " + result.reason;
}

std::string ending_of(const books::Transformed& result) {
  if (const auto* row = std::get_if<books::BookRow>(&result)) return "row " + row->isbn;
  if (const auto* empty = std::get_if<books::Empty>(&result)) {
    return "empty " + std::string(empty->reason);
  }
  return "rejected " + std::string(std::get<books::Rejected>(result).reason);
}

// Empty when the two agree; else a report that names the entry and what differs.
std::string difference(books::Transform& core, std::string_view key, std::string_view value,
                       std::optional<long long> expires_at) {
  const reference::Result expected = reference::transform(key, value, expires_at);
  const books::Transformed actual = core(books::Source{key, value, expires_at});
  std::string report;
  const auto differs = [&report](const std::string& what, const std::string& reference_value,
                                 const std::string& core_value) {
    report += what + "\n  reference: " + reference_value + "\n  core:      " + core_value + "\n";
  };
  if (ending_of(expected) != ending_of(actual)) {
    differs("ending", ending_of(expected) + " " + expected.detail, ending_of(actual));
  } else if (const auto* row = std::get_if<books::BookRow>(&actual)) {
    const reference::Columns columns = columns_of(*row);
    if (columns.size() != expected.columns.size()) report += "another number of columns\n";
    for (const auto& [name, expected_value] : expected.columns) {
      const auto& core_value = columns.at(name);
      if (reference::same_value(name, expected_value, core_value)) continue;
      differs(name, expected_value.value_or("NULL"), core_value.value_or("NULL"));
    }
  }
  if (report.empty()) return report;
  return "key: " + std::string(key) + "\nvalue: " + std::string(value.substr(0, 2000)) + "\n" +
         report;
}

constexpr int kEntriesPerCase = 50;

// Of any size and full range from the first case on: RapidCheck would start small.
rc::Gen<Numbers> numbers(int most) {
  return rc::gen::resize(most, rc::gen::container<Numbers>(rc::gen::arbitrary<std::uint16_t>()));
}

RC_GTEST_PROP(TransformsAgree, R2_3_OnEntriesDrawnFromTheGrammarOfThePage, ()) {
  books::Transform core;
  const auto draws = *rc::gen::container<std::vector<Numbers>>(kEntriesPerCase, numbers(250));
  for (const Numbers& draw : draws) {
    const Entry entry = reference::draw_entry(draw);
    std::optional<long long> expires_at;
    if (draw.size() % 2 == 0) expires_at = 1700000000;
    RC_ASSERT(difference(core, entry.key, entry.value, expires_at) == "");
  }
}

RC_GTEST_PROP(TransformsAgree, R2_3_OnSuchEntriesWithBytesChanged, ()) {
  books::Transform core;
  const auto draws = *rc::gen::container<std::vector<std::pair<Numbers, Numbers>>>(
      kEntriesPerCase, rc::gen::pair(numbers(250), numbers(60)));
  for (const auto& [draw, change] : draws) {
    const Entry entry = reference::draw_entry(draw);
    const std::string value = reference::change_bytes(entry.value, change);
    RC_ASSERT(difference(core, entry.key, value, std::nullopt) == "");
  }
}

TEST(TransformsAgree, AroundTheLimitsOfSize) {
  books::Transform core;
  const auto value_of = [](std::size_t size) {
    std::string value = R"({"title":"T","authors":["A"],"x":")";
    value.append(size - value.size() - 2, 'x');
    return value + "\"}";
  };
  // What is not the value (key, hash, ISBN, title, authors) takes 106 bytes here.
  for (std::size_t size = 1899880; size <= 1899910; ++size) {
    EXPECT_EQ(difference(core, "book:isbn:9780439708180", value_of(size), {}), "") << size;
    if (HasFailure()) break;
  }
  for (const std::size_t size : {26214399U, 26214400U, 26214401U}) {
    EXPECT_EQ(difference(core, "book:isbn:9780439708180", value_of(size), {}), "") << size;
    EXPECT_EQ(difference(core, "book:isbn:9780439708180", std::string(size, '['), {}), "");
  }
}

// Where the page is read most easily in two ways, or a parser has a habit of its own. A number
// beyond 64 bits, for one, must not change how its neighbours are read.
TEST(TransformsAgree, WhereParsersAreKnownToDiffer) {
  using namespace std::string_literals;
  books::Transform core;
  const std::string sixty_five(65, '[');
  const std::vector<std::string> values = {
      "\0"s,
      "{\"title\":\"T\"}\0"s,
      "{\"title\":\"T\"}\0 junk"s,
      "\0{\"title\":\"T\"}"s,
      std::string(64, '[') + std::string(64, ']'),
      sixty_five + std::string(65, ']'),
      sixty_five,
      sixty_five + std::string(66, ']'),
      std::string(1000000, '['),
      sixty_five + "\xFF",
      sixty_five + std::string(65, ']') + "1e309",
      std::string(1000000, '{'),
      "\xEF\xBB\xBF",
      "{\"title\":\"T\"}\xEF\xBB\xBF",
      "\xEF\xBB\xBF\xFF",
      "\xFE\xFF",
      R"({"title":"T","x":1e309})",
      R"({"title":"T","x":-1e309})",
      R"({"title":1e-400})",
      R"({"title":"T"}//)",
      R"({"title":"T"}{"title":"T"})",
      R"({"title":tru})",
      R"({"title":null,"items":[]})",
      R"({"title":null,"error":{}})",
      R"({"data":null,"cachedAt":null})",
      R"({"title":"T","publishedDate":" 0 "})",
      R"({"title":"T","publishedDate":{"$date":" "}})",
      R"({"title":"T","publishedDate":{"$date":"1","$date":"1999"}})",
      R"({"title":"T","pageCount":"100001"})",
      R"({"title":"T","authorsDetailed":{"b":-0,"a":1E5}})",
      R"({"title":9223372036854775807,"x":18446744073709551616})",
      R"({"title":-9223372036854775808,"x":-9223372036854775809})",
      R"({"title":18446744073709551615,"x":1e309})",
      R"({"title":18446744073709551615,"x":18446744073709551616})",
      R"({"cachedAt":253402300799999.5,"data":{"title":"T"}})",
      R"({"items":[{"volumeInfo":{"title":"T","isbn":"unknown"}}]})"};
  for (const std::string& value : values) {
    EXPECT_EQ(difference(core, "book:isbn:9780439708180", value, {}), "");
    EXPECT_EQ(difference(core, "covers:1", value, {}), "");
  }
  EXPECT_EQ(difference(core, "covers:1", "", {}), "");
}

// The dump that ships with the project, and whatever real dumps lie beside the project.
std::vector<std::string> real_dumps() {
  namespace fs = std::filesystem;
  const fs::path project = CUTOVER_SOURCE_DIR;
  std::vector<std::string> paths = {(project / "samples" / "google-7k.ndjson.gz").string()};
  std::error_code error;
  for (const auto& folder :
       fs::directory_iterator(project.parent_path() / "shared" / "data", error)) {
    for (const char* name : {"kv.ndjson.gz", "kv.json.gz"}) {
      if (fs::exists(folder.path() / name)) paths.push_back((folder.path() / name).string());
    }
  }
  return paths;
}

TEST(TransformsAgree, R2_3_OnEveryRecordOfTheRealDumps) {
  books::Transform core;
  for (const std::string& path : real_dumps()) {
    SCOPED_TRACE(path);
    const auto reader = dump::DumpReader::open(path, 1700000000);
    ASSERT_TRUE(reader.has_value()) << reader.error();
    std::size_t records = 0;
    std::size_t differences = 0;
    while (const auto next = (*reader)->next()) {
      const auto* record = std::get_if<KvRecord>(&*next);
      if (record == nullptr) continue;  // the reader's tests judge its problems
      ++records;
      const std::string report = difference(core, record->key, record->value, record->expiration);
      if (report.empty()) continue;
      if (++differences <= 5) ADD_FAILURE() << report;
    }
    EXPECT_GT(records, 0U);
    EXPECT_EQ(differences, 0U);
  }
}

}  // namespace
}  // namespace cutover
