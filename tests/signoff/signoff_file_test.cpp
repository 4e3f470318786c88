#include "signoff/signoff_file.h"

#include <gmock/gmock.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "tests/signoff/desk.h"

namespace cutover::signoff {
namespace {

using nlohmann::ordered_json;
using testing::HasSubstr;

SignOff two_words() {
  Desk desk(failing_report());
  desk.approve("qa", {{"R6.5.p95", "measured on a slow machine", morning + 30 * day},
                      {"R7.2", "a drill is planned", morning + day}});
  desk.reject("rollback");
  return desk.signoff;
}

std::string error_of_file(const std::string& text) {
  const auto read = signoff_from_json(text);
  return read ? "" : read.error();
}

// The file with something else in it, written as the writer would.
std::string changed(const std::function<void(ordered_json&)>& change) {
  ordered_json document = ordered_json::parse(to_json(two_words()));
  change(document);
  return document.dump(2) + "\n";
}

bool fits_schema(const std::string& text) {
  using Adapter = valijson::adapters::NlohmannJsonAdapter;
  std::ifstream file(CUTOVER_SOURCE_DIR "/docs/signoff.schema.json");
  const auto schema_json = nlohmann::json::parse(file);
  valijson::Schema schema;
  valijson::SchemaParser(valijson::SchemaParser::kDraft7)
      .populateSchema(Adapter(schema_json), schema);
  valijson::Validator validator(valijson::Validator::kStrongTypes);
  const auto document = nlohmann::json::parse(text);
  return validator.validate(schema, Adapter(document), nullptr);
}

TEST(SignOffFile, IsReadAsItWasWritten) {
  const SignOff signoff = two_words();
  ASSERT_EQ(signoff.approvals.size(), 2U);
  const auto read = signoff_from_json(to_json(signoff));
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(*read, signoff);
  EXPECT_EQ(to_json(*read), to_json(signoff));
}

TEST(SignOffFile, TheSameWordsAndKeysGiveTheSameBytes) {
  EXPECT_EQ(to_json(two_words()), to_json(two_words()));
}

TEST(SignOffFile, WhatIsSignedIsOneLineOfPurposeAndOneOfJson) {
  Desk desk(passing_report());
  desk.approve("qa");
  const std::string bytes = signed_bytes(desk.signoff, desk.signoff.approvals[0]);
  EXPECT_EQ(bytes, "cutover approval 1\n{\"report\":{\"sha256\":\"" + desk.sha256 +
                       "\",\"verdict\":\"pass\"},\"role\":\"qa\",\"person\":\"Q. Example\","
                       "\"at\":\"2026-11-27T09:00:00Z\",\"decision\":\"approve\",\"comment\":\"\","
                       "\"waivers\":[],\"previous\":\"\",\"public_key\":\"" +
                       base64_of(key_number(2).public_key()) + "\"}\n");
}

TEST(SignOffFile, FitsItsSchema) {
  EXPECT_TRUE(fits_schema(to_json(two_words())));
  EXPECT_TRUE(fits_schema(to_json(Desk(passing_report()).signoff)));
}

TEST(SignOffFile, ReaderAndSchemaRefuseEachFieldThatIsMissingOrOfTheWrongKind) {
  std::size_t tried = 0;
  const auto refused = [&](const std::function<void(ordered_json&)>& change) {
    const std::string text = changed(change);
    EXPECT_NE(error_of_file(text), "") << text;
    EXPECT_FALSE(fits_schema(text)) << text;
    ++tried;
  };
  const ordered_json whole = ordered_json::parse(to_json(two_words()));
  for (const std::string pointer : {"", "/report", "/approvals/0", "/approvals/0/waivers/1"}) {
    const ordered_json::json_pointer place(pointer);
    for (const auto& [name, value] : whole.at(place).items()) {
      refused([&, key = name](ordered_json& document) { document[place].erase(key); });
      refused([&, key = name](ordered_json& document) { document[place][key] = 7; });
      refused([&, key = name](ordered_json& document) { document[place][key] = nullptr; });
      refused([&, key = name](ordered_json& document) { document[place][key] = "else\n"; });
    }
    refused([&](ordered_json& document) { document[place]["more"] = 1; });
  }
  EXPECT_GT(tried, 60U);
}

TEST(SignOffFile, AFileWithTwoReadingsIsRefused) {
  const std::string text = to_json(two_words());
  const std::string not_ours = "is not as cutover writes it";
  EXPECT_THAT(error_of_file(text + " "), HasSubstr(not_ours));
  EXPECT_THAT(error_of_file(text.substr(0, text.size() - 1)), HasSubstr(not_ours));
  EXPECT_THAT(error_of_file("\xef\xbb\xbf" + text), HasSubstr(not_ours));
  EXPECT_THAT(error_of_file(ordered_json::parse(text).dump() + "\n"),
              HasSubstr("line 1: " + not_ours));
  std::string twice = text;
  twice.insert(twice.find("\"role\""), "\"role\": \"qa\",\n      ");
  EXPECT_THAT(error_of_file(twice), HasSubstr("line 10: " + not_ours)) << "one name twice";
  std::string escaped = text;
  escaped.replace(escaped.find("Q. Example"), 1, "\\u0051");
  EXPECT_THAT(error_of_file(escaped), HasSubstr(not_ours));
  const std::string crlf = changed([](ordered_json& document) {
    std::swap(document["approvals"][0]["role"], document["approvals"][0]["role"]);
    const auto report = document["report"];
    document.erase("report");
    document["report"] = report;
  });
  EXPECT_THAT(error_of_file(crlf), HasSubstr(not_ours)) << "another order of names";
}

TEST(SignOffFile, WhatIsWrongIsNamed) {
  EXPECT_EQ(error_of_file(""), "is not JSON");
  EXPECT_EQ(error_of_file("[]"), "the file: must be an object");
  EXPECT_EQ(error_of_file(changed([](auto& d) { d["schema_version"] = 2; })),
            "schema_version: must be a whole number from 1 to 1");
  EXPECT_EQ(error_of_file(changed([](auto& d) { d["approvals"][1].erase("role"); })),
            "approvals[1].role: is missing");
  EXPECT_THAT(error_of_file(changed([](auto& d) { d["approvals"][1]["at"] = "today"; })),
              HasSubstr("approvals[1].at: must be a time in UTC"));
  EXPECT_THAT(error_of_file(changed([](auto& d) { d["report"]["sha256"] = "ABCD"; })),
              HasSubstr("report.sha256: must be a SHA-256"));
}

TEST(SignOffFile, HostileFilesAreBounded) {
  EXPECT_THAT(error_of_file(std::string(signoff_bytes_max + 1, ' ')), HasSubstr("more than 1 MiB"));
  EXPECT_EQ(error_of_file(std::string(100'000, '[')), "too deep");
  EXPECT_THAT(error_of_file(changed([](ordered_json& document) {
                const ordered_json one = document["approvals"][1];
                for (std::size_t i = 0; i < approvals_max; ++i) {
                  document["approvals"].push_back(one);
                }
              })),
              HasSubstr("approvals: too many"));
  EXPECT_THAT(error_of_file(changed([](ordered_json& document) {
                const ordered_json one = document["approvals"][0]["waivers"][0];
                for (std::size_t i = 0; i < waivers_max; ++i) {
                  document["approvals"][0]["waivers"].push_back(one);
                }
              })),
              HasSubstr("waivers: too many"));
}

}  // namespace
}  // namespace cutover::signoff
