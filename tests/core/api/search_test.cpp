// GET /v1/search/isbn and GET /search (R3.6, R3.9, R3.10).
#include <gtest/gtest.h>

#include "tests/core/api/stand.h"

namespace cutover::api {
namespace {

using nlohmann::json;

constexpr const char* route = "/v1/search/isbn?isbn=";
const std::string target = std::string(route) + known_isbn;

TEST(Search, R3_6_AnswersInThePlansEnvelope) {
  Stand stand;
  stand.add_to_kv(known_isbn, "Harry Potter and the Sorcerer's Stone");
  const HttpResponse answer = stand.get(target);
  ASSERT_EQ(answer.status, 200) << answer.body;
  const json body = json_of(answer);
  EXPECT_EQ(body["success"], true);
  EXPECT_EQ(body["data"]["book"]["isbn"], known_isbn);
  EXPECT_EQ(body["data"]["book"]["title"], "Harry Potter and the Sorcerer's Stone");
  EXPECT_EQ(body["metadata"]["source"], "cache");
  EXPECT_EQ(body["metadata"]["cached"], true);
  EXPECT_EQ(body["metadata"]["stale"], false);
}

TEST(Search, R3_6_TheLegacyRouteHasTheEnvelopeAndTheBooksFieldsOnTop) {
  Stand stand;
  stand.add_to_kv(known_isbn, "T");
  const HttpResponse answer = stand.get(std::string("/search?isbn=") + known_isbn);
  ASSERT_EQ(answer.status, 200);
  const json body = json_of(answer);
  EXPECT_EQ(body["isbn"], known_isbn);
  EXPECT_EQ(body["title"], "T");
  json book = body;
  for (const char* key : {"success", "data", "metadata"}) book.erase(key);
  EXPECT_EQ(book, body["data"]["book"]);
  json envelope = json_of(stand.get(target));
  EXPECT_EQ(body["data"], envelope["data"]);
}

// R12: which tier answered is told beside the book, never inside it and never always the same.
TEST(Search, R12_TheSourceIsTheTierThatAnsweredAndStandsBesideTheBook) {
  SystemOptions options = stand_options();
  Stand stand(options);
  stand.add_to_provider(known_isbn, "T");
  const json first = json_of(stand.get(target));
  EXPECT_EQ(first["metadata"]["source"], "provider");
  EXPECT_EQ(first["metadata"]["cached"], false);
  ASSERT_TRUE(soon(
      [&] { return stand.kv->get(std::string("book:isbn:") + known_isbn).value().has_value(); }));
  const json second = json_of(stand.get(target));
  EXPECT_EQ(second["metadata"]["source"], "cache");
  EXPECT_EQ(second["metadata"]["cached"], true);
  EXPECT_EQ(second["data"]["book"], first["data"]["book"]);
  EXPECT_FALSE(second["data"]["book"].contains("_cacheSource"));
  EXPECT_EQ(stand.provider.calls, 1);
}

TEST(Search, R13_EveryWrongIsbnIs400BeforeAnyTierIsAsked) {
  Stand stand;
  for (const std::string& isbn :
       {std::string("x"), std::string("9780439708181"), std::string("123"),
        std::string("1234567890123"), std::string(600, '9'), std::string("' OR 1=1 --"),
        std::string("978 0439708180\n"), std::string("\xFF\xFE"), std::string(33, ' ')}) {
    const HttpResponse answer = stand.get(route + isbn);
    EXPECT_EQ(answer.status, 400) << isbn;
    EXPECT_EQ(code_of(answer), "INVALID_ISBN") << isbn;
  }
  EXPECT_EQ(code_of(stand.get("/v1/search/isbn")), "INVALID_REQUEST");
  EXPECT_EQ(code_of(stand.get(route)), "INVALID_REQUEST");
  EXPECT_EQ(stand.provider.calls, 0);
}

TEST(Search, R13_EveryWayOfWritingOneIsbnIsOneBook) {
  Stand stand;
  stand.add_to_kv(known_isbn, "T");
  stand.add_to_kv("9780804429573", "X");
  for (const char* isbn : {"0439708184", "978-0-439-70818-0", "0-439-70818-4"}) {
    const HttpResponse answer = stand.get(std::string(route) + isbn);
    ASSERT_EQ(answer.status, 200) << isbn << answer.body;
    EXPECT_EQ(json_of(answer)["data"]["book"]["isbn"], known_isbn);
  }
  EXPECT_EQ(stand.get(std::string(route) + "080442957x").status, 200) << "a lower-case x";
}

TEST(Search, R3_10_NotFoundIsAnAnswerAndIsRemembered) {
  Stand stand;
  EXPECT_EQ(code_of(stand.get(target)), "NOT_FOUND");
  EXPECT_EQ(stand.get(target).status, 404);
  EXPECT_EQ(stand.provider.calls, 1);
}

TEST(Search, R3_10_AFailureOfTheProviderIsNotAnAbsence) {
  Stand stand;
  stand.provider.fails = failure_of(Service::provider, FailureKind::unauthorized);
  const HttpResponse broken = stand.get(target);
  EXPECT_EQ(broken.status, 502);
  EXPECT_EQ(code_of(broken), "PROVIDER_ERROR");
  EXPECT_EQ(broken.body.find("secret words"), std::string::npos) << "not the provider's words";
  stand.provider.fails.reset();
  stand.add_to_provider(known_isbn, "T");
  EXPECT_TRUE(soon([&] { return stand.get(target).status == 200; }))
      << "a failure is shared for a second, but never remembered as an absence";
}

TEST(Search, AQuotaIs503WithTheTimeToComeBackAndSilenceIs504) {
  Stand stand;
  Failure quota = failure_of(Service::provider, FailureKind::throttled);
  quota.retry_after = std::chrono::milliseconds(90'500);
  stand.provider.fails = quota;
  const HttpResponse later = stand.get(target);
  EXPECT_EQ(later.status, 503);
  EXPECT_EQ(code_of(later), "OVERLOADED");
  EXPECT_EQ(header_of(later, "Retry-After"), "91");
  Stand silent;  // the quota has closed the provider's circuit on the first stand
  silent.provider.fails = failure_of(Service::provider, FailureKind::timeout);
  const HttpResponse late = silent.get(target);
  EXPECT_EQ(late.status, 504);
  EXPECT_EQ(code_of(late), "TIMEOUT");
}

TEST(Search, HitsAndMissesAreCountedWithoutD1) {
  SystemOptions options = stand_options();
  options.cache_metrics.flush_after = Duration(0);
  Stand stand(options);
  stand.add_to_kv(known_isbn, "T");
  stand.d1->down = failure_of(Service::d1, FailureKind::unavailable);
  EXPECT_EQ(stand.get(target).status, 200);
  EXPECT_EQ(stand.get(target).status, 200);
  stand.d1->down.reset();
  stand.system->tick();
  const auto rows = stand.d1_file->query({"SELECT hit_count FROM CacheMetrics", {}});
  ASSERT_EQ(rows->rows.size(), 1U);
  EXPECT_EQ(as_int(rows->rows[0][0]), 2);
}

TEST(Search, ManyAtOnceMakeOneProviderCall) {
  Stand stand;
  stand.add_to_provider(known_isbn, "T");
  std::atomic<int> right = 0;
  auto group = stand.runtime->task_group(16);
  for (int i = 0; i < 64; ++i) {
    group->spawn([&] {
      right += stand.system->api().handle(make_request("GET", target, "", "")).status == 200;
    });
  }
  group->wait();
  EXPECT_EQ(right, 64);
  EXPECT_EQ(stand.provider.calls, 1);
}

TEST(Health, R3_8_IsOkWhenD1IsDown) {
  SystemOptions options = stand_options();
  options.d1_breaker.volume_min = 1;
  Stand stand(options);
  const json before = json_of(stand.get("/health"))["data"];
  EXPECT_EQ(before["phase"], "kv_only");
  EXPECT_EQ(before["version"], "test");
  EXPECT_EQ(before["degraded"], false);
  stand.d1->down = failure_of(Service::d1, FailureKind::unavailable);
  EXPECT_EQ(stand.as_user("ada", "GET", "/v1/library/ada").status, 503);
  const HttpResponse answer = stand.get("/health");
  EXPECT_EQ(answer.status, 200);
  const json after = json_of(answer)["data"];
  EXPECT_EQ(after["status"], "ok");
  EXPECT_EQ(after["degraded"], true);
  EXPECT_EQ(after["backends"]["d1"]["breaker"], "open");
  EXPECT_EQ(after["backends"]["provider"]["breaker"], "closed");
  EXPECT_EQ(after["phase"], "kv_only") << "the last one known";
}

TEST(Metrics, R3_8_ArePrometheusTextOrAbsent) {
  Stand stand;
  const HttpResponse answer = stand.get("/metrics");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_NE(answer.body.find("up 1"), std::string::npos);
  SystemOptions options = stand_options();
  options.metrics_text = nullptr;
  Stand without(options);
  EXPECT_EQ(without.get("/metrics").status, 404);
}

}  // namespace
}  // namespace cutover::api
