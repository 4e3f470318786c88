// DumpReader on one record per line: fields, rules, lines, files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdio.h>
#include <unistd.h>

#include "tests/adapters/dump/test_files.h"

namespace cutover::dump {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string reason_for(std::string_view record) {
  const ReadDump read =
      read_dump_text("{\"key\":\"first\",\"value\":\"\"}\n" + std::string(record));
  EXPECT_EQ(read.records.size(), 1U) << record;
  if (read.problems.size() != 1) return "no problem";
  EXPECT_EQ(read.problems[0].where, "line 2");
  return read.problems[0].reason;
}

KvRecord record_from(std::string_view text) {
  const ReadDump read = read_dump_text(text);
  EXPECT_THAT(read.problem_places(), IsEmpty()) << read.problems[0].reason;
  EXPECT_EQ(read.records.size(), 1U) << text;
  return read.records.empty() ? KvRecord{} : read.records[0];
}

TEST(DumpLines, HoldEveryFieldOfARecord) {
  EXPECT_EQ(record_from(R"({"key":"book:isbn:1","value":"{\"title\":\"\u00e9\"}","expiration":99,)"
                        R"("metadata":{ "a": 1.0 }})"),
            (KvRecord{"book:isbn:1", "{\"title\":\"\xC3\xA9\"}", 99, "{\"a\":1.0}"}));
  EXPECT_EQ(record_from(R"({"key":"k","value":""})"), (KvRecord{"k", "", std::nullopt, ""}));
}

TEST(DumpLines, TakeOrderAndBlanksAsTheyCome) {
  EXPECT_EQ(record_from("  \t{ \"value\" : \"v\" , \"key\" : \"k\" }  \r\n"),
            (KvRecord{"k", "v", std::nullopt, ""}));
}

TEST(DumpLines, OfAFieldThatComesTwiceTheLastCounts) {
  EXPECT_EQ(record_from(R"({"key":1,"key":"a","key":"b","value":"x","value":"y",)"
                        R"("metadata":{"first":1},"metadata":[2]})"),
            (KvRecord{"b", "y", std::nullopt, "[2]"}));
}

TEST(DumpLines, ExpirationTtlIsCountedFromNowAndWins) {
  EXPECT_EQ(record_from(R"({"key":"k","value":"v","expiration_ttl":60})").expiration,
            test_now_seconds + 60);
  EXPECT_EQ(record_from(R"({"key":"k","value":"v","expiration_ttl":86400.0,"expiration":"x"})")
                .expiration,
            test_now_seconds + 86'400);
}

TEST(DumpLines, AnExpirationInThePastIsDelivered) {
  EXPECT_EQ(record_from(R"({"key":"k","value":"v","expiration":-5})").expiration, -5);
}

TEST(DumpLines, BadExpirationIsAProblem) {
  for (const std::string_view field :
       {R"("expiration_ttl":59)", R"("expiration_ttl":60.5)", R"("expiration_ttl":"60")",
        R"("expiration_ttl":null)", R"("expiration_ttl":9223372036854775807)",
        R"("expiration_ttl":-1)", R"("expiration":1.5)", R"("expiration":"5")",
        R"("expiration":null)", R"("expiration":true)", R"("expiration":1e300)",
        R"("expiration":18446744073709551615)", R"("expiration_ttl":59,"expiration":5)"}) {
    EXPECT_THAT(reason_for(R"({"key":"k","value":"v",)" + std::string(field) + "}"),
                HasSubstr("bad expiration"))
        << field;
  }
}

TEST(DumpLines, Base64ValuesAreDecoded) {
  EXPECT_EQ(record_from(R"({"key":"k","value":"w+8=","base64":true})").value, "\xC3\xEF");
  EXPECT_EQ(record_from(R"({"key":"k","value":"w+8=","base64":false})").value, "w+8=");
  EXPECT_THAT(reason_for(R"({"key":"k","value":"w+8","base64":true})"), HasSubstr("not Base64"));
  EXPECT_THAT(reason_for(R"({"key":"k","value":"w+8=","base64":1})"), HasSubstr("base64"));
}

TEST(DumpLines, MetadataIsKeptAsItsTextWithoutBlanks) {
  EXPECT_EQ(record_from(R"({"key":"k","value":"v","metadata": [ 1e5, "a b" ] })").metadata,
            R"([1e5,"a b"])");
  EXPECT_EQ(record_from(R"({"metadata": "\u00e9" ,"key":"k","value":"v"})").metadata,
            R"("\u00e9")");
  EXPECT_EQ(record_from(R"({"key":"k","value":"v","metadata":0})").metadata, "0");
  EXPECT_EQ(record_from(R"({"key":"k","value":"v","metadata":null})").metadata, "");
}

TEST(DumpLines, MetadataOfUpTo1024BytesIsTaken) {
  const std::string start = R"({"key":"k","value":"v","metadata":)";
  EXPECT_EQ(record_from(start + '"' + std::string(1022, 'm') + "\"}").metadata.size(), 1024U);
  EXPECT_THAT(reason_for(start + '"' + std::string(1023, 'm') + "\"}"), HasSubstr("1025 bytes"));
}

TEST(DumpLines, KeysFollowTheRulesOfKv) {
  EXPECT_THAT(reason_for(R"({"value":"v"})"), HasSubstr("key is missing"));
  EXPECT_THAT(reason_for(R"({"key":null,"value":"v"})"), HasSubstr("key is not a string"));
  EXPECT_THAT(reason_for(R"({"key":"","value":"v"})"), HasSubstr("key is empty"));
  EXPECT_THAT(reason_for(R"({"key":".","value":"v"})"), HasSubstr("'.'"));
  EXPECT_THAT(reason_for(R"({"key":"..","value":"v"})"), HasSubstr("'..'"));
  const std::string key(512, 'k');
  EXPECT_EQ(record_from(R"({"key":")" + key + R"(","value":"v"})").key, key);
  EXPECT_THAT(reason_for(R"({"key":"x)" + key + R"(","value":"v"})"), HasSubstr("513 bytes"));
}

TEST(DumpLines, ValuesMustBeStringsOfUpTo25MiB) {
  EXPECT_THAT(reason_for(R"({"key":"k"})"), HasSubstr("value is missing"));
  EXPECT_THAT(reason_for(R"({"key":"k","value":{"title":"x"}})"), HasSubstr("value is not a str"));
  const std::string value(KvLimits::value_bytes_max, 'v');
  EXPECT_EQ(record_from(R"({"key":"k","value":")" + value + "\"}").value.size(), value.size());
  EXPECT_THAT(reason_for(R"({"key":"k","value":"x)" + value + "\"}"), HasSubstr("26214401 bytes"));
}

TEST(DumpLines, AProblemNamesTheKeyWhenItIsKnown) {
  const ReadDump read = read_dump_text("{\"key\":\"k1\",\"value\":7}\n{\"value\":\"v\"}\n");
  ASSERT_EQ(read.problems.size(), 2U);
  EXPECT_EQ(read.problems[0].key, "k1");
  EXPECT_EQ(read.problems[1].key, "");
}

TEST(DumpLines, UnknownFieldsAreCountedAndLeftOut) {
  const ReadDump read = read_dump_text(R"({"key":"k","value":"v","note":{"key":"other"},"x":1})"
                                       "\n");
  EXPECT_THAT(read.keys(), ElementsAre("k"));
  EXPECT_EQ(read.unknown_fields, 2U);
}

TEST(DumpLines, R8_13_ABadLineCostsOnlyItself) {
  const ReadDump read = read_dump_text(
      "{\"key\":\"a\",\"value\":\"1\"}\n"
      "{\"key\":\"b\",\"value\":\n"
      "\n"
      "   \r\n"
      "not json\n"
      "[1]\n"
      "{\"key\":\"c\",\"value\":\"3\"} trailing\n"
      "{\"key\":\"d\",\"value\":\"4\"}{\"key\":\"e\",\"value\":\"5\"}\n"
      "{\"key\":\"f\",\"value\":\"6\"}");
  EXPECT_THAT(read.keys(), ElementsAre("a", "f"));
  EXPECT_THAT(read.problem_places(), ElementsAre("line 2", "line 5", "line 6", "line 7", "line 8"));
}

TEST(DumpLines, EndAtLineFeedsOnly) {
  const ReadDump read = read_dump_text(
      "{\"key\":\"a\",\"value\":\"x\xE2\x80\xA8y\xC2\x85z\"}\r\n"
      "{\"key\":\"b\",\"value\":\"\"}\r{\"key\":\"c\",\"value\":\"\"}\n");
  ASSERT_THAT(read.keys(), ElementsAre("a"));
  EXPECT_EQ(read.records[0].value, "x\xE2\x80\xA8y\xC2\x85z");
  EXPECT_THAT(read.problem_places(), ElementsAre("line 2"));
}

TEST(DumpLines, ALoneSurrogateOrBytesThatAreNotUtf8AreProblems) {
  EXPECT_THAT(reason_for(R"({"key":"k","value":"\ud800"})"), HasSubstr("lone surrogate"));
  EXPECT_THAT(reason_for("{\"key\":\"k\",\"value\":\"\xC3?\"}"), HasSubstr("UTF-8"));
  EXPECT_THAT(reason_for("{\"key\":\"k\",\"value\":\"\xED\xA0\x80\"}"), HasSubstr("UTF-8"));
}

TEST(DumpLines, MayStartWithAByteOrderMarkAndBlankLines) {
  const ReadDump read = read_dump_text("\xEF\xBB\xBF\n \n{\"key\":\"a\",\"value\":\"\"}\n{}\n");
  EXPECT_THAT(read.keys(), ElementsAre("a"));
  EXPECT_THAT(read.problem_places(), ElementsAre("line 4"));
}

TEST(DumpFile, WithoutRecordsIsReadAsSuch) {
  for (const std::string_view text : {"", "\n\n", "\xEF\xBB\xBF", "[]", " [ \n] \n"}) {
    const ReadDump read = read_dump_text(text);
    EXPECT_EQ(read.refusal, "");
    EXPECT_TRUE(read.records.empty() && read.problems.empty()) << text;
    EXPECT_EQ(read.sha256, sha256_of(text));
  }
}

TEST(DumpFile, OfAnyPackingIsToldByItsBytesAndDigestedAsStored) {
  std::string text;
  for (int i = 0; i < 5000; ++i) {
    text += "{\"key\":\"k" + std::to_string(i) + "\",\"value\":\"v\"}\n";
  }
  for (const Packing packing : {Packing::plain, Packing::gzip, Packing::zstd}) {
    const std::string bytes = packed(packing, text);
    const ReadDump read = read_dump_text(bytes);
    EXPECT_EQ(read.records.size(), 5000U);
    EXPECT_EQ(read.problems.size(), 0U);
    EXPECT_EQ(read.sha256, sha256_of(bytes));
    EXPECT_EQ(read.bytes_read, bytes.size());
  }
}

TEST(DumpFile, ThatCannotBeOpenedIsNamed) {
  const TestFolder folder;
  EXPECT_THAT(read_dump(folder.path("absent")).refusal,
              AllOf(HasSubstr(folder.path("absent")), HasSubstr("No such file")));
  EXPECT_THAT(read_dump(folder.path("")).refusal, HasSubstr("folder"));
}

TEST(DumpFile, ThatIsNoDumpIsNamedWithWhatIsExpected) {
  const TestFolder folder;
  EXPECT_THAT(read_dump(folder.write("a.csv", "key,value\n1,2\n")).refusal,
              AllOf(HasSubstr("a.csv"), HasSubstr("JSON array")));
  EXPECT_THAT(read_dump(folder.write("utf16", std::string_view("\xFF\xFE{\0", 4))).refusal,
              HasSubstr("UTF-16"));
  EXPECT_THAT(read_dump(folder.write("blank", std::string(3 << 20, ' '))).refusal,
              HasSubstr("blank"));
}

TEST(DumpFile, DashIsStandardInput) {
  const TestFolder folder;
  const std::string path = folder.write("in", "{\"key\":\"a\",\"value\":\"1\"}\n");
  const int kept = ::dup(STDIN_FILENO);
  ASSERT_NE(freopen(path.c_str(), "rb", stdin), nullptr);
  const ReadDump read = read_dump("-");
  ::dup2(kept, STDIN_FILENO);
  ::close(kept);
  EXPECT_THAT(read.keys(), ElementsAre("a"));
}

TEST(DumpFile, WhereIsEmptyBeforeTheFirstRecordAndProgressIsKnown) {
  const TestFolder folder;
  const std::string text = "\n{\"key\":\"a\",\"value\":\"1\"}\n";
  auto reader = DumpReader::open(folder.write("dump", text), 0);
  ASSERT_TRUE(reader.has_value());
  EXPECT_EQ((*reader)->where(), "");
  EXPECT_EQ((*reader)->file_bytes(), text.size());
  ASSERT_TRUE((*reader)->next().has_value());
  EXPECT_EQ((*reader)->where(), "line 2");
}

}  // namespace
}  // namespace cutover::dump
