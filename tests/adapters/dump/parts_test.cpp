// The small parts: digest, Base64, JSON text, zstd frames, packing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/dump/base64.h"
#include "adapters/dump/json_text.h"
#include "adapters/dump/record_rules.h"
#include "adapters/dump/sha256.h"
#include "adapters/dump/unpacker.h"
#include "adapters/dump/zstd_frames.h"
#include "tests/adapters/dump/test_files.h"

namespace cutover::dump {
namespace {

TEST(Sha256, GivesThePublishedDigests) {
  Sha256 digest;
  EXPECT_EQ(digest.hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  digest.add("a");
  digest.add("bc");
  EXPECT_EQ(digest.hex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(digest.hex(), digest.hex());
}

TEST(Base64, WritesAndReadsThePublishedVectors) {
  const std::vector<std::pair<std::string, std::string>> vectors = {{"", ""},
                                                                    {"f", "Zg=="},
                                                                    {"fo", "Zm8="},
                                                                    {"foo", "Zm9v"},
                                                                    {"foob", "Zm9vYg=="},
                                                                    {"fooba", "Zm9vYmE="},
                                                                    {"foobar", "Zm9vYmFy"},
                                                                    {"\xFF\xFE", "//4="}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(encode_base64(bytes), text);
    EXPECT_EQ(decode_base64(text), bytes);
  }
}

TEST(Base64, KeepsEveryByteAtEveryPosition) {
  std::string bytes;
  for (int i = 0; i < 256 * 3; ++i) bytes += static_cast<char>(i * 7 / 3);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(decode_base64(encode_base64(bytes.substr(0, size))), bytes.substr(0, size));
  }
}

TEST(Base64, RefusesWhatIsNotStrict) {
  for (const std::string_view text : {"Z", "Zg", "Zg=", "=", "====", "Zm9v=", "Zg==Zg==", "Zm\n9v",
                                      "Zm-_", "Zh==", "Zm9=", "Zm9v ", "Z===", "Zm=v"}) {
    EXPECT_EQ(decode_base64(text), std::nullopt) << text;
  }
}

TEST(JsonText, TakesBlanksOutButNotOfStrings) {
  EXPECT_EQ(compact_json("{ \"a b\" : [ 1.0 , 2e3 ],\n\"c\":\"\\u00e9 \" }"),
            "{\"a b\":[1.0,2e3],\"c\":\"\\u00e9 \"}");
  EXPECT_EQ(compact_json(" null "), "null");
}

TEST(JsonText, RefusesWhatIsNotOneValue) {
  for (const std::string_view text : {"", " ", "{", "1 2", "{\"a\":1}}", "nul", "\"\xFF\"", "01"}) {
    EXPECT_EQ(compact_json(text), std::nullopt) << text;
  }
  EXPECT_EQ(compact_json(std::string(1'000'000, '[')), std::nullopt);
}

TEST(JsonText, FindsTheNthValueBesideStringsFullOfBrackets) {
  const std::string_view text = R"( { "a}" : "],\"{" , "b":{"c":[1,"}"]} ,"d" : 12 , "e":null } )";
  EXPECT_EQ(nth_field_value(text, 0), R"("],\"{" )");
  EXPECT_EQ(nth_field_value(text, 1), R"({"c":[1,"}"]} )");
  EXPECT_EQ(nth_field_value(text, 2), "12 ");
  EXPECT_EQ(nth_field_value(text, 3), "null ");
}

TEST(JsonText, EscapesWhatAStringMustNotHold) {
  std::string to;
  append_json_string(std::string_view("\"\\\n\r\t\x01\x1F\0\x7F\xC3\xA9", 11), to);
  EXPECT_EQ(to, "\"\\\"\\\\\\n\\r\\t\\u0001\\u001f\\u0000\x7F\xC3\xA9\"");
}

TEST(RecordRules, ClipALongKeyBetweenCharacters) {
  std::string key(511, 'a');
  key += "\xC3\xA9";
  EXPECT_EQ(clipped_key(key), std::string(511, 'a'));
  EXPECT_EQ(clipped_key("short"), "short");
}

TEST(ZstdFrames, AreCompleteAtTheEndOfAFrameAndNowhereElse) {
  std::string content;
  for (int i = 0; i < 40'000; ++i) content += std::to_string(i * 7919 % 10'007);
  const std::string skippable("\x50\x2A\x4D\x18\x03\0\0\0abc", 11);
  const std::string one = packed(Packing::zstd, content);
  const std::string bytes = one + skippable + packed(Packing::zstd, "") + one;
  const std::size_t second = one.size() + skippable.size();
  const std::size_t third = bytes.size() - one.size();
  ZstdFrames frames;
  EXPECT_TRUE(frames.complete());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    frames.add(bytes.substr(i, 1));
    const std::size_t size = i + 1;
    const bool boundary =
        size == one.size() || size == second || size == third || size == bytes.size();
    EXPECT_EQ(frames.complete(), boundary) << size;
  }
}

TEST(ZstdFrames, DoNotDependOnHowTheBytesCome) {
  const std::string bytes = packed(Packing::zstd, std::string(1'000'000, 'x') + "end");
  ZstdFrames whole;
  whole.add(bytes);
  EXPECT_TRUE(whole.complete());
  ZstdFrames most;
  most.add(std::string_view(bytes).substr(0, bytes.size() - 1));
  EXPECT_FALSE(most.complete());
}

class Unpacked : public ::testing::TestWithParam<Packing> {};

std::string unpack(const std::string& bytes, std::size_t step, std::string& failure) {
  const TestFolder folder;
  auto file = RawFile::open(folder.write("file", bytes));
  EXPECT_TRUE(file.has_value());
  const auto unpacker = make_unpacker(**file);
  std::string content;
  std::string piece(step, '\0');
  while (const std::size_t size = unpacker->read(piece.data(), piece.size())) {
    content.append(piece, 0, size);
  }
  failure = unpacker->failure();
  return content;
}

TEST_P(Unpacked, ContentIsWhatWasPackedForAnySizeOfRead) {
  std::string content;
  for (int i = 0; i < 60'000; ++i) content += std::to_string(i * 31 % 977) + ",";
  const std::string bytes = packed(GetParam(), content);
  for (const std::size_t step : {1UL, 7UL, 4096UL, 65'536UL, 1'000'000UL}) {
    std::string failure;
    EXPECT_EQ(unpack(bytes, step, failure), content) << step;
    EXPECT_EQ(failure, "");
  }
}

TEST_P(Unpacked, SeveralMembersReadAsOne) {
  const std::string bytes =
      packed(GetParam(), "one,") + packed(GetParam(), "") + packed(GetParam(), "two");
  std::string failure;
  EXPECT_EQ(unpack(bytes, 5, failure), "one,two");
  EXPECT_EQ(failure, "");
}

INSTANTIATE_TEST_SUITE_P(EachPacking, Unpacked,
                         ::testing::Values(Packing::plain, Packing::gzip, Packing::zstd));

class CutOff : public ::testing::TestWithParam<Packing> {};

TEST_P(CutOff, IsAFailureAtEveryByteAfterWhatCouldBeUnpacked) {
  std::string content;
  for (int i = 0; i < 300; ++i) content += std::to_string(i * 7919 % 10'007);
  const std::string bytes = packed(GetParam(), content);
  // The first four bytes tell the form.
  for (std::size_t size = 4; size < bytes.size(); ++size) {
    std::string failure;
    const std::string start = unpack(bytes.substr(0, size), 64, failure);
    EXPECT_EQ(content.substr(0, start.size()), start);
    EXPECT_THAT(failure, ::testing::HasSubstr("cut off")) << size;
  }
}

TEST_P(CutOff, AndDamageNeverCrash) {
  std::string content;
  for (int i = 0; i < 300; ++i) content += std::to_string(i * 7919 % 10'007);
  const std::string bytes = packed(GetParam(), content);
  std::size_t failures = 0;
  for (std::size_t at = 4; at < bytes.size(); ++at) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
    std::string failure;
    const std::string read = unpack(damaged, 1000, failure);
    EXPECT_LE(read.size(), 100U * 1024 * 1024);
    failures += failure.empty() ? 0 : 1;
  }
  // zstd as written here has no checksum: not every change is noticed.
  EXPECT_GT(failures, GetParam() == Packing::gzip ? bytes.size() - 20 : 0);
}

INSTANTIATE_TEST_SUITE_P(EachPacking, CutOff, ::testing::Values(Packing::gzip, Packing::zstd));

}  // namespace
}  // namespace cutover::dump
