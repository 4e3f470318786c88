// Which requests a load sends, and which answers are right.
#include "load/request_source.h"

#include <gtest/gtest.h>

#include <map>

namespace cutover::load {
namespace {

const std::vector<std::string> isbns = {"9780000000019", "9780000000026", "9780000000033"};

TEST(LoadRequests, TheMixIsKept) {
  Profile profile;
  profile.mix = {0.6, 0.1, 0.1, 0.15, 0.05};
  const RequestSource source(profile, 1, isbns, {"one", "two"});
  RandomStream random(1, "test");
  std::map<std::pair<Route, Wanted>, int> drawn;
  constexpr int draws = 20'000;
  for (int i = 0; i < draws; ++i) {
    const Request request = source.draw(random);
    drawn[{request.route, request.wanted}] += 1;
  }
  EXPECT_NEAR(drawn[std::pair(Route::search, Wanted::known)], 0.6 * draws, 500);
  EXPECT_NEAR(drawn[std::pair(Route::search, Wanted::fresh)], 0.1 * draws, 300);
  EXPECT_NEAR(drawn[std::pair(Route::search, Wanted::unknown)], 0.1 * draws, 300);
  EXPECT_NEAR(drawn[std::pair(Route::library_read, Wanted::known)], 0.15 * draws, 400);
  EXPECT_NEAR(drawn[std::pair(Route::library_write, Wanted::known)], 0.05 * draws, 200);
}

TEST(LoadRequests, UnknownAndFreshBooksAreNoneOfTheKnown) {
  Profile profile;
  profile.mix = {0, 1, 1, 0, 0};
  profile.fresh_books = 5;
  const RequestSource source(profile, 1, isbns, {});
  EXPECT_EQ(source.fresh().size(), 5U);
  RandomStream random(1, "test");
  for (int i = 0; i < 200; ++i) {
    const Request request = source.draw(random);
    EXPECT_EQ(std::count(isbns.begin(), isbns.end(), request.isbn), 0);
    const auto& fresh = source.fresh();
    EXPECT_EQ(std::count(fresh.begin(), fresh.end(), request.isbn),
              request.wanted == Wanted::fresh ? 1 : 0);
  }
}

TEST(LoadRequests, TheSeedDecidesWhichBooksArePopular) {
  Profile profile;
  profile.popularity = 5;  // nearly all ask for the first
  std::map<std::string, int> favourites;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    RandomStream random(seed, "test");
    favourites[RequestSource(profile, seed, isbns, {}).draw(random).isbn] += 1;
    RandomStream again(seed, "test");
    RandomStream same(seed, "test");
    EXPECT_EQ(RequestSource(profile, seed, isbns, {}).draw(again),
              RequestSource(profile, seed, isbns, {}).draw(same));
  }
  EXPECT_EQ(favourites.size(), 3U);
}

TEST(LoadRequests, ASearchSaysWhichTierAnswered) {
  const Request request;
  const auto tier = [&](const std::string& source) {
    const std::string body =
        R"({"success":true,"data":{"book":{"title":"x"}},"metadata":{"source":")" + source +
        R"(","cached":true,"stale":false,"timestamp":"-"}})";
    return read_reply(request, 200, body);
  };
  EXPECT_EQ(tier("cache").tier, Tier::kv);
  EXPECT_EQ(tier("d1").tier, Tier::d1);
  EXPECT_EQ(tier("provider").tier, Tier::provider);
  EXPECT_EQ(tier("elsewhere").tier, Tier::none);
  EXPECT_TRUE(tier("d1").right);
  EXPECT_TRUE(tier("d1").complete);
}

TEST(LoadRequests, ATitleThatLooksLikeMetadataIsNotTaken) {
  const std::string body =
      R"({"success":true,"data":{"book":{"title":"\"metadata\":{\"source\":\"d1\""}},)"
      R"("metadata":{"source":"cache","cached":true}})";
  EXPECT_EQ(read_reply(Request{}, 200, body).tier, Tier::kv);
}

TEST(LoadRequests, A404IsRightForABookThatNobodyHasAndWrongForAnyOther) {
  Request unknown;
  unknown.wanted = Wanted::unknown;
  EXPECT_TRUE(read_reply(unknown, 404, "{}").right);
  EXPECT_EQ(read_reply(unknown, 404, "{}").tier, Tier::missing);
  EXPECT_FALSE(read_reply(Request{}, 404, "{}").right);
  for (const int status : {0, 301, 400, 429, 500, 502, 503}) {
    EXPECT_FALSE(read_reply(unknown, status, "").right) << status;
    EXPECT_FALSE(read_reply(Request{}, status, "").right) << status;
  }
}

TEST(LoadRequests, AnAnswerWithoutABookFailsTheCheckThoughItsStatusIsRight) {
  const Reply reply = read_reply(Request{}, 200, R"({"success":true,"data":{"book":null}})");
  EXPECT_TRUE(reply.right);
  EXPECT_FALSE(reply.complete);
}

TEST(LoadRequests, LibraryRequestsCarryTheUsersTokenAndSearchesNone) {
  Request request;
  request.route = Route::library_write;
  request.user = "reader";
  request.isbn = isbns[0];
  const api::HttpRequest http = to_http(request, "secret");
  EXPECT_EQ(http.method, "POST");
  EXPECT_EQ(http.path, "/v1/library/reader/books");
  EXPECT_EQ(http.header("authorization"), "Bearer secret");
  EXPECT_EQ(http.body, R"({"isbn":"9780000000019","status":"reading"})");
  EXPECT_FALSE(to_http(Request{}, "secret").header("authorization").has_value());
}

}  // namespace
}  // namespace cutover::load
