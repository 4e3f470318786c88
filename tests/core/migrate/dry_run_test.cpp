#include "core/migrate/dry_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/store/book_statements.h"
#include "tests/core/migrate/platform.h"

namespace cutover::migrate {
namespace {

class DryRunTest : public Platform {
 protected:
  Outcome<DryRunReport> try_dry_run() {
    Outcome<DryRunReport> report = DryRunReport{};
    invoke([&](Services& services) {
      report = dry_run(services.kv, services.d1, services.isolate.runtime,
                       services.isolate.telemetry, options, {});
    });
    return report;
  }

  DryRunReport dry() {
    auto report = try_dry_run();
    if (!report) {
      ADD_FAILURE() << describe(report.error());
      return {};
    }
    return std::move(*report);
  }

  std::map<std::string, std::int64_t> recorded_reasons(const std::string& run_id) {
    std::map<std::string, std::int64_t> reasons;
    for (const SqlRow& row :
         rows("SELECT reason, count(*) FROM MigrationOutcomes WHERE run_id = '" + run_id +
              "' AND reason IS NOT NULL GROUP BY reason")) {
      reasons[std::string(as_text(row[0]))] = as_int(row[1]);
    }
    return reasons;
  }

  // K09: what the dry run says is what the run then does.
  void expect_the_run_to_do_what_the_dry_run_said() {
    const DryRunReport said = dry();
    const StepReport did = migrate();
    ASSERT_EQ(did.end, StepEnd::complete);
    for (const Fate fate : all_fates) {
      EXPECT_EQ(said.totals[fate], did.run->totals[fate]) << name_of(fate);
    }
    EXPECT_EQ(said.totals, did.run->totals);
    EXPECT_EQ(said.reasons, recorded_reasons(did.run->run_id));
  }

  // The row that an entry makes, in the database as if an earlier backfill had written it.
  void write_row_of(const std::string& key, const std::string& value) {
    books::Transform transform;
    const auto made = transform({key, value, std::nullopt});
    const auto done = scenarios::DirectDatabase(world.d1())
                          .query(store::backfill_upsert(std::get<books::BookRow>(made), "run-0:1"));
    EXPECT_TRUE(done.has_value());
  }

  void write_live_row(const std::string& isbn, const std::string& hash) {
    rows("INSERT INTO Books (isbn, title, authors, canonical_metadata, content_hash) VALUES ('" +
         isbn + "', 'Live', '[]', '{}', '" + hash + "')");
  }
};

TEST_F(DryRunTest, R2_8_WritesNothing) {
  put_books(20);
  const std::string before = world.d1().digest();
  const std::string kv_before = world.kv().digest();
  const DryRunReport report = dry();
  EXPECT_EQ(report.totals[Fate::inserted], 20);
  EXPECT_EQ(world.d1().digest(), before);
  EXPECT_EQ(world.kv().digest(), kv_before);
  EXPECT_EQ(world.kv().counts().put, 0);
}

TEST_F(DryRunTest, K09_EqualsTheRealRunOnGeneratedOddData) {
  scenarios::GeneratorOptions odd;
  odd.odd_per_thousand = 500;
  for (const KvRecord& record : scenarios::DumpGenerator(odd).records(600)) {
    put(record.key, record.value, record.expiration);
  }
  // Aliases of a few, and live rows in the place of others.
  for (std::uint64_t i = 0; i < 600; i += 7) {
    put("search:isbn:isbn=" + scenarios::isbn13_of(i), dated_value("Alias", 1'763'900'000'000));
  }
  for (std::uint64_t i = 0; i < 600; i += 11) write_live_row(scenarios::isbn13_of(i), "x");
  expect_the_run_to_do_what_the_dry_run_said();
  EXPECT_GT(number("SELECT superseded FROM MigrationRuns"), 10);
  EXPECT_GT(number("SELECT updated FROM MigrationRuns"), 10);
  expect_the_run_to_do_what_the_dry_run_said();
}

TEST_F(DryRunTest, K09_EqualsTheRealRunForEveryRelationToARowThatIsThere) {
  const std::int64_t time = 1'763'900'000'000;
  put(key_of(0), dated_value("Same", time));
  write_row_of(key_of(0), dated_value("Same", time));
  put(key_of(1), dated_value("New", time));
  write_row_of(key_of(1), dated_value("Old", time - 1));
  put(key_of(2), dated_value("Old", time - 1));
  write_row_of(key_of(2), dated_value("New", time));
  const std::string preferred_alias = "search:isbn:isbn=" + scenarios::isbn13_of(3);
  put(key_of(3), book_value("Plain"));
  write_row_of(preferred_alias, dated_value("Alias", time));
  const std::string other_alias = "search:isbn:isbn=" + scenarios::isbn13_of(4);
  put(key_of(4), book_value("Plain"));
  write_row_of(other_alias, book_value("Alias"));
  put(key_of(5), book_value("Live and equal"));
  write_row_of(key_of(5), book_value("Live and equal"));
  rows("UPDATE Books SET origin = 'live' WHERE isbn = '" + scenarios::isbn13_of(5) + "'");
  put(key_of(6), book_value("Same bytes"));
  write_row_of(key_of(6), book_value("Same bytes"));
  rows("UPDATE Books SET source_time = 99, title = 'damaged' WHERE isbn = '" +
       scenarios::isbn13_of(6) + "'");
  put(key_of(7), dated_value("Plain", time));
  put("search:isbn:isbn=" + scenarios::isbn13_of(7), dated_value("Newer alias", time + 1));
  put(key_of(8), dated_value("Plain", time));
  put("search:isbn:isbn=" + scenarios::isbn13_of(8), dated_value("Older alias", time - 1));
  expect_the_run_to_do_what_the_dry_run_said();
  const std::map<std::string, std::int64_t> reasons = recorded_reasons("run-1");
  EXPECT_EQ(reasons.at("newer_source_time"), 1);
  EXPECT_EQ(reasons.at("preferred_key_of_same_isbn"), 2);
}

TEST_F(DryRunTest, CountsTheMarksOfRowsThatWouldBeWritten) {
  put(key_of(0), R"({"authors":"One, Two"})");
  const DryRunReport report = dry();
  EXPECT_EQ(report.marks.at("title_missing"), 1);
}

TEST_F(DryRunTest, KeysThatCannotBeReadNowArePending) {
  put_books(3);
  kv_hooks.get_many = [](auto) { return kv_failure(FailureKind::unavailable, false); };
  const DryRunReport report = dry();
  EXPECT_EQ(report.totals[Fate::pending], 3);
  EXPECT_EQ(report.reasons.at("read_failed"), 3);
  EXPECT_TRUE(report.totals.add_up());
}

TEST_F(DryRunTest, AKeyWithoutAValueCountsAsEmpty) {
  put_books(1);
  EXPECT_FALSE(world.kv().get(0, key_of(1)).value().has_value());
  put(key_of(1), book_value("Hidden"));
  const DryRunReport report = dry();
  EXPECT_EQ(report.totals[Fate::empty], 1);
  EXPECT_EQ(report.reasons.at("listed_but_absent"), 1);
}

TEST_F(DryRunTest, R7_5_EstimatesWhatTheRunThenNeeds) {
  put_books(250);
  const auto kv_before = world.kv().counts();
  const Estimate estimate = dry().estimate;
  const auto kv_dry = world.kv().counts();
  EXPECT_EQ(estimate.kv_lists, kv_dry.list - kv_before.list);
  EXPECT_EQ(estimate.kv_reads, kv_dry.get_many - kv_before.get_many);
  EXPECT_EQ(estimate.kv_keys_read, 250);
  EXPECT_EQ(estimate.d1_transactions, 3);
  EXPECT_EQ(estimate.d1_rows_written, 250 * 6);
  EXPECT_GT(estimate.duration, std::chrono::milliseconds(180));
  EXPECT_NEAR(estimate.cost_dollars, (250 * 0.5 + 2 * 5 + 1500) / 1e6, 1e-9);
}

TEST_F(DryRunTest, ACallThatKeepsFailingIsAFailure) {
  put_books(1);
  d1_hooks.before = [](auto) { return lost_reply(); };
  EXPECT_FALSE(try_dry_run().has_value());
  kv_hooks.list = [](const auto&) { return kv_failure(FailureKind::unauthorized, false); };
  EXPECT_FALSE(try_dry_run().has_value());
}

}  // namespace
}  // namespace cutover::migrate
