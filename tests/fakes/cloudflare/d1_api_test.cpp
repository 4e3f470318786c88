// D1 over HTTP: databases, queries and Time Travel.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "tests/fakes/cloudflare/served.h"

namespace cutover::simulate {
namespace {

using testing::HasSubstr;

const std::string databases = "/d1/database";

TEST(SimulatedDatabases, AreMadeListedAndDeleted) {
  Served served;
  const std::string one = served.new_database("one");
  served.new_database("two");
  EXPECT_EQ(served.post(databases, {{"name", "one"}}).code(), 7502);
  EXPECT_EQ(served.get(databases).result().size(), 2U);
  EXPECT_EQ(served.get(databases + "?name=tw").result()[0]["name"], "two");
  EXPECT_EQ(served.get(databases + "?per_page=10&page=2").result().size(), 0U);
  const Json info = served.get(one).result();
  EXPECT_EQ(info["name"], "one");
  EXPECT_EQ(info["version"], "production");
  EXPECT_EQ(info["created_at"], "2025-11-24T16:00:00.050Z");
  EXPECT_EQ(info["num_tables"], 0);
  EXPECT_EQ(served.remove(one).status, 200);
  EXPECT_EQ(served.get(one).status, 404);
  EXPECT_EQ(served.get(one).code(), 7404);
  EXPECT_EQ(served.get(databases + "/no-uuid").code(), 7400);
  EXPECT_EQ(served.post(databases, {{"name", ""}}).status, 400);
}

TEST(SimulatedQuery, AnswersRowsAndMeta) {
  Served served;
  const std::string database = served.new_database();
  const Reply made = served.query(
      database, {{"sql", "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT, c REAL, d BLOB)"}});
  ASSERT_EQ(made.status, 200) << made.body;
  EXPECT_EQ(made.result()[0]["meta"]["changed_db"], true);
  const Reply put =
      served.query(database, {{"sql", "INSERT INTO t VALUES (?1, ?2, ?3, ?4)"},
                              {"params", Json::array({1, "x", 2.5, Json::array({0, 255})})}});
  ASSERT_EQ(put.status, 200) << put.body;
  EXPECT_EQ(put.result()[0]["meta"]["changes"], 1);
  EXPECT_EQ(put.result()[0]["meta"]["last_row_id"], 1);
  const Json got = served.query(database, {{"sql", "SELECT * FROM t"}}).result()[0];
  EXPECT_EQ(text_of(got["results"]), R"([{"a":1,"b":"x","c":2.5,"d":[0,255]}])");
  EXPECT_EQ(got["success"], true);
  for (const char* field :
       {"served_by", "served_by_region", "served_by_primary", "timings", "duration", "changes",
        "last_row_id", "changed_db", "size_after", "rows_read", "rows_written", "total_attempts"}) {
    EXPECT_TRUE(got["meta"].contains(field)) << field;
  }
  EXPECT_EQ(got["meta"]["rows_read"], 1);
  EXPECT_EQ(got["meta"]["changed_db"], false);
  EXPECT_GT(got["meta"]["size_after"].get<int>(), 0);
  const Json raw = served.post(database + "/raw", {{"sql", "SELECT a, b, a FROM t"}}).result()[0];
  EXPECT_EQ(text_of(raw["results"]), R"({"columns":["a","b","a"],"rows":[[1,"x",1]]})");
}

TEST(SimulatedQuery, ParametersAreJavaScripts) {
  Served served;
  const std::string database = served.new_database();
  const Json params = Json::array({5, "5", true, nullptr, 1e300, Json::array()});
  const Reply reply = served.query(
      database,
      {{"sql", "SELECT typeof(?1) a, typeof(?2) b, ?3 c, ?4 d, ?5 e, typeof(?6) f, 5.0 g"},
       {"params", params}});
  EXPECT_EQ(text_of(reply.result()[0]["results"][0]),
            R"({"a":"real","b":"text","c":1,"d":null,"e":1e+300,"f":"blob","g":5})");
  for (const Json& bad : {Json{{"a", 1}}, Json::array({256}), Json::array({"x"})}) {
    const Reply refused =
        served.query(database, {{"sql", "SELECT ?1"}, {"params", Json::array({bad})}});
    EXPECT_EQ(refused.status, 400) << bad;
    EXPECT_EQ(refused.code(), 7400);
  }
}

TEST(SimulatedQuery, SeveralStatementsAreOneTransaction) {
  Served served;
  const std::string database = served.new_database();
  const Reply all = served.query(
      database,
      {{"sql", "CREATE TABLE t (a); INSERT INTO t VALUES (';'); -- done;\nSELECT a FROM t"}});
  ASSERT_EQ(all.status, 200) << all.body;
  EXPECT_EQ(all.result().size(), 3U);
  EXPECT_EQ(all.result()[2]["results"][0]["a"], ";");
  EXPECT_EQ(
      served.query(database, {{"sql", "INSERT INTO t VALUES (1); INSERT INTO nope VALUES (1)"}})
          .status,
      400);
  const Json batch =
      Json::array({{{"sql", "INSERT INTO t VALUES (?1)"}, {"params", Json::array({"x"})}},
                   {{"sql", "SELECT count(*) AS n FROM t"}}});
  const Reply both = served.query(database, {{"batch", batch}});
  EXPECT_EQ(both.result()[1]["results"][0]["n"], 2) << "nothing of the failed one is there";
}

TEST(SimulatedQuery, R8_10_RunsTheProjectsMigrationFilesWhole) {
  Served served;
  const std::string database = served.new_database();
  std::set<std::filesystem::path> files;  // in order
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(CUTOVER_SOURCE_DIR) + "/migrations")) {
    if (entry.path().extension() == ".sql") files.insert(entry.path());
  }
  ASSERT_GT(files.size(), 10U);
  for (const auto& path : files) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    const Reply reply = served.query(database, {{"sql", text.str()}});
    EXPECT_EQ(reply.status, 200) << path << reply.body;
  }
  EXPECT_GT(served.get(database).result()["num_tables"].get<int>(), 8);
}

TEST(SimulatedQuery, BadSqlIs400WithItsCodeInAHeaderToo) {
  Served served;
  const std::string database = served.new_database();
  const Reply reply = served.query(database, {{"sql", "SELEC 1"}});
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(reply.code(), 7500);
  EXPECT_EQ(reply.header("cf-d1"), "err=7500");
  EXPECT_EQ(reply.message(), "near \"SELEC\": syntax error at offset 0: SQLITE_ERROR");
  EXPECT_EQ(reply.result(), Json::array());
  EXPECT_EQ(reply.json()["success"], false);
  for (const char* sql : {"", "  -- nothing", ";", "BEGIN", "ATTACH 'x' AS y"}) {
    EXPECT_EQ(served.query(database, {{"sql", sql}}).code(), 7500) << sql;
  }
  EXPECT_THAT(
      served.query(database, {{"sql", "SELECT '" + std::string(100'000, 'x') + "'"}}).message(),
      HasSubstr("statement too long"));
}

TEST(SimulatedQuery, BodiesThatAreNoQueryAreRefused) {
  Served served;
  const std::string database = served.new_database();
  for (const char* body :
       {"", "{", "[]", "7", "{}", R"({"sql":5})", R"({"sql":"SELECT 1","params":{}})",
        R"({"batch":[]})", R"({"batch":{}})", R"({"batch":[5]})", R"({"sql":"SELECT 1","x":1})",
        R"({"sql":"SELECT 1","batch":[]})", "\xff"}) {
    EXPECT_EQ(served.ask("POST", database + "/query", body).status, 400) << body;
  }
  const std::string deep = std::string(100'000, '[');
  EXPECT_EQ(served.ask("POST", database + "/query", deep).status, 400);
  std::string wide = "{\"sql\":\"SELECT 1\"";
  for (int i = 0; i < 2000; ++i) wide += ",\"" + std::to_string(i) + "\":1";
  EXPECT_THAT(served.ask("POST", database + "/query", wide + "}").message(),
              HasSubstr("more than 1000 members"));
}

TEST(SimulatedTimeTravel, GoesBackToABookmarkAndForthAgain) {
  Served served;
  const std::string database = served.new_database();
  served.query(database, {{"sql", "CREATE TABLE t (a); INSERT INTO t VALUES (1)"}});
  const std::string kept =
      served.get(database + "/time_travel/bookmark").result()["bookmark"].get<std::string>();
  served.query(database, {{"sql", "DELETE FROM t"}});
  const Reply back = served.post(database + "/time_travel/restore?bookmark=" + kept, {});
  EXPECT_EQ(back.result()["bookmark"], kept) << back.body;
  const auto rows = [&] {
    return served.query(database, {{"sql", "SELECT count(*) AS n FROM t"}})
        .result()[0]["results"][0]["n"]
        .get<int>();
  };
  EXPECT_EQ(rows(), 1);
  const auto previous = back.result()["previous_bookmark"].get<std::string>();
  served.post(database + "/time_travel/restore?bookmark=" + previous, {});
  EXPECT_EQ(rows(), 0);
}

TEST(SimulatedTimeTravel, KnowsTheStateOfEachMinute) {
  Served served;
  const std::string database = served.new_database();
  served.query(database, {{"sql", "CREATE TABLE t (a)"}});
  for (int i = 0; i < 3; ++i) {
    served.post("/_cutover/time", {{"advance_seconds", 60}});
    served.query(database, {{"sql", "INSERT INTO t VALUES (1)"}});
  }
  const auto rows_at = [&](const std::string& time) {
    const Reply reply = served.post(database + "/time_travel/restore?timestamp=" + time, {});
    EXPECT_EQ(reply.status, 200) << reply.body;
    return served.query(database, {{"sql", "SELECT count(*) AS n FROM t"}})
        .result()[0]["results"][0]["n"]
        .get<int>();
  };
  EXPECT_EQ(rows_at("2025-11-24T16:02:00Z"), 1);
  EXPECT_EQ(rows_at("2025-11-24T17:03:00.000%2B01:00"), 2);
  EXPECT_EQ(rows_at(std::to_string(1'764'000'000 + 60)), 0);
  for (const char* bad : {"yesterday", "2030-01-01T00:00:00Z", "2020-01-01T00:00:00Z", "",
                          "2025-11-24T16:02:00", "2025-11-24T16:02:00%2B1"}) {
    EXPECT_EQ(served.get(database + "/time_travel/bookmark?timestamp=" + bad).status, 400) << bad;
  }
  EXPECT_EQ(served.post(database + "/time_travel/restore", {}).status, 400);
  EXPECT_EQ(served.post(database + "/time_travel/restore?bookmark=none", {}).status, 400);
}

}  // namespace
}  // namespace cutover::simulate
