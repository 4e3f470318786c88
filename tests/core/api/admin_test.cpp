// The operators' routes (R3.8).
#include <gtest/gtest.h>

#include <thread>

#include "core/api/row_comparison.h"
#include "tests/core/api/stand.h"

namespace cutover::api {
namespace {

using nlohmann::json;

// ISBN-13s with right check digits: 9780000000002 and on.
std::string isbn_number(int number) {
  std::string digits =
      "978" + std::string(9 - std::to_string(number).size(), '0') + std::to_string(number);
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) sum += (digits[i] - '0') * (i % 2 == 0 ? 1 : 3);
  return digits + std::to_string((10 - sum % 10) % 10);
}

void fill(Stand& stand, int books) {
  for (int i = 0; i < books; ++i) stand.add_to_kv(isbn_number(i), "Book " + std::to_string(i));
}

std::int64_t rows_in(Stand& stand, const char* table) {
  const std::string sql = "SELECT COUNT(*) FROM " + std::string(table);
  return as_int(stand.d1_file->query({sql, {}})->rows[0][0]);
}

constexpr const char* migrate_route = "/admin/migrate-kv-to-d1";

json migrate(Stand& stand, const std::string& query) {
  const HttpResponse answer = stand.as_admin("POST", migrate_route + query);
  EXPECT_EQ(answer.status, 200) << answer.body;
  return json_of(answer)["data"];
}

TEST(Migrate, R3_8_ADryRunIsARealOneAndWritesNothing) {
  Stand stand;
  fill(stand, 250);
  const json data = migrate(stand, "?dryRun=true");
  EXPECT_EQ(data["message"], "Dry run - no data written");
  EXPECT_EQ(data["totals"]["listed"], 250);
  EXPECT_EQ(data["totals"]["inserted"], 250);
  EXPECT_GT(data["estimate"]["d1RowsWritten"], 250);
  EXPECT_EQ(rows_in(stand, "Books"), 0);
  EXPECT_EQ(rows_in(stand, "MigrationRuns"), 0);
  const json done = migrate(stand, "");
  EXPECT_EQ(done["totals"], data["totals"]) << "the histogram of the dry run is the real run's";
}

TEST(Migrate, R3_8_ARunAnswersItsTotals) {
  Stand stand;
  fill(stand, 950);
  ASSERT_TRUE(stand.kv->put("book:isbn:bad", "{", {}).has_value());
  const json data = migrate(stand, "");
  EXPECT_EQ(data["state"], "complete");
  EXPECT_EQ(data["more"], false);
  EXPECT_EQ(data["totalMigrated"], 950);
  EXPECT_EQ(data["totalErrors"], 1);
  EXPECT_EQ(rows_in(stand, "Books"), 950);
  const json status = json_of(stand.as_admin("GET", "/admin/migration-status"))["data"];
  EXPECT_EQ(status["run"]["state"], "complete");
  EXPECT_EQ(status["run"]["runId"], data["runId"]);
  ASSERT_EQ(status["errors"].size(), 1U);
  EXPECT_EQ(status["errors"][0]["key"], "book:isbn:bad");
}

TEST(Migrate, OneRequestIsBoundedInTimeAndResumeGoesOn) {
  SystemOptions options = stand_options();
  options.api.migrate_for = Duration(1);
  options.api.migrator.chunk_keys = 10;
  Stand stand(options);
  fill(stand, 100);
  json data = migrate(stand, "");
  EXPECT_EQ(data["state"], "more");
  EXPECT_EQ(data["more"], true);
  EXPECT_LT(data["totals"]["listed"], 100);
  const json run = data["runId"];
  for (int i = 0; i < 20 && data["more"] == true; ++i) data = migrate(stand, "?resume=true");
  EXPECT_EQ(data["state"], "complete");
  EXPECT_EQ(data["runId"], run);
  EXPECT_EQ(rows_in(stand, "Books"), 100);
}

TEST(Migrate, PauseStopsTheRunAndResumeReopensIt) {
  SystemOptions options = stand_options();
  options.api.migrate_for = Duration(1);
  options.api.migrator.chunk_keys = 10;
  Stand stand(options);
  EXPECT_EQ(code_of(stand.as_admin("POST", "/admin/migration-pause")), "NOTHING_TO_PAUSE");
  fill(stand, 100);
  migrate(stand, "");
  EXPECT_EQ(stand.as_admin("POST", "/admin/migration-pause").status, 200);
  EXPECT_EQ(migrate(stand, "?resume=true")["state"], "paused");
  json data = migrate(stand, "?resume=true");
  for (int i = 0; i < 20 && data["more"] == true; ++i) data = migrate(stand, "?resume=true");
  EXPECT_EQ(data["state"], "complete");
}

TEST(Migrate, StopEndsARequestSoonAndLosesNothing) {
  SystemOptions options = stand_options();
  options.api.migrator.chunk_keys = 10;
  Stand stand(options);
  fill(stand, 100);
  stand.system->api().stop();
  const json data = migrate(stand, "");
  EXPECT_EQ(data["state"], "stopped");
  EXPECT_EQ(data["more"], true);
  EXPECT_EQ(stand.as_admin("POST", std::string(migrate_route) + "?dryRun=true").status, 504);
}

TEST(Migrate, WhileAnotherMigratorHoldsTheLeaseItIs409) {
  Stand stand;
  fill(stand, 1);
  const RetryPolicy retry;
  migrate::Ledger ledger(*stand.d1_file, *stand.runtime, stand.telemetry, retry);
  const auto lease = ledger.acquire_lease("another", 60);
  ASSERT_TRUE(lease && *lease);
  const HttpResponse busy = stand.as_admin("POST", migrate_route);
  EXPECT_EQ(busy.status, 409);
  EXPECT_EQ(code_of(busy), "MIGRATION_BUSY");
  EXPECT_EQ(header_of(busy, "Retry-After"), "60");
  ledger.release_lease(**lease);
  EXPECT_EQ(migrate(stand, "")["state"], "complete");
}

TEST(Migrate, M19_ARunWithKeysThatFailedForGoodIsNoSuccess) {
  Stand stand;
  fill(stand, 3);
  migrate(stand, "");
  ASSERT_TRUE(
      stand.d1_file
          ->query(
              {"UPDATE MigrationRuns SET state = 'failed', failed = inserted, inserted = 0", {}})
          .has_value());
  const HttpResponse answer = stand.as_admin("POST", std::string(migrate_route) + "?resume=true");
  EXPECT_EQ(answer.status, 409) << answer.body;
  EXPECT_EQ(code_of(answer), "KEYS_FAILED");
  const json details = json_of(answer)["error"]["details"];
  EXPECT_EQ(details["state"], "failed");
  EXPECT_EQ(details["totals"]["failed"], 3);
}

TEST(Migrate, RefusesWhatMakesNoSense) {
  Stand stand;
  const std::string route = migrate_route;
  EXPECT_EQ(stand.as_admin("POST", route + "?dryRun=1").status, 400);
  EXPECT_EQ(stand.as_admin("POST", route + "?dryRun=True").status, 400);
  EXPECT_EQ(stand.as_admin("POST", route + "?resume=").status, 400);
  EXPECT_EQ(stand.as_admin("POST", route + "?dryRun=true&resume=true").status, 400);
  EXPECT_EQ(stand.as_admin("POST", route, "{}").status, 400) << "takes no body";
  EXPECT_EQ(code_of(stand.as_admin("POST", route)), "NOTHING_TO_MIGRATE");
  EXPECT_EQ(code_of(stand.as_admin("POST", route + "?resume=true")), "NOTHING_TO_RESUME");
  EXPECT_TRUE(json_of(stand.as_admin("GET", "/admin/migration-status"))["data"]["run"].is_null());
}

json compare(Stand& stand, const json& body) {
  const HttpResponse answer = stand.as_admin("POST", "/admin/compare", body.dump());
  EXPECT_EQ(answer.status, 200) << answer.body;
  return json_of(answer)["data"];
}

TEST(Compare, FindsWhatIsMissingAndWhatDiffers) {
  Stand stand;
  fill(stand, 150);
  migrate(stand, "");
  json data = compare(stand, json::object());
  EXPECT_EQ(data["clean"], true);
  EXPECT_EQ(data["compared"], 150);
  EXPECT_EQ(data["recorded"], true);
  EXPECT_TRUE(data["cursor"].is_null());
  ASSERT_TRUE(
      stand.d1_file->query({"UPDATE Books SET title = 'altered' WHERE isbn = ?1", {isbn_number(7)}})
          .has_value());
  ASSERT_TRUE(
      stand.d1_file->query({"DELETE FROM Books WHERE isbn = ?1", {isbn_number(8)}}).has_value());
  data = json_of(stand.as_admin("POST", "/admin/compare"))["data"];
  EXPECT_EQ(data["clean"], false);
  EXPECT_EQ(data["missing"], 1);
  EXPECT_EQ(data["different"], 1);
}

// What the plan asks for when D1 is read and a comparison finds that it does not say what KV says.
TEST(Compare, R5_6_AMissingOrAlteredBookStopsWritesWhereD1IsRead) {
  const std::string add = R"({"isbn":")" + isbn_number(1) + R"("})";
  for (const std::string& damage : {std::string("UPDATE Books SET title = 'altered' WHERE isbn = "),
                                    std::string("DELETE FROM Books WHERE isbn = "),
                                    std::string("UPDATE Books SET source_expires_at = 7 "
                                                "WHERE isbn = ")}) {
    const bool alters = damage.find("expires") == std::string::npos;
    Stand stand;
    fill(stand, 20);
    migrate(stand, "");
    ASSERT_TRUE(stand.d1_file
                    ->query({"INSERT INTO RolloutState (id, phase, percent, writes_stopped, "
                             "revision) VALUES (1, 'd1', 100, 0, 6)",
                             {}})
                    .has_value());
    EXPECT_EQ(compare(stand, json::object())["clean"], true);
    stand.system->tick();
    EXPECT_EQ(stand.as_user("u", "POST", "/v1/library/u/books", add).status, 201);
    ASSERT_TRUE(stand.d1_file->query({damage + "?1", {isbn_number(7)}}).has_value());
    EXPECT_EQ(compare(stand, json::object())["clean"], false) << damage;
    stand.system->tick();
    EXPECT_EQ(code_of(stand.as_user("u", "POST", "/v1/library/u/books", add)),
              alters ? "WRITES_STOPPED" : "")
        << damage;
  }
}

TEST(Migrate, WhereKvIsACacheOperatorsReadTheStoreItself) {
  threads::ThreadRuntime runtime(1);
  const auto itself = sqlite::SqliteKv::open(":memory:", runtime);
  ASSERT_TRUE(itself.has_value());
  SystemOptions options = stand_options();
  options.uncached_kv = itself->get();
  Stand stand(options);
  stand.add_to_kv(known_isbn, "Remembered");
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE((**itself).put("book:isbn:" + isbn_number(i), R"({"title":"Stored"})", {}));
  }
  EXPECT_EQ(migrate(stand, "?dryRun=true")["totals"]["listed"], 3);
  EXPECT_EQ(migrate(stand, "")["totalMigrated"], 3);
  EXPECT_EQ(compare(stand, json::object())["compared"], 3);
  EXPECT_EQ(json_of(stand.get("/search?isbn=" + std::string(known_isbn)))["title"], "Remembered");
}

TEST(Compare, GoesOnFromItsCursorAndRecordsAtTheEndOnly) {
  SystemOptions options = stand_options();
  options.api.migrate_for = Duration(0);
  Stand stand(options);
  fill(stand, 250);
  json data = migrate(stand, "");
  while (data["more"] == true) data = migrate(stand, "?resume=true");
  data = compare(stand, json::object());
  int requests = 1;
  while (data["complete"] == false) {
    EXPECT_EQ(data["recorded"], false);
    EXPECT_EQ(rows_in(stand, "RolloutComparisons"), 0);
    data = compare(stand, {{"cursor", data["cursor"]}});
    ASSERT_LT(++requests, 20);
  }
  EXPECT_GE(requests, 3);
  EXPECT_EQ(data["compared"], 250);
  EXPECT_EQ(rows_in(stand, "RolloutComparisons"), 1);
}

TEST(Compare, TakesNoCursorThatItDidNotWrite) {
  RowComparisonPlace at;
  at.revision = 7;
  at.place.cursor = "c\"\xC3\xA9";
  at.counts = {1, 2, 3, 4, 5, 6};
  const std::string cursor = comparison_cursor(at, "secret");
  const auto back = comparison_place(cursor, "secret");
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->place, at.place);
  EXPECT_EQ(back->counts, at.counts);
  EXPECT_EQ(back->revision, 7);
  EXPECT_FALSE(comparison_place(cursor, "other").has_value());
  EXPECT_FALSE(comparison_place("A" + cursor, "secret").has_value());
  Stand stand;
  for (const std::string& wrong : {cursor, std::string("x"), std::string("a.b")}) {
    const json body = {{"cursor", wrong}};
    EXPECT_EQ(stand.as_admin("POST", "/admin/compare", body.dump()).status, 400);
  }
}

TEST(Invalidate, ABookIsAskedForAgain) {
  Stand stand;
  stand.add_to_kv(known_isbn, "old");
  stand.add_to_provider(known_isbn, "new");
  const json one = {{"isbn", known_isbn}};
  EXPECT_EQ(stand.as_admin("POST", "/admin/invalidate", one.dump()).status, 200);
  const json found = json_of(stand.get(std::string("/v1/search/isbn?isbn=") + known_isbn));
  EXPECT_EQ(found["data"]["book"]["title"], "new");
}

TEST(Invalidate, APrefixIsBoundedAndSaysWhetherMoreRemain) {
  Stand stand;
  fill(stand, 5);
  const json some = {{"prefix", "978"}, {"limit", 3}};
  const HttpResponse answer = stand.as_admin("POST", "/admin/invalidate", some.dump());
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(json_of(answer)["data"]["keys"], 3);
  EXPECT_EQ(json_of(answer)["data"]["more"], true);
  for (const char* wrong :
       {"{}", R"({"isbn":"9780439708180","prefix":"978"})", R"({"isbn":"x"})", R"({"prefix":""})",
        R"({"prefix":"978","limit":0})", R"({"prefix":"978","limit":1001})", R"({"limit":5})",
        R"({"isbn":"9780439708180","limit":5})"}) {
    EXPECT_EQ(stand.as_admin("POST", "/admin/invalidate", wrong).status, 400) << wrong;
  }
}

TEST(Flags, ReadAndSetStrictly) {
  SystemOptions options = stand_options();
  options.rollout.environment_flag.reset();
  Stand stand(options);
  json data = json_of(stand.as_admin("GET", "/admin/flags"))["data"];
  EXPECT_EQ(data["percent"], 0);
  EXPECT_EQ(data["kv"]["set"], false);
  const HttpResponse set = stand.as_admin("PUT", "/admin/flags", R"({"value":"25%"})");
  ASSERT_EQ(set.status, 200) << set.body;
  EXPECT_EQ(json_of(set)["data"]["kv"]["percent"], 25);
  EXPECT_EQ(json_of(set)["data"]["effectivePercent"], 0) << "the phase allows nothing yet";
  for (const char* wrong :
       {"{}", R"({"value":"True"})", R"({"value":" false"})", R"({"value":"101"})",
        R"({"value":true})", R"({"value":25})", R"({"value":null})", R"({"flag":"true"})"}) {
    EXPECT_EQ(stand.as_admin("PUT", "/admin/flags", wrong).status, 400) << wrong;
  }
}

TEST(Phase, MovesOneStepAtATimeThroughItsGates) {
  Stand stand;
  fill(stand, 3);
  EXPECT_EQ(json_of(stand.as_admin("GET", "/admin/phase"))["data"]["state"]["phase"], "kv_only");
  const HttpResponse skipped =
      stand.as_admin("POST", "/admin/phase", R"({"phase":"d1","reason":"hurry"})");
  EXPECT_EQ(skipped.status, 409);
  EXPECT_EQ(code_of(skipped), "NOT_A_MOVE");
  stand.move_to("dual_write");
  stand.move_to("backfill");
  const HttpResponse closed =
      stand.as_admin("POST", "/admin/phase", R"({"phase":"reconcile","reason":"hurry"})");
  EXPECT_EQ(closed.status, 409);
  EXPECT_EQ(code_of(closed), "GATE_CLOSED");
  EXPECT_FALSE(json_of(closed)["error"]["details"].empty());
  migrate(stand, "");
  stand.move_to("reconcile");
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));  // the run begins after the phase
  migrate(stand, "");
  stand.move_to("verify");
  EXPECT_EQ(compare(stand, json::object())["clean"], true);
  stand.move_to("d1_reads", 100);
  stand.move_to("d1");
  const HttpResponse back =
      stand.as_admin("POST", "/admin/rollback", R"({"reason":"a rehearsal"})");
  ASSERT_EQ(back.status, 200) << back.body;
  const json data = json_of(stand.as_admin("GET", "/admin/phase"))["data"];
  EXPECT_EQ(data["state"]["phase"], "dual_write");
  EXPECT_EQ(data["audit"][0]["reason"], "a rehearsal");
  EXPECT_EQ(data["audit"][0]["actor"], "admin");
  EXPECT_EQ(json_of(stand.get("/health"))["data"]["status"], "ok");
}

TEST(Phase, RefusesWhatIsNoMove) {
  Stand stand;
  for (const char* wrong :
       {"{}", R"({"phase":"dual_write"})", R"({"phase":"live","reason":"x"})",
        R"({"phase":"dual_write","reason":""})", R"({"phase":"dual_write","reason":"a\nb"})",
        R"({"phase":"dual_write","percent":5,"reason":"x"})",
        R"({"phase":"d1_reads","reason":"x"})", R"({"phase":"d1_reads","percent":0,"reason":"x"})",
        R"({"phase":"d1_reads","percent":101,"reason":"x"})",
        R"({"phase":"d1_reads","percent":"5","reason":"x"})"}) {
    EXPECT_EQ(stand.as_admin("POST", "/admin/phase", wrong).status, 400) << wrong;
  }
  EXPECT_EQ(stand.as_admin("POST", "/admin/rollback", "{}").status, 400);
  EXPECT_EQ(stand.as_admin("POST", "/admin/writes", R"({"reason":"x"})").status, 400);
  EXPECT_EQ(stand.as_admin("POST", "/admin/writes", R"({"stopped":1,"reason":"x"})").status, 400);
}

TEST(Admin, AFailingDatabaseIsNamedInFullToOperatorsOnly) {
  Stand stand;
  stand.d1->down = failure_of(Service::d1, FailureKind::overloaded);
  const HttpResponse answer = stand.as_admin("GET", "/admin/migration-status");
  EXPECT_EQ(answer.status, 503);
  EXPECT_NE(answer.body.find("secret words"), std::string::npos) << answer.body;
}

}  // namespace
}  // namespace cutover::api
