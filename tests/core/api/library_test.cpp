// The routes of a user's library (R3.7, plan defects U01 to U09).
#include <gtest/gtest.h>

#include "tests/core/api/stand.h"

namespace cutover::api {
namespace {

using nlohmann::json;

constexpr const char* library = "/v1/library/ada";
constexpr const char* books_route = "/v1/library/ada/books";
const std::string entry = std::string(books_route) + "/" + known_isbn;
constexpr const char* other_isbn = "9780451524935";
constexpr const char* third_isbn = "9780061120084";

json items(Stand& stand, const std::string& query = "") {
  const HttpResponse answer = stand.as_user("ada", "GET", library + query);
  EXPECT_EQ(answer.status, 200) << answer.body;
  return json_of(answer)["data"]["books"];
}

HttpResponse add(Stand& stand, const json& body, const Pairs& headers = {}) {
  return stand.as_user("ada", "POST", books_route, body.dump(), headers);
}

TEST(Library, R3_7_ABookIsAddedReadAndTakenOut) {
  Stand stand;
  stand.add_to_d1(known_isbn, "T");
  const HttpResponse added =
      add(stand, {{"isbn", "0-439-70818-4"}, {"rating", 5}, {"review", "Zoë liked it"}});
  EXPECT_EQ(added.status, 201) << added.body;
  EXPECT_EQ(json_of(added)["data"]["added"], true);
  const json read = items(stand);
  ASSERT_EQ(read.size(), 1U);
  EXPECT_EQ(read[0]["isbn"], known_isbn);
  EXPECT_EQ(read[0]["status"], "want_to_read");
  EXPECT_EQ(read[0]["rating"], 5);
  EXPECT_EQ(read[0]["review"], "Zoë liked it");
  EXPECT_EQ(add(stand, {{"isbn", known_isbn}, {"rating", 5}}).status, 200);
  EXPECT_EQ(stand.as_user("ada", "DELETE", entry).status, 200);
  EXPECT_EQ(stand.as_user("ada", "DELETE", entry).status, 404);
  EXPECT_TRUE(items(stand).empty());
}

TEST(Library, U01_NobodyReadsOrChangesAnothersLibrary) {
  Stand stand;
  stand.add_to_d1(known_isbn, "T");
  const std::string body = json{{"isbn", known_isbn}}.dump();
  EXPECT_EQ(stand.as_user("bob", "GET", library).status, 403);
  EXPECT_EQ(stand.as_user("bob", "POST", books_route, body).status, 403);
  EXPECT_EQ(stand.as_user("bob", "PATCH", entry, R"({"rating":1})").status, 403);
  EXPECT_EQ(stand.as_user("bob", "DELETE", entry).status, 403);
  EXPECT_EQ(stand.as_user("bob", "GET", "/v1/library/ada/top-rated").status, 403);
  EXPECT_EQ(stand.get(library).status, 401);
  EXPECT_EQ(stand.send(make_request("GET", library, "not.a.token", "")).status, 401);
  EXPECT_EQ(stand.as_admin("GET", library).status, 200);
  EXPECT_EQ(stand.as_admin("POST", books_route, body).status, 201);
}

TEST(Library, U02_APartialChangeErasesNothing) {
  Stand stand;
  stand.add_to_d1(known_isbn, "T");
  add(stand, {{"isbn", known_isbn}, {"rating", 4}, {"review", "good"}});
  EXPECT_EQ(stand.as_user("ada", "PATCH", entry, R"({"status":"reading"})").status, 200);
  add(stand, {{"isbn", known_isbn}, {"status", "completed"}});
  json read = items(stand)[0];
  EXPECT_EQ(read["status"], "completed");
  EXPECT_EQ(read["rating"], 4);
  EXPECT_EQ(read["review"], "good");
  EXPECT_EQ(stand.as_user("ada", "PATCH", entry, R"({"rating":null})").status, 200);
  read = items(stand)[0];
  EXPECT_TRUE(read["rating"].is_null()) << "null clears, absence does not";
  EXPECT_EQ(read["review"], "good");
}

TEST(Library, U03_ABookThatNobodyAskedForYetIsLookedUpAndAdded) {
  Stand stand;
  stand.add_to_provider(known_isbn, "From the provider");
  const HttpResponse added = add(stand, {{"isbn", known_isbn}});
  EXPECT_EQ(added.status, 201) << added.body;
  EXPECT_EQ(items(stand)[0]["title"], "From the provider");
  stand.add_to_kv(other_isbn, "From the cache");
  EXPECT_EQ(add(stand, {{"isbn", other_isbn}}).status, 201);
  EXPECT_EQ(items(stand).size(), 2U);
  const HttpResponse unknown = add(stand, {{"isbn", third_isbn}});
  EXPECT_EQ(unknown.status, 404) << "unknown everywhere";
  EXPECT_EQ(code_of(unknown), "NOT_FOUND");
}

TEST(Library, U03_ABookThatTheCacheHasUnderAnotherKeyBecomesThatEntrysRow) {
  Stand stand;
  stand.add_to_kv("0439708184", "Under its ISBN-10");
  EXPECT_EQ(add(stand, {{"isbn", known_isbn}}).status, 201);
  EXPECT_EQ(stand.as_admin("POST", "/admin/migrate-kv-to-d1").status, 200);
  const auto row = stand.d1_file->query({"SELECT source_key FROM Books", {}});
  ASSERT_TRUE(row && row->rows.size() == 1);
  EXPECT_EQ(as_text(row->rows[0][0]), "book:isbn:0439708184") << "the only entry that there is";
}

TEST(Library, U03_AFailingProviderIsNotAnUnknownBook) {
  Stand stand;
  stand.provider.fails = failure_of(Service::provider, FailureKind::malformed);
  EXPECT_EQ(add(stand, {{"isbn", known_isbn}}).status, 502);
}

TEST(Library, U04_WrongStatusAndRatingAre400) {
  Stand stand;
  stand.add_to_d1(known_isbn, "T");
  for (const json& wrong :
       {json{{"status", "done"}}, json{{"status", nullptr}}, json{{"status", 1}},
        json{{"rating", 6}}, json{{"rating", 0}}, json{{"rating", "5"}}, json{{"rating", 4.5}},
        json{{"rating", true}}, json{{"review", 7}}, json{{"review", json::array()}},
        json{{"review", std::string(1, '\0')}}, json{{"review", std::string(100'001, 'x')}}}) {
    json body = wrong;
    EXPECT_EQ(stand.as_user("ada", "PATCH", entry, body.dump()).status, 400) << wrong;
    body["isbn"] = known_isbn;
    EXPECT_EQ(add(stand, body).status, 400) << wrong;
  }
  EXPECT_EQ(add(stand, {{"rating", 5}}).status, 400) << "no isbn";
  EXPECT_EQ(add(stand, {{"isbn", "978"}}).status, 400);
  EXPECT_EQ(stand.as_user("ada", "PATCH", entry, "{}").status, 400) << "changes nothing";
  EXPECT_TRUE(items(stand).empty());
}

TEST(Library, U05_TheDatesOfReadingFollowTheStatus) {
  Stand stand;
  stand.add_to_d1(known_isbn, "T");
  add(stand, {{"isbn", known_isbn}});
  EXPECT_TRUE(items(stand)[0]["started_at"].is_null());
  stand.as_user("ada", "PATCH", entry, R"({"status":"reading"})");
  EXPECT_TRUE(items(stand)[0]["started_at"].is_number());
  EXPECT_TRUE(items(stand)[0]["completed_at"].is_null());
  stand.as_user("ada", "PATCH", entry, R"({"status":"completed"})");
  EXPECT_TRUE(items(stand)[0]["completed_at"].is_number());
}

TEST(Library, U06_AnEntrysStatusHasARoute) {
  Stand stand;
  EXPECT_EQ(stand.as_user("ada", "PATCH", entry, R"({"status":"reading"})").status, 404)
      << "the route is there; the entry is not";
  EXPECT_EQ(code_of(stand.as_user("ada", "PATCH", entry, R"({"status":"reading"})")), "NOT_FOUND");
}

TEST(Library, U07_FiltersThatCannotBeReadAre400AndNeverDropped) {
  Stand stand;
  for (const char* query : {"?rating=0",    "?rating=6", "?rating=abc",
                            "?rating=5x",   "?rating=",  "?rating=4.5",
                            "?rating=05",   "?year=0",   "?year=abc",
                            "?year=20245",  "?year=-1",  "?addedYear=1",
                            "?status=done", "?status=",  "?limit=0",
                            "?limit=101",   "?limit=x",  "?cursor=x",
                            "?cursor=1-",   "?cursor=",  "?cursor=99999999999999999999-1"}) {
    EXPECT_EQ(stand.as_user("ada", "GET", std::string(library) + query).status, 400) << query;
  }
}

TEST(Library, U07_ARatingFilterMeansThisRatingOrBetterAndFiltersCombine) {
  Stand stand;
  stand.add_to_d1(known_isbn, "A", 1998);
  stand.add_to_d1(other_isbn, "B", 2024);
  stand.add_to_d1(third_isbn, "C", 2024);
  add(stand, {{"isbn", known_isbn}, {"rating", 5}});
  add(stand, {{"isbn", other_isbn}, {"rating", 4}, {"status", "completed"}});
  add(stand, {{"isbn", third_isbn}, {"rating", 2}, {"status", "completed"}});
  EXPECT_EQ(items(stand, "?rating=4").size(), 2U);
  EXPECT_EQ(items(stand, "?year=2024").size(), 2U);
  const json both = items(stand, "?year=2024&rating=3&status=completed");
  ASSERT_EQ(both.size(), 1U);
  EXPECT_EQ(both[0]["publication_year"], 2024);
  EXPECT_EQ(both[0]["rating"], 4);
}

TEST(Library, U08_AnItemHasTheKeysOfTheSearchsBookAndPagesAreBounded) {
  Stand stand;
  stand.add_to_kv(known_isbn, "T");
  add(stand, {{"isbn", known_isbn}});
  json item = items(stand)[0];
  for (const char* key : {"publication_year", "status", "rating", "review", "added_at",
                          "started_at", "completed_at"}) {
    EXPECT_EQ(item.erase(key), 1U) << key;
  }
  const json found = json_of(stand.get(std::string("/v1/search/isbn?isbn=") + known_isbn));
  EXPECT_EQ(item, found["data"]["book"]) << "one serializer";
  stand.add_to_d1(other_isbn, "B");
  stand.add_to_d1(third_isbn, "C");
  add(stand, {{"isbn", other_isbn}});
  add(stand, {{"isbn", third_isbn}});
  std::set<std::string> seen;
  std::string cursor;
  for (int page = 0; page < 3; ++page) {
    const std::string more = cursor.empty() ? "" : "&cursor=" + cursor;
    const json data = json_of(stand.as_user("ada", "GET", library + ("?limit=1" + more)))["data"];
    ASSERT_EQ(data["count"], 1);
    seen.insert(data["books"][0]["isbn"].get<std::string>());
    if (page < 2) cursor = data["nextCursor"].get<std::string>();
    if (page == 2) {
      EXPECT_TRUE(data["nextCursor"].is_null());
    }
  }
  EXPECT_EQ(seen.size(), 3U) << "no row twice, none left out, at equal times";
}

TEST(Library, U09_TopRatedIsByPublicationYearAndAddedYearIsItsOwnFilter) {
  Stand stand;
  stand.add_to_d1(known_isbn, "Old", 2001);
  stand.add_to_d1(other_isbn, "New", 2024);
  stand.add_to_d1(third_isbn, "Four stars", 2024);
  add(stand, {{"isbn", known_isbn}, {"rating", 5}});
  add(stand, {{"isbn", other_isbn}, {"rating", 5}});
  add(stand, {{"isbn", third_isbn}, {"rating", 4}});
  const std::string top = "/v1/library/ada/top-rated";
  const json data = json_of(stand.as_user("ada", "GET", top + "?year=2024"))["data"];
  ASSERT_EQ(data["count"], 1);
  EXPECT_EQ(data["books"][0]["title"], "New");
  EXPECT_EQ(json_of(stand.as_user("ada", "GET", top))["data"]["year"], 2024) << "as the plan has";
  EXPECT_EQ(stand.as_user("ada", "GET", top + "?year=x").status, 400);
  const auto year = stand.d1_file->query({"SELECT strftime('%Y', 'now')", {}});
  const std::string now(as_text(year->rows[0][0]));
  EXPECT_EQ(items(stand, "?addedYear=" + now + "&rating=5").size(), 2U);
  EXPECT_EQ(items(stand, "?addedYear=1999").size(), 0U);
}

TEST(Library, UserIdsAreTextOf200Bytes) {
  Stand stand;
  const std::string longest(200, 'a');
  EXPECT_EQ(stand.as_admin("GET", "/v1/library/" + longest).status, 200);
  EXPECT_EQ(stand.as_admin("GET", "/v1/library/" + longest + "a").status, 400);
  EXPECT_EQ(stand.as_admin("GET", "/v1/library/a\nb").status, 400);
  EXPECT_EQ(stand.as_admin("GET", "/v1/library/\xFF").status, 400);
  EXPECT_EQ(stand.as_user("Zoë", "GET", "/v1/library/Zoë").status, 200);
}

TEST(Library, AnIdempotencyKeyReplaysTheFirstAnswer) {
  Stand stand;
  stand.add_to_d1(known_isbn, "T");
  const Pairs key = {{"Idempotency-Key", "k-1"}};
  const HttpResponse first = add(stand, {{"isbn", known_isbn}}, key);
  EXPECT_EQ(first.status, 201);
  stand.as_user("ada", "DELETE", entry);
  const HttpResponse again = add(stand, {{"isbn", known_isbn}}, key);
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(header_of(again, "Idempotency-Replayed"), "true");
  EXPECT_TRUE(items(stand).empty()) << "the work was not done again";
  const HttpResponse misused = add(stand, {{"isbn", known_isbn}, {"rating", 1}}, key);
  EXPECT_EQ(misused.status, 422);
  EXPECT_EQ(code_of(misused), "IDEMPOTENCY_KEY_REUSED");
  EXPECT_EQ(add(stand, {{"isbn", known_isbn}}, {{"Idempotency-Key", "a b"}}).status, 400);
  EXPECT_EQ(add(stand, {{"isbn", known_isbn}}, {{"Idempotency-Key", ""}}).status, 400);
}

TEST(Library, AKeyBelongsToItsUserAndARefusalIsNotRemembered) {
  Stand stand;
  const Pairs key = {{"Idempotency-Key", "k-1"}};
  EXPECT_EQ(add(stand, {{"isbn", known_isbn}}, key).status, 404);
  stand.add_to_d1(known_isbn, "T");
  EXPECT_EQ(add(stand, {{"isbn", other_isbn}}, key).status, 404) << "another body: still free";
  const std::string body = json{{"isbn", known_isbn}}.dump();
  EXPECT_EQ(stand.as_user("ada", "POST", books_route, body, key).status, 201);
  EXPECT_EQ(stand.as_user("bob", "POST", "/v1/library/bob/books", body, key).status, 201);
}

TEST(Library, ADatabaseThatIsDownIs503AndOneThatIsSilent504) {
  Stand stand;
  stand.d1->down = failure_of(Service::d1, FailureKind::unavailable);
  const HttpResponse down = stand.as_user("ada", "GET", library);
  EXPECT_EQ(down.status, 503);
  EXPECT_NE(header_of(down, "Retry-After"), "");
  EXPECT_EQ(down.body.find("secret words"), std::string::npos);
  stand.d1->down = failure_of(Service::d1, FailureKind::timeout);
  EXPECT_EQ(stand.as_user("ada", "GET", library).status, 504);
  stand.d1->down = failure_of(Service::d1, FailureKind::limit_exceeded);
  EXPECT_EQ(stand.as_user("ada", "GET", library).status, 503)
      << "an invocation that has no calls left is no mistake of this service";
}

TEST(Library, StoppedWritesAreRefusedAndReadsGoOn) {
  Stand stand;
  stand.add_to_d1(known_isbn, "T");
  const json stop = {{"stopped", true}, {"reason", "looking into it"}};
  EXPECT_EQ(stand.as_admin("POST", "/admin/writes", stop.dump()).status, 200);
  const HttpResponse refused = add(stand, {{"isbn", known_isbn}});
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(code_of(refused), "WRITES_STOPPED");
  EXPECT_EQ(stand.as_user("ada", "DELETE", entry).status, 503);
  EXPECT_EQ(stand.as_user("ada", "GET", library).status, 200);
  const json go_on = {{"stopped", false}, {"reason", "it was nothing"}};
  EXPECT_EQ(stand.as_admin("POST", "/admin/writes", go_on.dump()).status, 200);
  EXPECT_EQ(add(stand, {{"isbn", known_isbn}}).status, 201);
}

}  // namespace
}  // namespace cutover::api
