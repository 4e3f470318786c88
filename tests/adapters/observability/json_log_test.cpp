#include "adapters/observability/json_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "adapters/observability/fan_out.h"

namespace cutover::observability {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::SizeIs;

class JsonLogTest : public testing::Test {
 protected:
  JsonLogTest()
      : path_((std::filesystem::temp_directory_path() /
               ("cutover-log-" + std::to_string(::getpid()) + "-" +
                testing::UnitTest::GetInstance()->current_test_info()->name()))
                  .string()) {
    std::filesystem::remove(path_);
  }
  ~JsonLogTest() override { std::filesystem::remove(path_); }

  std::unique_ptr<JsonLog> open(LogLevel level = LogLevel::info, bool requests = false) {
    auto log = JsonLog::open({path_, level, requests});
    EXPECT_TRUE(log) << log.error();
    return std::move(*log);
  }

  [[nodiscard]] std::vector<std::string> lines() const {
    std::ifstream file(path_);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
  }

  std::string path_;
};

TEST_F(JsonLogTest, WritesOneObjectALine) {
  open()->emit("breaker.changed", {{"service", std::string_view("d1")}, {"n", std::int64_t{-7}}});
  ASSERT_THAT(lines(), SizeIs(1));
  EXPECT_THAT(lines()[0],
              MatchesRegex(R"(\{"time":"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{3}Z",)"
                           R"("level":"warn","event":"breaker.changed","service":"d1","n":-7\})"));
}

TEST_F(JsonLogTest, NoTextBreaksTheLine) {
  const std::string odd = "a\"b\\c\n\r\t\x01\x7F{} %v \xC3\xA9\xFF\xE2\x82";
  open()->emit("x", {{"text", std::string_view(odd)}});
  ASSERT_THAT(lines(), SizeIs(1));
  EXPECT_THAT(lines()[0], HasSubstr("a\\\"b\\\\c\\u000a\\u000d\\u0009\\u0001"));
  EXPECT_THAT(lines()[0], AllOf(HasSubstr("{} %v \xC3\xA9\\ufffd"), EndsWith("\"}")));
}

TEST_F(JsonLogTest, LongTextIsCut) {
  const std::string text(100'000, 'a');
  open()->emit("x", {{"text", std::string_view(text)}});
  EXPECT_LT(lines().at(0).size(), 700U);
}

TEST_F(JsonLogTest, DetailsAreDebugAndFailuresAreWarnings) {
  const auto log = open();
  log->emit("http.request", {{"status", std::int64_t{200}}});
  log->emit("d1.call", {{"ok", std::int64_t{1}}});
  log->emit("lookup.read", {{"tier", std::string_view("cache")}});
  log->emit("lookup.shadow", {{"result", std::string_view("same")}});
  EXPECT_THAT(lines(), SizeIs(0));
  log->emit("http.request", {{"status", std::int64_t{503}}});
  log->emit("d1.call", {{"ok", std::int64_t{0}}});
  log->emit("lookup.shadow", {{"result", std::string_view("different")}});
  log->emit("guard.finding", {});
  log->emit("serve.started", {});
  ASSERT_THAT(lines(), SizeIs(5));
  EXPECT_THAT(lines()[0], HasSubstr("\"warn\""));
  EXPECT_THAT(lines()[3], HasSubstr("\"error\""));
  EXPECT_THAT(lines()[4], HasSubstr("\"info\""));
}

TEST_F(JsonLogTest, RequestsAreLoggedWhenAskedFor) {
  open(LogLevel::info, true)->emit("http.request", {{"status", std::int64_t{200}}});
  EXPECT_THAT(lines(), SizeIs(1));
}

TEST_F(JsonLogTest, OffIsOff) {
  open(LogLevel::off)->emit("guard.finding", {});
  EXPECT_THAT(lines(), SizeIs(0));
}

TEST_F(JsonLogTest, OnlyTheOwnerMayReadTheFile) {
  open()->emit("x", {});
  struct stat status {};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST_F(JsonLogTest, AFileThatCannotBeWrittenIsAClearError) {
  const auto log = JsonLog::open({"/nowhere/at/all.log", LogLevel::info, false});
  ASSERT_FALSE(log);
  EXPECT_THAT(log.error(), HasSubstr("/nowhere/at/all.log"));
}

TEST_F(JsonLogTest, LinesOfManyThreadsDoNotMix) {
  const auto log = open();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) log->emit("x", {{"text", std::string_view("abcdefgh")}});
    });
  }
  for (std::thread& thread : threads) thread.join();
  const auto all = lines();
  ASSERT_THAT(all, SizeIs(800));
  for (const std::string& line : all) EXPECT_THAT(line, EndsWith(R"("text":"abcdefgh"})"));
}

TEST(LogLevel, KnowsItsWordsAndNoOthers) {
  LogLevel level = LogLevel::off;
  EXPECT_TRUE(parse_level("warn", level));
  EXPECT_EQ(level, LogLevel::warn);
  for (const char* word : {"", "WARN", "warning", "3"}) EXPECT_FALSE(parse_level(word, level));
}

TEST_F(JsonLogTest, AFanOutHandsEveryEventToAll) {
  const auto first = open();
  const auto second = open();
  FanOut both({first.get(), second.get()});
  both.emit("x", {{"n", std::int64_t{1}}});
  EXPECT_THAT(lines(), SizeIs(2));
}

}  // namespace
}  // namespace cutover::observability
