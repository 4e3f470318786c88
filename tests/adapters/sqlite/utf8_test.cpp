#include "adapters/sqlite/utf8.h"

#include <gtest/gtest.h>

namespace cutover {
namespace {

#define U_FFFD "\xEF\xBF\xBD"

TEST(ReplaceMalformedUtf8, LeavesWellFormedTextAlone) {
  for (const std::string& text :
       {std::string(), std::string("abc"), std::string("a\0b", 3), std::string("\xC3\xA9"),
        std::string("\xE2\x82\xAC"), std::string("\xF0\x9F\x98\x80"), std::string("\xED\x9F\xBF"),
        std::string("\xEE\x80\x80"), std::string("\xF4\x8F\xBF\xBF"), std::string("\xEF\xBB\xBF{}"),
        std::string(U_FFFD)}) {
    EXPECT_EQ(replace_malformed_utf8(text), text);
    EXPECT_TRUE(is_utf8(text));
  }
}

struct Case {
  std::string bytes;
  std::string text;
};

TEST(ReplaceMalformedUtf8, ReplacesEachMaximalSubpartByOneCharacter) {
  const std::vector<Case> cases = {
      // The examples of the Unicode Standard, section 3.9, tables 3-8 to 3-11.
      {"\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41",
       U_FFFD U_FFFD U_FFFD U_FFFD U_FFFD U_FFFD U_FFFD U_FFFD "A"},
      {"\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41",
       U_FFFD U_FFFD U_FFFD U_FFFD U_FFFD U_FFFD U_FFFD U_FFFD "A"},
      {"\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42",
       U_FFFD U_FFFD U_FFFD U_FFFD U_FFFD "A" U_FFFD U_FFFD "B"},
      {"\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", U_FFFD U_FFFD U_FFFD U_FFFD "A"},
      // Cut off at the end, and in the middle.
      {"a\xE2\x82", "a" U_FFFD},
      {"a\xE2\x82z", "a" U_FFFD "z"},
      {"\xF0\x9F\x98", U_FFFD},
      {"\xC3", U_FFFD},
      {"\x80", U_FFFD},
      {std::string("\0\xff\x80", 3), std::string("\0", 1) + U_FFFD U_FFFD},
      {"ok\xF5\x80ok", "ok" U_FFFD U_FFFD "ok"},
  };
  for (const Case& example : cases) {
    EXPECT_EQ(replace_malformed_utf8(example.bytes), example.text);
    EXPECT_FALSE(is_utf8(example.bytes));
    EXPECT_TRUE(is_utf8(replace_malformed_utf8(example.bytes)));
  }
}

TEST(ReplaceMalformedUtf8, IsDecidedByTheLeadAndSecondByteAtEveryBoundary) {
  for (int lead = 0; lead < 256; ++lead) {
    for (int second = 0; second < 256; ++second) {
      const std::string bytes = {static_cast<char>(lead), static_cast<char>(second)};
      const bool expected = (lead < 0x80 && second < 0x80) ||
                            (lead >= 0xC2 && lead <= 0xDF && second >= 0x80 && second <= 0xBF);
      EXPECT_EQ(is_utf8(bytes), expected) << lead << " " << second;
    }
  }
}

}  // namespace
}  // namespace cutover
