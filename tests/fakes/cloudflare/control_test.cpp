// The control API: data, time, history, reset; and many clients at once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <sstream>
#include <thread>

#include "tests/fakes/cloudflare/served.h"

namespace cutover::simulate {
namespace {

using testing::HasSubstr;

std::string load_path(const std::string& place) {
  return "/_cutover/namespaces/" + place.substr(place.rfind('/') + 1) + "/load";
}

TEST(SimulatedControl, LoadsADumpPlainOrPacked) {
  Served served;
  const std::string place = served.new_namespace();
  const std::string lines = R"({"key":"a","value":"1","metadata":{"m":1}})"
                            "\n"
                            R"({"key":"b","value":"AP8=","base64":true})"
                            "\nbroken\n";
  const Json loaded = served.ask("POST", load_path(place), lines).json();
  EXPECT_EQ(loaded["loaded"], 2);
  EXPECT_EQ(loaded["problems"], 1);
  EXPECT_THAT(loaded["first_problems"][0].get<std::string>(), HasSubstr("line 3"));
  EXPECT_EQ(served.get(place + "/values/b").body, std::string("\x00\xff", 2));
  EXPECT_EQ(served.ask("POST", load_path(place), lines).json()["replaced"], 2);

  std::ifstream file(std::string(CUTOVER_SOURCE_DIR) + "/samples/google-7k.ndjson.gz",
                     std::ios::binary);
  std::stringstream packed;
  packed << file.rdbuf();
  const Json sample = served.ask("POST", load_path(place), packed.str()).json();
  EXPECT_EQ(sample["loaded"], 6810);
  EXPECT_EQ(served.state()["namespaces"][0]["entries"], 6812);
  EXPECT_EQ(served.ask("POST", "/_cutover/namespaces/none/load", lines).status, 404);
}

TEST(SimulatedControl, TimeStandsStillButForLatenciesUntilItIsMoved) {
  Served served;
  const std::string place = served.new_namespace();
  const auto now = [&] { return served.state()["time"]["elapsed_micros"].get<std::int64_t>(); };
  const std::int64_t before = now();
  EXPECT_EQ(now(), before);
  served.get(place + "/values/k");
  EXPECT_EQ(now() - before, 40'000) << "one cold read";
  served.post("/_cutover/time", {{"advance_seconds", 3600}});
  EXPECT_EQ(now() - before, 3'600'040'000);
  for (const char* bad : {R"({"advance_seconds":-1})", R"({"advance_seconds":1e9})",
                          R"({"follow_real_time":1})", R"({"set":1})", "[]"}) {
    EXPECT_EQ(served.ask("POST", "/_cutover/time", bad).status, 400) << bad;
  }
}

TEST(SimulatedControl, FollowsAClockOnDemand) {
  Served served;
  const auto now = [&] { return served.state()["time"]["elapsed_micros"].get<std::int64_t>(); };
  served.clock = std::chrono::seconds(100);
  EXPECT_EQ(now(), 0) << "not asked for yet";
  served.post("/_cutover/time", {{"follow_real_time", true}});
  served.clock = std::chrono::seconds(107);
  EXPECT_EQ(now(), 7'000'000);
  served.post("/_cutover/time", {{"advance_seconds", 5}});
  served.clock = std::chrono::seconds(108);
  EXPECT_EQ(now(), 13'000'000) << "a second passes for the client too when the world is ahead";
  served.post("/_cutover/time", {{"follow_real_time", false}});
  served.clock = std::chrono::seconds(1000);
  EXPECT_EQ(now(), 13'000'000);
}

TEST(SimulatedControl, TheHistoryCanBeReadOnFromAnyEvent) {
  Served served;
  const std::string place = served.new_namespace();
  served.ask("PUT", place + "/values/k", "v");
  const Json all = served.get("/_cutover/history").json();
  ASSERT_GE(all["events"].size(), 5U) << all;
  EXPECT_EQ(all["events"][0]["what"], "started");
  const Json last = all["events"].back();
  EXPECT_EQ(last["what"], "kv.put");
  EXPECT_EQ(last["kind"], "answer");
  EXPECT_EQ(last["result"], "ok");
  EXPECT_EQ(all["next"], last["number"].get<int>() + 1);
  const auto next = std::to_string(all["next"].get<int>());
  EXPECT_EQ(served.get("/_cutover/history?since=" + next).json()["events"], Json::array());
  served.get(place + "/values/k");
  EXPECT_EQ(served.get("/_cutover/history?since=" + next).json()["events"].size(), 2U);
  EXPECT_EQ(served.get("/_cutover/history?since=1&limit=2").json()["events"][1]["number"], 2);
  EXPECT_EQ(served.get("/_cutover/history?since=999").json()["events"].size(), 0U);
  for (const char* bad : {"since=-1", "since=x", "limit=0", "limit=10001"}) {
    EXPECT_EQ(served.get(std::string("/_cutover/history?") + bad).status, 400) << bad;
  }
}

TEST(SimulatedControl, TheSameCallsHaveTheSameHistory) {
  const auto run = [](std::uint64_t seed) {
    Cloud::Options options;
    options.seed = seed;
    Served served(std::make_unique<Cloud>(options));
    const std::string place = served.new_namespace();
    served.ask("PUT", place + "/values/k", "v");
    const std::string database = served.new_database();
    served.query(database, {{"sql", "CREATE TABLE t (a DEFAULT (unixepoch() + random()))"}});
    served.query(database, {{"sql", "INSERT INTO t DEFAULT VALUES"}});
    return text_of(served.state());
  };
  EXPECT_EQ(run(1), run(1));
  EXPECT_NE(run(1), run(2));
}

TEST(SimulatedControl, ResetLeavesAnEmptyWorldWithTheSameSeed) {
  Served served;
  const std::string fresh = text_of(served.state());
  const std::string place = served.new_namespace();
  served.fault("kv.get", "k", "unavailable");
  EXPECT_EQ(served.post("/_cutover/reset", Json::object()).status, 200);
  EXPECT_EQ(text_of(served.state()), fresh);
  EXPECT_EQ(served.get("/_cutover/faults").json()["plan"], "none");
  EXPECT_EQ(served.new_namespace(), place) << "ids begin anew, too";
}

TEST(SimulatedControl, TwoHundredConnectionsAtOnceAreAllAnsweredRightly) {
  Served served;
  served.put("/_cutover/limits", {{"requests_max", 0}});
  const std::string place = served.new_namespace();
  const std::string database = served.new_database();
  served.query(database, {{"sql", "CREATE TABLE t (a INTEGER PRIMARY KEY)"}});
  std::atomic<int> right{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 200; ++i) {
    clients.emplace_back([&, i] {
      const std::string path = place + "/values/" + std::to_string(i);
      const bool put = served.ask("PUT", path, std::to_string(i * i)).status == 200;
      const bool got = served.get(path).body == std::to_string(i * i);
      const Json params = Json::array({i});
      const bool inserted =
          served.query(database, {{"sql", "INSERT INTO t VALUES (?1)"}, {"params", params}})
              .status == 200;
      if (put && got && inserted) ++right;
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(right, 200);
  EXPECT_EQ(served.state()["namespaces"][0]["entries"], 200);
  EXPECT_EQ(
      served.query(database, {{"sql", "SELECT sum(a) AS s FROM t"}}).result()[0]["results"][0]["s"],
      19'900);
}

TEST(SimulatedBooks, AreFoundByIsbnAndByVolume) {
  Served served;
  const Json books = Json::array(
      {{{"isbn", "9780439785969"}, {"book", {{"title", "A Title"}}}},
       {{"isbn", "9780000000002"}, {"book", {{"title", "B"}}}, {"names", "9780000000019"}},
       {{"isbn", "9780000000026"}, {"book", {{"title", "C"}}}, {"unidentified", true}},
       {{"isbn", "9780000000033"}, {"answer", "<html>"}}});
  ASSERT_EQ(served.post("/_cutover/books", books).json()["books"], 4);
  const auto search = [&](const std::string& query) {
    return served.ask("GET", "/books/v1/volumes?q=" + query, "", "", "");
  };
  const Json found = search("isbn:978-0-439-78596-9&key=x&country=US").json();
  EXPECT_EQ(found["totalItems"], 1);
  const Json volume = found["items"][0];
  EXPECT_EQ(volume["volumeInfo"]["industryIdentifiers"][0]["identifier"], "9780439785969");
  const Json alone = served.get("/books/v1/volumes/" + volume["id"].get<std::string>()).json();
  EXPECT_EQ(alone, volume);
  EXPECT_THAT(search("isbn:9780000000002").body, HasSubstr("9780000000019"));
  EXPECT_THAT(search("isbn:9780000000026").body, testing::Not(HasSubstr("industryIdentifiers")));
  EXPECT_EQ(search("isbn:9780000000033").body, "<html>");
  const Reply none = search("isbn:9780000000040");
  EXPECT_EQ(none.status, 200);
  EXPECT_FALSE(none.json().contains("items"));
  EXPECT_EQ(search("harry").json()["totalItems"], 0);
  EXPECT_EQ(served.get("/books/v1/volumes").status, 400);
  EXPECT_EQ(served.get("/books/v1/volumes/unknown").status, 503);
}

TEST(SimulatedBooks, ThatMakeNoSenseAreRefusedWhole) {
  Served served;
  const Json good{{"isbn", "9780439785969"}, {"book", Json::object()}};
  for (const Json& bad :
       {Json(5), Json{{"isbn", "978"}, {"book", Json::object()}}, Json{{"isbn", "9780439785969"}},
        Json{{"isbn", "9780439785969"}, {"book", 5}},
        Json{{"isbn", "9780439785969"}, {"answer", 5}},
        Json{{"isbn", "9780439785969"}, {"book", Json::object()}, {"names", 5}},
        Json{{"isbn", "9780439785969"}, {"book", Json::object()}, {"x", 5}}}) {
    EXPECT_EQ(served.post("/_cutover/books", Json::array({good, bad})).status, 400) << bad;
  }
  EXPECT_EQ(served.state()["books"], 0);
}

}  // namespace
}  // namespace cutover::simulate
