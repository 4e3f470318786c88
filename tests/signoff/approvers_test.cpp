#include "signoff/approvers.h"

#include <gmock/gmock.h>

#include "tests/signoff/desk.h"

namespace cutover::signoff {
namespace {

using testing::HasSubstr;

std::string entry(const std::string& role, const std::string& person, std::uint8_t key) {
  return to_toml({role, person, key_number(key).public_key()});
}

std::string error_of(const std::string& toml) {
  const auto read = approvers_from_toml(toml, "approvers.toml");
  return read ? "" : read.error();
}

TEST(Approvers, AnEntryIsReadAsItWasPrinted) {
  const auto read = approvers_from_toml(
      entry("qa", "Q \"the eye\" \\ Example", 1) + entry("tech_lead", "T. Example", 2), "f");
  ASSERT_TRUE(read) << read.error();
  ASSERT_EQ(read->list.size(), 2U);
  EXPECT_EQ(read->list[0],
            (Approver{"qa", "Q \"the eye\" \\ Example", key_number(1).public_key()}));
  EXPECT_EQ(read->people_min, 5U);
}

TEST(Approvers, AKeyMayBeGivenAsPem) {
  const auto read =
      approvers_from_toml("[[approver]]\nrole = \"qa\"\nperson = \"Q\"\npublic_key = '''\n" +
                              pem_of(key_number(1).public_key()) + "'''\n",
                          "f");
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(read->list[0].public_key, key_number(1).public_key());
}

TEST(Approvers, ASmallTeamSaysSo) {
  EXPECT_EQ(approvers_from_toml("people_min = 2\n" + entry("qa", "Q", 1), "f")->people_min, 2U);
  for (const char* wrong : {"0", "6", "-1", "2.0", "\"2\"", "true"}) {
    EXPECT_THAT(error_of("people_min = " + std::string(wrong) + "\n" + entry("qa", "Q", 1)),
                HasSubstr("approvers.toml:1: people_min: must be a number from 1 to 5"))
        << wrong;
  }
}

TEST(Approvers, OnePersonMayHaveTwoRolesWithOneKey) {
  EXPECT_EQ(error_of(entry("qa", "Q", 1) + entry("rollback", "Q", 1)), "");
  EXPECT_EQ(error_of(entry("qa", "Q", 1) + entry("qa", "R", 2)), "") << "a role has two people";
  EXPECT_THAT(error_of(entry("qa", "Q", 1) + entry("rollback", "Q", 2)),
              HasSubstr("a person has one key"));
  EXPECT_THAT(error_of(entry("qa", "Q", 1) + entry("rollback", "R", 1)),
              HasSubstr("a person has one key"));
  EXPECT_THAT(error_of(entry("qa", "Q", 1) + entry("qa", "Q", 1)), HasSubstr("twice"));
}

TEST(Approvers, WhatIsWrongIsNamedWithItsLine) {
  EXPECT_THAT(error_of(""), HasSubstr("there is no [[approver]]"));
  EXPECT_THAT(error_of("people_min = 5\n"), HasSubstr("there is no [[approver]]"));
  EXPECT_THAT(error_of("x = \n"), HasSubstr("approvers.toml:1: is not TOML"));
  EXPECT_THAT(error_of("\nthreshold = 3\n" + entry("qa", "Q", 1)),
              HasSubstr("approvers.toml:2: threshold: only people_min"));
  EXPECT_THAT(error_of(entry("boss", "Q", 1)),
              HasSubstr("approvers.toml:2: role: must be one of tech_lead, qa"));
  EXPECT_THAT(error_of("[[approver]]\nrole = 7\n"), HasSubstr("approvers.toml:2: role: must be"));
  EXPECT_THAT(error_of("[[approver]]\nrole = \"qa\"\nperson = \"a\\nb\"\n"),
              HasSubstr("approvers.toml:3: person: must be 1 to 100 bytes"));
  EXPECT_THAT(error_of("[[approver]]\nrole = \"qa\"\n"),
              HasSubstr("approvers.toml:1: person: is missing"));
  EXPECT_THAT(error_of("[[approver]]\npublic_key = \"AAAA\"\n"),
              HasSubstr("approvers.toml:2: public_key: must be an Ed25519 public key"));
  EXPECT_THAT(error_of(entry("qa", "Q", 1) + "until = \"2026-12-31\"\n"),
              HasSubstr("approvers.toml:5: until: only role, person and public_key"));
  EXPECT_THAT(error_of("approver = 7\n"), HasSubstr("approver: only"));
  EXPECT_THAT(error_of(std::string(approvers_bytes_max + 1, ' ')), HasSubstr("too large"));
}

}  // namespace
}  // namespace cutover::signoff
