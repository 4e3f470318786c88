// Each backend switched off under load: what the others can answer is answered, and the breaker
// opens, probes and closes (R7.2, R7.3). In virtual time, on the whole system at four locations.
#include <gtest/gtest.h>

#include <cstdio>
#include <map>
#include <memory>
#include <set>

#include "core/api/system.h"
#include "core/books/canonical_json.h"
#include "core/store/live_books.h"
#include "fakes/sim/gate.h"
#include "fakes/sim/sanitizers.h"
#include "scenarios/direct_database.h"
#include "scenarios/generate.h"
#include "scenarios/migration.h"

namespace cutover::scenarios {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint64_t in_kv = 500;    // books 0 to 499 are in KV,
constexpr std::uint64_t d1_from = 250;  // 250 to 1,499 in D1,
constexpr std::uint64_t in_d1 = 1500;
constexpr std::uint64_t at_provider = 1800;  // all of them at the provider, and 300 more;
constexpr std::uint64_t asked = 2000;        // 200 exist nowhere
constexpr Duration off_from = seconds(30);
constexpr Duration off_to = seconds(60);
constexpr Duration load_for = seconds(120);

std::string book_of(std::uint64_t index) {
  return R"({"title":"Book )" + std::to_string(index) + R"(","authors":["Ada"]})";
}

// One service answers nothing for a while.
class Outage final : public sim::FaultPlan {
 public:
  explicit Outage(Service off) : off_(off) {}
  sim::Decision decide(const sim::Process&, const sim::Call& call, std::uint64_t,
                       Duration now) override {
    const bool out = call.service == off_ && now >= off_from && now < off_to;
    return out ? sim::Decision(sim::Ending::rejected, FailureKind::unavailable)
               : sim::Decision(sim::Ending::applied);
  }

 private:
  Service off_;
};

struct Figures {
  std::map<int, int> during;  // answers by status, while the backend is off
  std::map<int, int> otherwise;
  int wrong = 0;                              // a 200 that is not the book
  int unanswered_known = 0;                   // no 200 for a book that a working backend had
  std::set<std::string_view> breaker_states;  // of D1's, seen while it is off
  bool closed_in_the_end = true;
  std::int64_t provider_calls_during = 0;
};

class Degradation : public testing::Test {
 protected:
  Figures play(Service off) {
    Outage outage(off);
    World world({}, outage);
    prepare(world);
    Figures figures;
    std::int64_t calls_before = 0;
    world.start("clock", 0, no_limits(), [&](Isolate& isolate) {
      isolate.runtime.sleep(off_from);
      calls_before = world.provider().calls();
      isolate.runtime.sleep(off_to - off_from);
      figures.provider_calls_during = world.provider().calls() - calls_before;
    });
    for (std::size_t location = 0; location < 4; ++location) {
      world.start("api-" + std::to_string(location), location, no_limits(),
                  [&, location](Isolate& isolate) { serve(isolate, off, location, figures); });
    }
    world.run();
    print(off, figures);
    return figures;
  }

 private:
  static void prepare(World& world) {
    apply_schema(world);
    DirectDatabase d1(world.d1());
    books::Transform transform;
    for (std::uint64_t i = 0; i < at_provider; ++i) {
      const std::string isbn = isbn13_of(i);
      world.provider().put_book(isbn, book_of(i));
      if (i < in_kv) world.kv().load({"book:isbn:" + isbn, book_of(i), std::nullopt, ""});
      if (i < d1_from || i >= in_d1) continue;
      auto row = transform({"book:isbn:" + isbn, book_of(i), std::nullopt});
      ASSERT_TRUE(store::save_live_book(d1, std::get<books::BookRow>(row)).has_value());
    }
    ASSERT_TRUE(d1.query({"INSERT INTO RolloutState (id, phase, percent, writes_stopped, revision) "
                          "VALUES (1, 'd1', 100, 0, 6)",
                          {}})
                    .has_value());
    world.kv().load({"feature:enable_d1_reads", "true", std::nullopt, ""});
  }

  // One isolate: its system, and five requests a second.
  static void serve(Isolate& isolate, Service off, std::size_t location, Figures& figures) {
    api::SystemOptions options;
    options.d1_breaker.open_for = seconds(5);
    options.provider_breaker.open_for = seconds(5);
    api::System system(isolate.kv, isolate.d1, isolate.provider, isolate.runtime, isolate.telemetry,
                       options);
    const auto group = isolate.runtime.task_group(1000);
    group->spawn([&] {
      while (isolate.runtime.now() < load_for) {
        isolate.runtime.sleep(seconds(1));
        system.tick();
        const Duration now = isolate.runtime.now();
        if (off == Service::d1 && now > off_from && now < off_to) {
          const auto state = name_of(system.d1_breaker().state());
          const sim::Quiet quiet;
          figures.breaker_states.insert(state);
        }
      }
    });
    for (std::uint64_t i = 0; isolate.runtime.now() < load_for; ++i) {
      // Hardly ever one that was asked for before, which would be in KV by now.
      const std::uint64_t index = (i * 7 + location * 501) % asked;
      group->spawn([&, index] { ask(isolate, system, off, index, figures); });
      isolate.runtime.sleep(milliseconds(200));
    }
    group->wait();
    isolate.runtime.sleep(seconds(31));  // deferred work is over then
    if (system.d1_breaker().state() != rollout::BreakerState::closed) {
      figures.closed_in_the_end = false;
    }
  }

  static void ask(Isolate& isolate, api::System& system, Service off, std::uint64_t index,
                  Figures& figures) {
    const std::string isbn = isbn13_of(index);
    const Duration asked_at = isolate.runtime.now();
    const api::HttpResponse answer =
        system.api().handle({"GET", "/v1/search/isbn", {{"isbn", isbn}}, {}, ""});
    const bool during = asked_at >= off_from && isolate.runtime.now() <= off_to;
    const bool outside = asked_at >= off_to + seconds(15) || isolate.runtime.now() < off_from;
    const sim::Quiet quiet;  // the figures are this test's own
    if (during) figures.during[answer.status] += 1;
    if (outside) figures.otherwise[answer.status] += 1;
    if (answer.status == 200 &&
        answer.body.find("\"title\":\"Book " + std::to_string(index) + "\"") == std::string::npos) {
      figures.wrong += 1;
    }
    const bool known = (index < in_kv && off != Service::kv) ||
                       (index >= d1_from && index < in_d1 && off != Service::d1) ||
                       (index < at_provider && off != Service::provider);
    if ((during || outside) && known && answer.status != 200) figures.unanswered_known += 1;
  }

  static void print(Service off, const Figures& figures) {
    std::printf("%s off for 30 s:", std::string(name_of(off)).c_str());
    for (const auto& [status, count] : figures.during) std::printf(" %d x %d", count, status);
    std::printf("; before and after:");
    for (const auto& [status, count] : figures.otherwise) std::printf(" %d x %d", count, status);
    std::printf("; %d wrong, %d known but unanswered; %lld provider calls meanwhile; D1's breaker:",
                figures.wrong, figures.unanswered_known,
                static_cast<long long>(figures.provider_calls_during));
    for (const std::string_view state : figures.breaker_states) {
      std::printf(" %s", std::string(state).c_str());
    }
    std::printf("\n");
  }
};

TEST_F(Degradation, R7_2_WithD1OffKvAndTheProviderAnswer) {
  const Figures figures = play(Service::d1);
  EXPECT_EQ(figures.wrong, 0);
  EXPECT_EQ(figures.unanswered_known, 0);
  EXPECT_TRUE(figures.breaker_states.contains("open")) << "R7.3: it opens";
  EXPECT_TRUE(figures.closed_in_the_end) << "R7.3: it closes when D1 is back";
  EXPECT_EQ(figures.otherwise.count(502) + figures.otherwise.count(503), 0U);
}

TEST_F(Degradation, R7_2_WithKvOffD1AndTheProviderAnswer) {
  const Figures figures = play(Service::kv);
  EXPECT_EQ(figures.wrong, 0);
  EXPECT_EQ(figures.unanswered_known, 0);
  EXPECT_TRUE(figures.closed_in_the_end);
}

TEST_F(Degradation, R7_2_WithTheProviderOffKnownBooksAreAnswered) {
  const Figures figures = play(Service::provider);
  EXPECT_EQ(figures.wrong, 0);
  EXPECT_EQ(figures.unanswered_known, 0);
  EXPECT_EQ(figures.otherwise.count(502) + figures.otherwise.count(503), 0U);
}

}  // namespace
}  // namespace cutover::scenarios
