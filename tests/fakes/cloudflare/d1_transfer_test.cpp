// D1's export and import over HTTP, as wrangler uses them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/cloudflare/transfers.h"
#include "tests/fakes/cloudflare/served.h"

namespace cutover::simulate {
namespace {

using testing::HasSubstr;
using testing::Not;

// The path of an address that the server gave out.
std::string path_of(const Json& address) {
  const auto text = address.get<std::string>();
  return text.substr(text.find("/_transfer"));
}

Json export_of(Served& served, const std::string& database, const Json& options = Json::object()) {
  const Json body{{"output_format", "polling"}, {"dump_options", options}};
  const Json started = served.post(database + "/export", body).result();
  EXPECT_EQ(started["status"], "active") << started;
  Json polling = body;
  polling["current_bookmark"] = started["at_bookmark"];
  return served.post(database + "/export", polling).result();
}

std::string exported(Served& served, const std::string& database,
                     const Json& options = Json::object()) {
  const Json done = export_of(served, database, options);
  EXPECT_EQ(done["status"], "complete") << done;
  return served.ask("GET", path_of(done["result"]["signed_url"]), "", "", "").body;
}

// The last answer of the import.
Json import_into(Served& served, const std::string& database, const std::string& sql) {
  const std::string etag = md5_hex(sql);
  const Json init =
      served.post(database + "/import", {{"action", "init"}, {"etag", etag}}).result();
  const Reply upload = served.ask("PUT", path_of(init["upload_url"]), sql, "text/plain", "");
  EXPECT_EQ(upload.status, 200);
  EXPECT_EQ(upload.header("etag"), "\"" + etag + "\"");
  Json answer = served
                    .post(database + "/import",
                          {{"action", "ingest"}, {"etag", etag}, {"filename", init["filename"]}})
                    .result();
  while (answer["status"] == "active") {
    answer = served
                 .post(database + "/import",
                       {{"action", "poll"}, {"current_bookmark", answer["at_bookmark"]}})
                 .result();
  }
  return answer;
}

const std::string some_tables =
    "CREATE TABLE parent (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT);"
    "CREATE TABLE child (id INTEGER REFERENCES parent(id), b BLOB, r REAL, n);"
    "CREATE INDEX by_name ON parent(name);"
    "CREATE TRIGGER on_parent AFTER DELETE ON parent BEGIN DELETE FROM child; SELECT 1; END;"
    "CREATE VIEW names AS SELECT name FROM parent;"
    "INSERT INTO parent (name) VALUES ('it''s; \"a\"'), (NULL), ('line\nbreak');"
    "INSERT INTO child VALUES (1, x'00ff', 0.1, NULL), (2, NULL, 1e300, -9007199254740993);";

TEST(SimulatedExport, ImportedAgainMakesTheSameDatabase) {
  Served served;
  const std::string from = served.new_database("from");
  ASSERT_EQ(served.query(from, {{"sql", some_tables}}).status, 200);
  const std::string sql = exported(served, from);
  EXPECT_THAT(sql, HasSubstr("CREATE INDEX by_name"));
  const std::string to = served.new_database("to");
  const Json done = import_into(served, to, sql);
  EXPECT_EQ(done["status"], "complete") << done;
  EXPECT_GT(done["result"]["num_queries"].get<int>(), 9);
  EXPECT_GT(done["result"]["meta"]["rows_written"].get<int>(), 4);
  const Json state = served.state()["databases"];
  EXPECT_EQ(state[0]["digest"], state[1]["digest"]) << sql;
  EXPECT_EQ(exported(served, to), sql);
}

TEST(SimulatedExport, KeepsEveryKindOfValueAndWhatOnlyParametersCanHold) {
  Served served;
  const std::string from = served.new_database("from");
  served.query(from, {{"sql",
                       "CREATE TABLE t (a, b AS (upper(a)), c TEXT);"
                       "INSERT INTO t (a, c) VALUES (5.0, ''), (9e999, 'x'), (-9e999, NULL),"
                       "(1e-300, CAST(x'610062' AS TEXT)), (9223372036854775807, x'');"}});
  const std::string long_text(60'000, '\'');
  served.query(from,
               {{"sql", "INSERT INTO t (a) VALUES (?1)"}, {"params", Json::array({long_text})}});
  const std::string to = served.new_database("to");
  const std::string sql = exported(served, from);
  // A statement of 120 kB: D1 does not take back what it has exported.
  EXPECT_THAT(import_into(served, to, sql)["error"].get<std::string>(),
              HasSubstr("statement too long"));
  served.query(from, {{"sql", "DELETE FROM t WHERE length(a) = 60000"}});
  EXPECT_EQ(import_into(served, to, exported(served, from))["status"], "complete");
  const Json state = served.state()["databases"];
  EXPECT_EQ(state[0]["digest"], state[1]["digest"]) << sql.substr(0, 1000);
}

TEST(SimulatedExport, AValueNearTheLimitCanBeExported) {
  Served served;
  const std::string database = served.new_database();
  served.query(database, {{"sql", "CREATE TABLE t (a); INSERT INTO t VALUES (zeroblob(1900000))"}});
  EXPECT_GT(exported(served, database).size(), 3'800'000U);
}

TEST(SimulatedExport, DatabasesWithVirtualTablesAreRefusedAndBrokenOnesHurtNothing) {
  Served served;
  const std::string database = served.new_database();
  const Reply made = served.query(
      database, {{"sql", "CREATE VIRTUAL TABLE words USING fts5(word, content='not_there')"}});
  ASSERT_EQ(made.status, 200) << made.body;
  const Json refused = served.post(database + "/export", {{"output_format", "polling"}}).result();
  EXPECT_EQ(refused["success"], false);
  EXPECT_EQ(served.get(database).status, 200);
  EXPECT_EQ(served.state()["databases"].size(), 1U);
}

TEST(SimulatedExport, LeavesOutWhatIsNotAskedFor) {
  Served served;
  const std::string database = served.new_database();
  served.query(database, {{"sql", some_tables}});
  const std::string schema = exported(served, database, {{"no_data", true}});
  EXPECT_THAT(schema, Not(HasSubstr("INSERT")));
  EXPECT_THAT(schema, HasSubstr("CREATE TABLE child"));
  const std::string data = exported(served, database, {{"no_schema", true}});
  EXPECT_THAT(data, Not(HasSubstr("CREATE")));
  const std::string one = exported(served, database, {{"tables", Json::array({"child"})}});
  EXPECT_THAT(one, Not(HasSubstr("parent\"")));
  EXPECT_THAT(one, HasSubstr("INSERT INTO \"child\""));
  for (const Json& bad : {Json(5), Json{{"tables", "child"}}, Json{{"no_data", 1}},
                          Json{{"unknown", true}}, Json{{"tables", Json::array({5})}}}) {
    const Json body{{"output_format", "polling"}, {"dump_options", bad}};
    EXPECT_EQ(served.post(database + "/export", body).status, 400) << bad;
  }
  EXPECT_EQ(served.post(database + "/export", Json::object()).status, 400);
}

TEST(SimulatedExport, BlocksQueriesUntilItIsDoneOrForgotten) {
  Served served;
  const std::string database = served.new_database();
  const Json body{{"output_format", "polling"}};
  const Json started = served.post(database + "/export", body).result();
  EXPECT_EQ(served.post(database + "/export", body).result()["at_bookmark"],
            started["at_bookmark"]);
  const Reply blocked = served.query(database, {{"sql", "SELECT 1"}});
  EXPECT_EQ(blocked.status, 500);
  EXPECT_THAT(blocked.message(), HasSubstr("Currently processing a long-running export"));
  served.post("/_cutover/time", {{"advance_seconds", 61}});
  EXPECT_EQ(served.query(database, {{"sql", "SELECT 1"}}).status, 200) << "nobody polled";
  Json late = body;
  late["current_bookmark"] = started["at_bookmark"];
  EXPECT_EQ(served.post(database + "/export", late).result()["success"], false);
}

TEST(SimulatedExport, AddressesCannotBeGuessedAndEnd) {
  Served served;
  const std::string database = served.new_database();
  const std::string path = path_of(export_of(served, database)["result"]["signed_url"]);
  EXPECT_EQ(served.ask("GET", path, "", "", "").status, 200) << "no token besides";
  EXPECT_EQ(served.ask("GET", path.substr(0, path.size() - 1) + "g", "", "", "").status, 404);
  EXPECT_EQ(served.ask("PUT", path, "x", "", "").status, 404) << "a download is no upload";
  served.post("/_cutover/time", {{"advance_seconds", 3601}});
  EXPECT_EQ(served.ask("GET", path, "", "", "").status, 404);
}

TEST(SimulatedImport, IsAllOrNothing) {
  Served served;
  const std::string database = served.new_database();
  const std::string before = text_of(served.state()["databases"]);
  const Json failed =
      import_into(served, database, "CREATE TABLE t (a); INSERT INTO nope VALUES (1);");
  EXPECT_EQ(failed["success"], false);
  EXPECT_EQ(failed["status"], "error");
  EXPECT_THAT(failed["error"].get<std::string>(), HasSubstr("no such table: nope"));
  EXPECT_EQ(text_of(served.state()["databases"]), before);
  EXPECT_EQ(served.query(database, {{"sql", "SELECT 1"}}).status, 200) << "not blocked any more";
}

TEST(SimulatedImport, ALargeOneTakesLongerThanAQueryMayAndBlocksMeanwhile) {
  Served served;
  const std::string database = served.new_database();
  std::string sql = "CREATE TABLE t (a);";
  for (int i = 0; i < 20'000; ++i) sql += "INSERT INTO t VALUES (1);";
  const std::string etag = md5_hex(sql);
  const Json init =
      served.post(database + "/import", {{"action", "init"}, {"etag", etag}}).result();
  served.ask("PUT", path_of(init["upload_url"]), sql, "text/plain", "");
  const Json first =
      served
          .post(database + "/import",
                {{"action", "ingest"}, {"etag", etag}, {"filename", init["filename"]}})
          .result();
  EXPECT_EQ(first["status"], "active");
  EXPECT_THAT(served.query(database, {{"sql", "SELECT 1"}}).message(), HasSubstr("import"));
  const Json poll{{"action", "poll"}, {"current_bookmark", first["at_bookmark"]}};
  int polls = 1;
  Json answer = served.post(database + "/import", poll).result();
  for (; answer["status"] == "active"; ++polls) {
    answer = served.post(database + "/import", poll).result();
  }
  EXPECT_EQ(answer["result"]["num_queries"], 20'001);
  EXPECT_GT(polls, 5);
  EXPECT_EQ(served.query(database, {{"sql", "SELECT count(*) AS n FROM t"}})
                .result()[0]["results"][0]["n"],
            20'000);
}

TEST(SimulatedImport, StepsOutOfOrderAreRefused) {
  Served served;
  const std::string database = served.new_database();
  const auto import = [&](const Json& body) { return served.post(database + "/import", body); };
  EXPECT_EQ(import(Json::object()).status, 400);
  EXPECT_EQ(import({{"action", "jump"}}).status, 400);
  EXPECT_EQ(import({{"action", "init"}}).status, 400);
  EXPECT_EQ(import({{"action", "poll"}, {"current_bookmark", "x"}}).result()["success"], false);
  const Json ingest{{"action", "ingest"}, {"etag", "x"}, {"filename", "none.sql"}};
  EXPECT_EQ(import(ingest).result()["success"], false);
  const Json init = import({{"action", "init"}, {"etag", md5_hex("a")}}).result();
  Json early = ingest;
  early["filename"] = init["filename"];
  EXPECT_EQ(import(early).result()["success"], false) << "nothing was uploaded yet";
}

}  // namespace
}  // namespace cutover::simulate
