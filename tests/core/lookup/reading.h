// What the lookup's tests share: one simulated world with KV, D1 and a provider, readers in
// isolates of their own, a policy that says what the test says, and answers in words.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/books/canonical_json.h"
#include "core/lookup/cache_entry.h"
#include "core/lookup/lookup.h"
#include "core/store/book_statements.h"
#include "core/store/live_books.h"
#include "fakes/provider/provider_client.h"
#include "fakes/sim/sanitizers.h"
#include "scenarios/direct_database.h"
#include "scenarios/generate.h"
#include "scenarios/migration.h"
#include "scenarios/world.h"
#include "tests/core/migrate/hooked.h"

namespace cutover::lookup {

inline constexpr const char* potter = "9780439708180";
inline constexpr const char* potter_key = "book:isbn:9780439708180";
inline constexpr const char* potter_missing = "missing:isbn:9780439708180";

inline books::Isbn isbn_of(std::string_view digits) {
  return books::Isbn::parse(digits)->isbn;
}

inline std::string book_titled(std::string_view title) {
  return R"({"title":")" + std::string(title) + R"(","authors":["Ada"]})";
}

// "d1 Title", "cache Title stale", "not found", "not found remembered", "unavailable throttled".
inline std::string in_words(const Answer& answer) {
  if (const auto* found = std::get_if<Found>(&answer)) {
    constexpr std::string_view before = "\"title\":\"";
    const std::size_t start = found->book.find(before) + before.size();
    return std::string(name_of(found->tier)) + ' ' +
           found->book.substr(start, found->book.find('"', start) - start) +
           (found->stale ? " stale" : "");
  }
  if (const auto* missing = std::get_if<NotFound>(&answer)) {
    return missing->remembered ? "not found remembered" : "not found";
  }
  return "unavailable " + std::string(name_of(std::get<Unavailable>(answer).failure.kind));
}

class FixedPolicy final : public ReadPolicy {
 public:
  ReadPlan plan(const books::Isbn&) override {
    {
      const sim::Quiet quiet;
      ++asked;
    }
    if (when_asked) when_asked();
    return fixed;
  }
  [[nodiscard]] bool may_shadow(const books::Isbn&) const override { return sampled; }
  void shadow_result(const books::Isbn&, Shadow result) override {
    const sim::Quiet quiet;
    shadows.push_back(result);
  }

  ReadPlan fixed{true, true, true, false, "test"};
  bool sampled = true;
  std::function<void()> when_asked;
  std::int64_t asked = 0;
  std::vector<Shadow> shadows;
};

// Events as text: "lookup.read tier=cache stale=0 ..." without the time.
class TextEvents final : public Telemetry {
 public:
  using Telemetry::emit;
  void emit(std::string_view name, std::span<const Field> fields) override {
    std::string text(name);
    for (const Field& field : fields) {
      if (field.name == "micros") continue;
      text.append(" ").append(field.name).append("=");
      if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
        text += std::to_string(*number);
      } else {
        text += std::get<std::string_view>(field.value);
      }
    }
    const sim::Quiet quiet;
    events.push_back(std::move(text));
  }
  [[nodiscard]] std::int64_t count(std::string_view text) const {
    std::int64_t found = 0;
    for (const std::string& event : events) found += event.starts_with(text) ? 1 : 0;
    return found;
  }
  std::vector<std::string> events;
};

class Reading : public testing::Test {
 protected:
  struct Reader {
    Reader(Reading& test, scenarios::Isolate& its_isolate)
        : isolate(its_isolate),
          kv(isolate.kv, test.kv_hooks),
          d1(isolate.d1, test.d1_hooks),
          provider(test.provider, test.world.gate(), isolate.process),
          lookup(kv, d1, provider, isolate.runtime, test.events, test.policy, test.options) {}

    scenarios::Isolate& isolate;
    migrate::HookedKv kv;
    migrate::HookedDatabase d1;
    fakes::ProviderClient provider;
    BookLookup lookup;

    Answer find(std::string_view isbn = potter) { return lookup.find(isbn_of(isbn)); }
    std::string say(std::string_view isbn = potter) { return in_words(find(isbn)); }
    void wait(Duration duration) { isolate.runtime.sleep(duration); }
  };

  explicit Reading(sim::FaultPlan* faults = nullptr,
                   const scenarios::WorldOptions& world_options = {})
      : world(world_options, faults == nullptr ? no_faults : *faults) {
    scenarios::apply_schema(world);
  }

  // One isolate at this location; it lives until its deferred work has ended. Returns false when it
  // was killed.
  bool read(const std::function<void(Reader&)>& body, std::size_t location = 0,
            const std::string& role = "reader") {
    return world.invoke(role, location, scenarios::no_limits(), body_of(body));
  }
  // The same beside others: world.run() starts them all.
  void start(const std::function<void(Reader&)>& body, std::size_t location = 0) {
    world.start("reader-" + std::to_string(location), location, scenarios::no_limits(),
                body_of(body));
  }
  std::string say(std::string_view isbn = potter, std::size_t location = 0) {
    std::string said = "killed";
    read([&](Reader& reader) { said = reader.say(isbn); }, location);
    return said;
  }

  void put_kv(const std::string& key, const std::string& value, const std::string& metadata = "") {
    world.kv().load({key, value, std::nullopt, metadata});
  }
  // A version of this book in D1, as live traffic writes it.
  void put_d1(std::string_view title, std::int64_t fetched_at = 1'763'000'000'000,
              std::string_view isbn = potter) {
    books::Transform transform;
    const auto made = books::live_row(isbn, book_titled(title), fetched_at, transform);
    scenarios::DirectDatabase database(world.d1());
    const auto saved = store::save_live_book(database, std::get<books::BookRow>(made));
    ASSERT_TRUE(saved && saved->written);
  }
  void sql(std::string_view text) {
    scenarios::DirectDatabase database(world.d1());
    const auto done = database.query({text, {}});
    ASSERT_TRUE(done) << describe(done.error());
  }
  std::string d1_title() {
    scenarios::DirectDatabase database(world.d1());
    const auto rows = store::read_books(database, {potter});
    if (!rows || rows->empty()) return "(none)";
    return rows->begin()->second.row.title;
  }
  // What stands in KV centrally, and its stamp.
  std::optional<KvRecord> kv_entry(std::string_view key = potter_key) {
    for (KvRecord& record : world.kv().entries()) {
      if (record.key == key) return std::move(record);
    }
    return std::nullopt;
  }
  std::string kv_title() {
    const auto record = kv_entry();
    if (!record) return "(none)";
    ValueReader reader;
    const CacheReading reading = reader.read_entry(isbn_of(potter), {record->value, ""});
    return reading.book ? in_words(Found{*reading.book, Tier::cache, false}).substr(6) : "(bad)";
  }
  CacheStamp kv_stamp() {
    const auto record = kv_entry();
    return record ? ValueReader().read_stamp(record->metadata) : CacheStamp{};
  }

  static migrate::DatabaseHooks::Hook d1_is_down() {
    return [](std::span<const Statement>) {
      return migrate::d1_failure(FailureKind::unavailable, Effect::not_applied, true);
    };
  }

  sim::FaultPlan no_faults;
  scenarios::World world;
  fakes::ProviderService provider{world.scheduler(), fakes::ProviderService::Options{}};
  FixedPolicy policy;
  TextEvents events;
  LookupOptions options;
  migrate::KvHooks kv_hooks;
  migrate::DatabaseHooks d1_hooks;

 private:
  std::function<void(scenarios::Isolate&)> body_of(const std::function<void(Reader&)>& body) {
    return [this, body](scenarios::Isolate& isolate) {
      Reader reader(*this, isolate);
      body(reader);
      isolate.runtime.sleep(std::chrono::seconds(31));  // deferred work has ended by then
    };
  }
};

}  // namespace cutover::lookup
