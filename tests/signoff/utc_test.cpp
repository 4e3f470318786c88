#include "signoff/utc.h"

#include <gtest/gtest.h>

#include "signoff/plain_text.h"

namespace cutover::signoff {
namespace {

TEST(Utc, TimesAreWrittenAndReadInOneForm) {
  EXPECT_EQ(utc_text(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(utc_text(1'795'770'000), "2026-11-27T09:00:00Z");
  EXPECT_EQ(utc_text(951'782'399), "2000-02-28T23:59:59Z");
  for (const UnixSeconds time : {0LL, 951'782'400LL, 1'795'770'000LL, 253'402'300'799LL}) {
    EXPECT_EQ(utc_from(utc_text(time)).value(), time);
  }
}

TEST(Utc, EveryOtherFormIsRefused) {
  for (const char* text :
       {"", "2026-11-27", "2026-11-27T09:00Z", "2026-11-27T09:00:00", "2026-11-27t09:00:00z",
        "2026-11-27T09:00:00+00:00", "2026-11-27T09:00:00.0Z", " 2026-11-27T09:00:00Z",
        "2026-11-27T09:00:00Z ", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z", "2026-11-31T00:00:00Z", "2026-11-27T24:00:00Z",
        "2026-11-27T09:60:00Z", "2026-11-27T09:00:60Z", "1969-12-31T23:59:59Z",
        "+026-11-27T09:00:00Z", "2026-11-27 09:00:00Z"}) {
    EXPECT_FALSE(utc_from(text)) << text;
  }
}

TEST(Utc, ADateAloneIsTheLastSecondOfThatDay) {
  EXPECT_EQ(utc_text(utc_until("2026-12-31").value()), "2026-12-31T23:59:59Z");
  EXPECT_EQ(utc_text(utc_until("2026-12-31T08:00:00Z").value()), "2026-12-31T08:00:00Z");
  EXPECT_FALSE(utc_until("2026-12-32"));
  EXPECT_FALSE(utc_until("tomorrow"));
}

TEST(PlainText, NothingInvisibleOrMisleadingMayBeSigned) {
  EXPECT_EQ(what_is_wrong("Zoë Müller 山田", 1, 100), "");
  EXPECT_EQ(what_is_wrong("", 0, 100), "");
  for (const std::string& text :
       {std::string(), std::string(" Q. Example"), std::string("Q. Example "),
        std::string("two\nlines"), std::string("tab\there"), std::string("nul\0inside", 10),
        std::string("\x1b[31mred"), std::string("reversed \xe2\x80\xae txt"),
        std::string("zero\xe2\x80\x8bwidth"), std::string("broken \xff"), std::string(101, 'a')}) {
    EXPECT_NE(what_is_wrong(text, 1, 100), "") << text;
  }
}

}  // namespace
}  // namespace cutover::signoff
