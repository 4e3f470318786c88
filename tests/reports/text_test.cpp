#include "reports/text.h"

#include <gtest/gtest.h>

#include "reports/figures.h"
#include "reports/markdown_text.h"
#include "tests/reports/sample_report.h"

namespace cutover::reports {
namespace {

TEST(ValidUtf8, KeepsValidTextOfEveryLength) {
  const std::string text = "a\xc3\xa9\xe6\x9b\xb8\xf0\x9f\x93\x96";
  EXPECT_EQ(valid_utf8(text), text);
}

TEST(ValidUtf8, ReplacesEachBrokenByte) {
  EXPECT_EQ(valid_utf8("a\xff"
                       "b"),
            "a\xef\xbf\xbd"
            "b");
  EXPECT_EQ(valid_utf8("\xe2\x82"), "\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(valid_utf8("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(valid_utf8("\xc0\xaf"), "\xef\xbf\xbd\xef\xbf\xbd");
}

TEST(ValidUtf8, IsTotal) {
  for (unsigned number = 0; number < 2000; ++number) {
    const std::string once = valid_utf8(noise(number));
    EXPECT_TRUE(is_utf8(once)) << number;
    EXPECT_EQ(valid_utf8(once), once) << number;
  }
}

TEST(Visible, ShowsControlAndDirectionCharacters) {
  EXPECT_EQ(visible(std::string("a\n\r\t\0z", 6)), "a\\n\\r\\t\\u0000z");
  EXPECT_EQ(visible("\x1b[31m\x7f"), "\\u001b[31m\\u007f");
  EXPECT_EQ(visible("\xe2\x80\xae"
                    "exe\xc2\x85"),
            "\\u202eexe\\u0085");
  EXPECT_EQ(visible("caf\xc3\xa9"), "caf\xc3\xa9");
}

TEST(XmlText, ReplacesWhatXmlForbidsAndKeepsLineEnds) {
  EXPECT_EQ(xml_text("a\x01\tb\n\xef\xbf\xbe"), "a\xef\xbf\xbd\tb\n\xef\xbf\xbd");
  EXPECT_EQ(xml_text("caf\xc3\xa9 \xf0\x9f\x93\x96"), "caf\xc3\xa9 \xf0\x9f\x93\x96");
}

TEST(Clipped, CountsCharactersAndSaysWhatIsMissing) {
  EXPECT_EQ(clipped("\xc3\xa9\xc3\xa9", 2), "\xc3\xa9\xc3\xa9");
  EXPECT_EQ(clipped("\xc3\xa9\xc3\xa9\xc3\xa9", 2), "\xc3\xa9\xc3\xa9... (6 bytes)");
  EXPECT_EQ(clipped("", 0), "");
}

TEST(LastPathPart, DropsTheDirectories) {
  EXPECT_EQ(last_path_part("/home/someone/dump.gz"), "dump.gz");
  EXPECT_EQ(last_path_part("dump.gz"), "dump.gz");
  EXPECT_EQ(last_path_part("a/b/"), "b");
  EXPECT_EQ(last_path_part(""), "");
}

TEST(MarkdownText, EscapesWhatMarkdownReads) {
  EXPECT_EQ(markdown_text("a|b `c` <d> & *e* _f_"),
            "a\\|b \\`c\\` &lt;d&gt; &amp; \\*e\\* \\_f\\_");
  EXPECT_EQ(markdown_text("# x"), "\\# x");
  EXPECT_EQ(markdown_text("12. x"), "12\\. x");
  EXPECT_EQ(markdown_text("line\nend"), "line\\\\nend");
  EXPECT_EQ(markdown_text("see http://x.y"), "see http:\\//x.y");
  EXPECT_EQ(markdown_text("0.5 % of 12 keys."), "0.5 % of 12 keys.");
}

TEST(MarkdownCode, IsASpanForPlainNamesAndEscapedTextForOthers) {
  EXPECT_EQ(markdown_code("book:isbn:9780439708180"), "`book:isbn:9780439708180`");
  EXPECT_EQ(markdown_code("a`b"), "a\\`b");
  EXPECT_EQ(markdown_code("a|b"), "a\\|b");
  EXPECT_EQ(markdown_code("a\nb"), "a\\\\nb");
  EXPECT_EQ(markdown_code(""), "(empty)");
  EXPECT_EQ(markdown_code("  "), "(blank)");
}

TEST(MarkdownBlock, HasAFenceThatTheTextCannotClose) {
  EXPECT_EQ(markdown_block("SELECT 1\nFROM x", "sql"), "```sql\nSELECT 1\nFROM x\n```\n");
  EXPECT_EQ(markdown_block("````\nx", "sh"), "`````sh\n````\nx\n`````\n");
}

TEST(MeasuredText, NeverRoundsAFigureOverItsLimit) {
  Criterion criterion;
  criterion.unit = "ms";
  EXPECT_EQ(measured_text(criterion), "not measured");
  criterion.measured = 100.0;
  EXPECT_EQ(measured_text(criterion), "100 ms");
  criterion.measured = 99.99999999;
  EXPECT_EQ(measured_text(criterion), "99.99999999 ms");
  criterion.unit = "";
  criterion.measured = "9 of 9";
  EXPECT_EQ(measured_text(criterion), "9 of 9");
}

TEST(MeasuredInShort, RoundsOnlyWhereTheLimitIsFar) {
  Criterion criterion;
  criterion.unit = "ms";
  criterion.limit = 100;
  criterion.direction = Direction::below;
  criterion.measured = 12.172904000000017;
  EXPECT_EQ(measured_in_short(criterion), "12.17 ms");
  criterion.measured = 99.99999999;
  EXPECT_EQ(measured_in_short(criterion), "99.99999999 ms") << "100 would look like a miss";
  criterion.measured = 100.0000001;
  EXPECT_EQ(measured_in_short(criterion), "100.0000001 ms") << "100 would look like the limit";
  criterion.measured = 6810.0;
  EXPECT_EQ(measured_in_short(criterion), "6810 ms");
}

TEST(MarginText, HasASign) {
  Criterion criterion;
  criterion.measured = 75.0;
  EXPECT_EQ(margin_text(criterion), "-");
  criterion.limit = 100;
  EXPECT_EQ(margin_text(criterion), "+25 %");
  criterion.measured = 100.0001;
  EXPECT_EQ(margin_text(criterion), "-0.0001 %") << "a miss by a hair is not 0";
}

TEST(CountText, GroupsThousands) {
  EXPECT_EQ(count_text(0), "0");
  EXPECT_EQ(count_text(999), "999");
  EXPECT_EQ(count_text(6810), "6,810");
  EXPECT_EQ(counted(1, "key"), "1 key");
  EXPECT_EQ(counted(0, "key"), "0 keys");
  EXPECT_EQ(counted(6810, "key"), "6,810 keys");
  EXPECT_EQ(count_text(18446744073709551615U), "18,446,744,073,709,551,615");
}

TEST(DurationText, ChoosesAUnit) {
  EXPECT_EQ(duration_text(std::nullopt), "-");
  EXPECT_EQ(duration_text(0.4124), "0.412 ms");
  EXPECT_EQ(duration_text(86.04), "86.0 ms");
  EXPECT_EQ(duration_text(3200), "3.2 s");
  EXPECT_EQ(duration_text(600000), "10.0 min");
  EXPECT_EQ(duration_text(86400000), "24.0 h");
}

TEST(SizeText, ChoosesAUnit) {
  EXPECT_EQ(size_text(512), "512 bytes");
  EXPECT_EQ(size_text(1536), "1.5 KiB");
  EXPECT_EQ(size_text(3 * 1024 * 1024), "3.0 MiB");
}

}  // namespace
}  // namespace cutover::reports
