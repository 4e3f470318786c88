// The read path under random reads, writes, waits and faults, seen from two locations: whatever is
// answered stood at D1 or at the provider not longer ago than docs/LOOKUP.md allows, in the one
// representation.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "core/books/canonical_json.h"
#include "core/lookup/lookup.h"
#include "core/store/book_statements.h"
#include "core/store/live_books.h"
#include "fakes/provider/provider_client.h"
#include "fakes/sim/sanitizers.h"
#include "scenarios/direct_database.h"
#include "scenarios/generate.h"
#include "scenarios/migration.h"
#include "scenarios/world.h"

namespace cutover::lookup {
namespace {

using std::chrono::seconds;

constexpr int isbns = 2;
constexpr int locations = 2;

books::Isbn isbn_number(int which) {
  return books::Isbn::parse(scenarios::isbn13_of(static_cast<std::uint64_t>(which)))->isbn;
}

std::string book_titled(const std::string& title) {
  return R"({"title":")" + title + R"(","authors":["Ada"],"publishedDate":"1999"})";
}

class FixedPolicy final : public ReadPolicy {
 public:
  explicit FixedPolicy(ReadPlan plan) : plan_(plan) {}
  ReadPlan plan(const books::Isbn&) override { return plan_; }
  [[nodiscard]] bool may_shadow(const books::Isbn&) const override { return true; }
  void shadow_result(const books::Isbn&, Shadow) override {}

 private:
  ReadPlan plan_;
};

class Silence final : public Telemetry {
 public:
  using Telemetry::emit;
  void emit(std::string_view, std::span<const Field>) override {}
};

// What stood where, and since when. A place without a book has an empty title.
class Record {
 public:
  void note(const std::string& place, Duration now, const std::string& title) {
    auto& states = places_[place];
    if (states.empty() || states.back().title != title) states.push_back({now, title});
  }
  [[nodiscard]] bool stood(const std::string& place, const std::string& title, Duration from,
                           Duration until) const {
    const auto found = places_.find(place);
    if (found == places_.end()) return false;
    const std::vector<State>& states = found->second;
    for (std::size_t i = 0; i < states.size(); ++i) {
      const bool ended = i + 1 < states.size() && states[i + 1].since < from;
      if (states[i].title == title && states[i].since <= until && !ended) return true;
    }
    return false;
  }

 private:
  struct State {
    Duration since{0};
    std::string title;
  };
  std::map<std::string, std::vector<State>> places_;
};

std::string d1_place(int which) {
  return "d1 " + std::to_string(which);
}
std::string provider_place(int which) {
  return "provider " + std::to_string(which);
}

// D1 as the readers have it: it can be switched off, and the record follows what it holds.
class WatchedDatabase final : public Database {
 public:
  WatchedDatabase(Database& real, const bool& down, std::function<void()> watch)
      : real_(real), down_(down), watch_(std::move(watch)) {}
  Outcome<ResultSet> query(const Statement& statement) override {
    if (is_down()) return off();
    auto result = real_.query(statement);
    watch_();
    return result;
  }
  Outcome<std::vector<ResultSet>> batch(std::span<const Statement> statements) override {
    if (is_down()) return off();
    auto result = real_.batch(statements);
    watch_();
    return result;
  }

 private:
  [[nodiscard]] bool is_down() const {
    const sim::Quiet quiet;
    return down_;
  }
  static Failure off() {
    return {Service::d1, "query", FailureKind::unavailable, true, {}, Effect::not_applied, "off"};
  }
  Database& real_;
  const bool& down_;
  std::function<void()> watch_;
};

class SwitchedKv final : public KvStore {
 public:
  SwitchedKv(KvStore& real, const bool& puts_fail) : real_(real), puts_fail_(puts_fail) {}
  Outcome<std::optional<KvValue>> get(std::string_view key) override { return real_.get(key); }
  Outcome<std::vector<std::optional<std::string>>> get_many(
      std::span<const std::string> keys) override {
    return real_.get_many(keys);
  }
  Outcome<void> put(std::string_view key, std::string_view value,
                    const KvPutOptions& options) override {
    if (do_puts_fail()) {
      return Failure{Service::kv,         "put", FailureKind::unavailable, true, {},
                     Effect::not_applied, "off"};
    }
    return real_.put(key, value, options);
  }
  Outcome<void> remove(std::string_view key) override { return real_.remove(key); }
  Outcome<KvPage> list(const KvListQuery& query) override { return real_.list(query); }
  [[nodiscard]] Duration staleness_bound() const override { return real_.staleness_bound(); }

 private:
  [[nodiscard]] bool do_puts_fail() const {
    const sim::Quiet quiet;
    return puts_fail_;
  }

  KvStore& real_;
  const bool& puts_fail_;
};

// One thing that happens: what, to which book, at which location, and how much.
using Step = std::tuple<int, int, int, int>;

struct Platform {
  explicit Platform(std::uint64_t seed) : world(options_of(seed), no_faults) {
    scenarios::apply_schema(world);
    options.fresh_seconds = 600;
    options.stale_seconds = 600;
    options.missing_seconds = 60;
    options.refresh_after_seconds = 3000;
  }
  static scenarios::WorldOptions options_of(std::uint64_t seed) {
    scenarios::WorldOptions world_options;
    world_options.seed = seed;
    return world_options;
  }

  void run(const std::vector<Step>& steps, const ReadPlan& plan) {
    watch();
    world.invoke("readers", 0, scenarios::no_limits(), [&](scenarios::Isolate& isolate) {
      FixedPolicy policy(plan);
      Silence silence;
      WatchedDatabase database(isolate.d1, d1_down, [this] { watch(); });
      fakes::ProviderClient client(provider, world.gate(), isolate.process);
      fakes::KvClient there(world.kv(), world.gate(), isolate.process, 1);
      SwitchedKv kv[locations] = {{isolate.kv, puts_fail}, {there, puts_fail}};
      BookLookup lookups[locations] = {
          {kv[0], database, client, isolate.runtime, silence, policy, options},
          {kv[1], database, client, isolate.runtime, silence, policy, options}};
      for (const Step& step : steps) take(step, lookups, isolate.runtime);
      set(d1_down, false);
      set(puts_fail, false);
      provider.heal();
      isolate.runtime.sleep(seconds(1500));  // whatever was remembered has ended
      for (int which = 0; which < isbns; ++which) compare_tiers(which, lookups, isolate.runtime);
      isolate.runtime.sleep(seconds(31));
    });
  }

  // Noted, and asserted when the world has ended: a task must not end with an assertion's
  // exception.
  void expect(bool holds, const std::string& what) {
    const sim::Quiet quiet;
    if (!holds) broken.push_back(std::to_string(world.scheduler().now().count()) + " us: " + what);
  }

  void take(const Step& step, BookLookup (&lookups)[locations], Runtime& runtime) {
    const auto [what, which, where, amount] = step;
    switch (what) {
      case 0: set_provider(which, "P" + std::to_string(++titles)); break;
      case 1: set_provider(which, ""); break;
      case 2: write_d1(which, "D" + std::to_string(++titles), runtime); break;
      case 3:
        provider.fail_next(amount % 5, static_cast<fakes::ProviderTrouble>(amount % 6));
        break;
      case 4: set(d1_down, amount % 2 == 0); break;
      case 5: set(puts_fail, amount % 3 == 0); break;
      case 6:
        expect(lookups[where].invalidate(isbn_number(which)).has_value() || puts_fail,
               "invalidated");
        break;
      case 7: runtime.sleep(seconds(amount)); break;
      case 8: {
        const auto group = runtime.task_group(8);
        for (int i = 0; i < 8; ++i) {
          group->spawn([&, which = which, i] { check(which, lookups[i % 2]); });
        }
        group->wait();
        break;
      }
      default: check(which, lookups[where]); break;
    }
    watch();
  }

  // Deferred work of earlier lookups may look at it, and at all that follows.
  static void set(bool& flag, bool value) {
    const sim::Quiet quiet;
    flag = value;
  }

  void set_provider(int which, const std::string& title) {
    const sim::Quiet quiet;
    const std::string isbn = isbn_number(which).str();
    if (title.empty()) {
      provider.remove(isbn);
    } else {
      provider.put_book(isbn, book_titled(title));
    }
    provider_titles[which] = title;
  }

  void write_d1(int which, const std::string& title, Runtime& runtime) {
    books::Transform transform;
    const auto made = books::live_row(isbn_number(which).digits(), book_titled(title),
                                      runtime.wall().millis(), transform);
    scenarios::DirectDatabase direct(world.d1());
    expect(store::save_live_book(direct, std::get<books::BookRow>(made)).has_value(), "saved");
  }

  void watch() {
    const sim::Quiet quiet;
    scenarios::DirectDatabase direct(world.d1());
    for (int which = 0; which < isbns; ++which) {
      const std::string isbn = isbn_number(which).str();
      const auto rows = store::read_books(direct, {isbn});
      const std::string title =
          rows && !rows->empty() ? rows->begin()->second.row.title : std::string();
      record.note(d1_place(which), world.scheduler().now(), title);
      record.note(provider_place(which), world.scheduler().now(), provider_titles[which]);
    }
  }

  // docs/LOOKUP.md: "How old an answer may be".
  [[nodiscard]] Duration bound(bool stale) const {
    const std::int64_t life = options.fresh_seconds + (stale ? options.stale_seconds + 60 : 0);
    return seconds(life) + world_staleness + seconds(30) + options.deadline;
  }

  void check(int which, BookLookup& lookup) {
    const Duration asked = world.scheduler().now();
    const Answer answer = lookup.find(isbn_number(which));
    const Duration now = world.scheduler().now();
    expect(now - asked <= options.deadline + provider.options().timeout, "answered in time");
    watch();
    const sim::Quiet quiet;
    if (const auto* found = std::get_if<Found>(&answer)) {
      check_found(which, *found, now);
    } else if (std::holds_alternative<NotFound>(answer)) {
      const Duration from = now - seconds(60) - world_staleness - seconds(60) - options.deadline;
      expect(record.stood(provider_place(which), "", from, now), "the provider has had none");
    }
  }

  void check_found(int which, const Found& found, Duration now) {
    const std::string title = title_in(found.book);
    const Duration from = now - bound(found.stale);
    expect(record.stood(d1_place(which), title, from, now) ||
               record.stood(provider_place(which), title, from, now),
           "not older than the bound: " + title + (found.stale ? " stale" : ""));
    expect(found.book == canonical(which, title), "the one representation: " + found.book);
  }

  static std::string title_in(const std::string& book) {
    constexpr std::string_view before = "\"title\":\"";
    const std::size_t start = book.find(before) + before.size();
    return book.substr(start, book.find('"', start) - start);
  }
  static std::string canonical(int which, const std::string& title) {
    books::Transform transform;
    const std::string key = "book:isbn:" + isbn_number(which).str();
    const auto made = transform({key, book_titled(title), std::nullopt});
    return books::canonical_json(std::get<books::BookRow>(made));
  }

  // With all in order: the same bytes from KV at each location, and from D1.
  void compare_tiers(int which, BookLookup (&lookups)[locations], Runtime& runtime) {
    const Answer first = lookups[0].find(isbn_number(which));
    runtime.sleep(seconds(70));
    for (BookLookup& lookup : lookups) {
      const Answer again = lookup.find(isbn_number(which));
      expect(again.index() == first.index(), "one answer from all");
      const auto* book = std::get_if<Found>(&first);
      const auto* same = std::get_if<Found>(&again);
      if (book == nullptr || same == nullptr) continue;
      expect(same->book == book->book, "one representation from all");
      expect(same->tier == Tier::cache, "filled by then");
    }
  }

  sim::FaultPlan no_faults;
  scenarios::World world;
  fakes::ProviderService provider{world.scheduler(), fakes::ProviderService::Options{}};
  LookupOptions options;
  Record record;
  std::string provider_titles[isbns];
  std::vector<std::string> broken;
  bool d1_down = false;
  bool puts_fail = false;
  int titles = 0;
  const Duration world_staleness = std::chrono::seconds(60);
};

rc::Gen<std::vector<Step>> any_steps() {
  using rc::gen::inRange;
  return rc::gen::container<std::vector<Step>>(
      rc::gen::tuple(inRange(0, 16), inRange(0, isbns), inRange(0, locations), inRange(0, 400)));
}

RC_GTEST_PROP(Lookup, WhatIsAnsweredStoodSomewhereWithinTheBoundWhereD1IsRead,
              (std::uint64_t seed)) {
  Platform platform(seed);
  platform.run(*any_steps(), {true, true, true, false, "d1"});
  RC_ASSERT(platform.broken == std::vector<std::string>());
}

RC_GTEST_PROP(Lookup, WhatIsAnsweredStoodSomewhereWithinTheBoundWhereD1IsOnlyWritten,
              (std::uint64_t seed)) {
  Platform platform(seed);
  platform.run(*any_steps(), {false, true, true, false, "dual_write"});
  RC_ASSERT(platform.broken == std::vector<std::string>());
}

RC_GTEST_PROP(Lookup, WhatIsAnsweredStoodSomewhereWithinTheBoundWithoutD1, (std::uint64_t seed)) {
  Platform platform(seed);
  platform.run(*any_steps(), {false, false, false, false, "kv_only"});
  RC_ASSERT(platform.broken == std::vector<std::string>());
}

}  // namespace
}  // namespace cutover::lookup
