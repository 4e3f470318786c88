// What the migrator's tests share: one simulated world with the schema applied, KV entries by the
// line, and a migration driven step by step through hooked ports.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/migrate/migrator.h"
#include "scenarios/direct_database.h"
#include "scenarios/generate.h"
#include "scenarios/migration.h"
#include "scenarios/world.h"
#include "tests/core/migrate/hooked.h"

namespace cutover::migrate {

inline std::string book_value(std::string_view title) {
  return R"({"title":")" + std::string(title) + R"(","authors":["Ada"]})";
}

// In an envelope, so that the row has a source_time.
inline std::string dated_value(std::string_view title, std::int64_t cached_at) {
  return R"({"cachedAt":)" + std::to_string(cached_at) + R"(,"data":)" + book_value(title) + "}";
}

inline std::string key_of(std::uint64_t index) {
  return "book:isbn:" + scenarios::isbn13_of(index);
}

class Platform : public testing::Test {
 protected:
  using Run = cutover::migrate::Run;  // the fixture has a function of this name

  struct Services {
    HookedKv kv;
    HookedDatabase d1;
    scenarios::Isolate& isolate;
  };

  explicit Platform(const scenarios::WorldOptions& world_options = {})
      : world(world_options, no_faults) {
    scenarios::apply_schema(world);
  }

  void put(const std::string& key, const std::string& value,
           std::optional<std::int64_t> expiration = std::nullopt) {
    world.kv().load({key, value, expiration, ""});
  }

  void put_books(std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) put(key_of(i), book_value("Book"));
  }

  // As one invocation of the platform.
  void invoke(const std::function<void(Services&)>& body, const std::string& role = "migrator",
              std::size_t location = 0) {
    world.invoke(role, location, invocation, [&](scenarios::Isolate& isolate) {
      Services services{HookedKv(isolate.kv, kv_hooks), HookedDatabase(isolate.d1, d1_hooks),
                        isolate};
      body(services);
    });
  }

  Outcome<StepReport> try_step(Begin begin) {
    Outcome<StepReport> report = StepReport{};
    invoke([&](Services& services) {
      Migrator migrator(services.kv, services.d1, services.isolate.runtime,
                        services.isolate.telemetry, options);
      report = migrator.step(begin);
    });
    return report;
  }

  StepReport step(Begin begin) {
    auto report = try_step(begin);
    if (!report) {
      ADD_FAILURE() << describe(report.error());
      return {};
    }
    return *report;
  }

  // Steps until nothing is left to do, waiting when told to.
  StepReport migrate(Begin begin = Begin::fresh) {
    StepReport report;
    for (steps = 1; steps <= 1000; ++steps) {
      report = step(begin);
      if (HasFailure()) return report;
      if (report.end != StepEnd::more && report.end != StepEnd::waiting) return report;
      if (report.wait > Duration{0}) world.wait(report.wait);
      begin = Begin::resume;
    }
    ADD_FAILURE() << "the migration does not end";
    return report;
  }

  std::vector<SqlRow> rows(std::string_view sql) {
    const auto result = scenarios::DirectDatabase(world.d1()).query({sql, {}});
    if (!result) {
      ADD_FAILURE() << sql << ": " << describe(result.error());
      return {};
    }
    return result->rows;
  }
  std::int64_t number(std::string_view sql) {
    const auto found = rows(sql);
    return found.empty() ? -1 : as_int(found[0].at(0));
  }
  std::string text(std::string_view sql) {
    const auto found = rows(sql);
    return found.empty() ? "(no row)" : std::string(as_text(found[0].at(0)));
  }

  sim::FaultPlan no_faults;
  scenarios::World world;
  DatabaseHooks d1_hooks;
  KvHooks kv_hooks;
  MigratorOptions options;
  Budget invocation = scenarios::no_limits();
  int steps = 0;
};

// Is this text bound to one of these statements?
inline bool mentions(std::span<const Statement> statements, std::string_view text) {
  for (const Statement& statement : statements) {
    for (const SqlValue& value : statement.params) {
      const auto* found = std::get_if<std::string>(&value);
      if (found != nullptr && *found == text) return true;
    }
  }
  return false;
}

// Is this the batch of a chunk?
inline bool is_chunk(std::span<const Statement> statements) {
  return statements.size() >= 2 &&
         statements[1].sql.find("listing_complete =") != std::string_view::npos;
}

}  // namespace cutover::migrate
