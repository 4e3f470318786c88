// What a look-up must do while a service is not well.
#include <array>

#include <fmt/format.h>

#include "worker/check.h"
#include "worker/play.h"

namespace cutover::worker {
namespace {

// Every call of this service fails.
Stage::Rule is_down(Service service) {
  return [service](const sim::Call& call) -> std::optional<faults::Fault> {
    if (call.service != service) return std::nullopt;
    return faults::Fault::unavailable;
  };
}

void expect_a_book(Stage& stage, Judge& judge, std::string_view defect, const char* when) {
  const int status = search(stage, isbn(1)).status;
  judge.expect(status == 200, defect,
               fmt::format("{}, a look-up is answered with {}", when, status));
}

void kv_takes_no_writes(Stage& stage, Judge& judge) {
  stage.know(isbn(1), book(1).dump());
  stage.disturb([](const sim::Call& call) -> std::optional<faults::Fault> {
    if (call.site != "kv.put") return std::nullopt;
    return faults::Fault::unavailable;
  });
  expect_a_book(stage, judge, "R03", "while KV takes no writes");
}

void d1_is_down_and_kv_has_none(Stage& stage, Judge& judge) {
  turn_on_d1(stage);
  stage.know(isbn(1), book(1).dump());
  stage.disturb(is_down(Service::d1));
  expect_a_book(stage, judge, "R04", "while D1 is down and the provider has the book");
}

void d1_is_down_and_kv_has_it(Stage& stage, Judge& judge) {
  turn_on_d1(stage);
  stage.put(key_of(1), book(1).dump());
  stage.disturb(is_down(Service::d1));
  expect_a_book(stage, judge, "R05", "while D1 is down and KV has the book");
}

void kv_has_a_torn_value(Stage& stage, Judge& judge) {
  stage.put(key_of(1), R"({"title": "torn)");
  stage.know(isbn(1), book(1).dump());
  expect_a_book(stage, judge, "R11", "with a malformed value in KV");
}

void the_provider_has_no_quota(Stage& stage, Judge& judge) {
  stage.know(isbn(1), book(1).dump());
  stage.provider_fails(fakes::ProviderTrouble::quota);
  const int status = search(stage, isbn(1)).status;
  judge.expect(
      status == 503 || status == 429, "R14",
      fmt::format("with the provider's quota used up, a look-up is answered with {}", status));
  stage.calm();
  stage.advance(std::chrono::seconds(61));
  const int later = search(stage, isbn(1)).status;
  judge.expect(later == 200, "R14",
               fmt::format("after the provider's bad moment a look-up is answered with {}", later));
}

constexpr std::array trouble_rows = {
    Check{"a look-up is answered while KV takes no writes", "R03", kv_takes_no_writes},
    Check{"a look-up is answered by the provider while D1 is down", "R04",
          d1_is_down_and_kv_has_none},
    Check{"a look-up is answered by KV while D1 is down", "R05", d1_is_down_and_kv_has_it},
    Check{"a malformed value in KV is no error of the reader's", "R11", kv_has_a_torn_value},
    Check{"a provider without quota is 'not now', and not remembered as 'no such book'", "R14",
          the_provider_has_no_quota},
};

}  // namespace

std::span<const Check> trouble_checks() {
  return trouble_rows;
}

}  // namespace cutover::worker
