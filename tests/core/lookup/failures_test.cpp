// Each way in which KV, D1 or the provider can fail, at each point of the path.
#include "core/lookup/cache_writer.h"
#include "fakes/sim/sanitizers.h"
#include "tests/core/lookup/reading.h"

namespace cutover::lookup {
namespace {

using fakes::ProviderTrouble;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::_;
using testing::NiceMock;
using testing::Return;

class LookupFailures : public Reading {
 protected:
  static std::optional<Failure> kv_is_down() {
    return migrate::kv_failure(FailureKind::unavailable, true);
  }
  void put_stale(std::string_view title) {
    put_kv(potter_key, book_titled(title), R"({"version":1,"freshUntil":1})");
  }
};

TEST_F(LookupFailures, R03_AFillThatFailsDoesNotFailTheRead) {
  for (const FailureKind kind : {FailureKind::throttled, FailureKind::unavailable,
                                 FailureKind::timeout, FailureKind::limit_exceeded}) {
    kv_hooks.put = [kind](std::string_view) { return migrate::kv_failure(kind, true); };
    provider.put_book(potter, book_titled("P"));
    sql("DELETE FROM Books");
    EXPECT_EQ(say(), "provider P") << name_of(kind);
    EXPECT_EQ(say(), "d1 P") << name_of(kind);
  }
  EXPECT_EQ(events.count("lookup.fill ok=0"), 8);
}

TEST_F(LookupFailures, R03_AThrottledFillIsTriedAgainASecondLater) {
  int puts = 0;
  kv_hooks.put = [&](std::string_view) -> std::optional<Failure> {
    if (++puts > 1) return std::nullopt;
    return migrate::kv_failure(FailureKind::throttled, true);
  };
  put_d1("In D1");
  EXPECT_EQ(say(), "d1 In D1");
  EXPECT_EQ(kv_title(), "In D1");
}

TEST_F(LookupFailures, R03_ReadsGoOnWithoutKv) {
  kv_hooks.get = [](std::string_view) { return kv_is_down(); };
  kv_hooks.get_many = [](std::span<const std::string>) { return kv_is_down(); };
  kv_hooks.put = kv_hooks.get;
  put_d1("In D1");
  EXPECT_EQ(say(), "d1 In D1");
  sql("DELETE FROM Books");
  provider.put_book(potter, book_titled("P"));
  EXPECT_EQ(say(), "provider P");
  EXPECT_EQ(d1_title(), "P");
}

TEST_F(LookupFailures, R03_AFailingBulkReadIsSkipped) {
  kv_hooks.get_many = [](std::span<const std::string>) { return kv_is_down(); };
  read([&](Reader& reader) {
    EXPECT_EQ(reader.say(), "not found");
    reader.wait(seconds(3));
    EXPECT_EQ(reader.say(), "not found") << "not remembered: older keys may have the book";
  });
  EXPECT_FALSE(kv_entry(potter_missing));
}

TEST_F(LookupFailures, R04_WithoutD1TheProvidersAnswerIsGivenAndKeptInKv) {
  d1_hooks.before = d1_is_down();
  provider.put_book(potter, book_titled("P"));
  EXPECT_EQ(say(), "provider P");
  EXPECT_EQ(say(), "cache P");
  EXPECT_EQ(d1_title(), "(none)");
  EXPECT_EQ(kv_stamp().version, 0);
  d1_hooks.before = nullptr;
  world.wait(seconds(options.fresh_seconds));
  EXPECT_EQ(say(), "provider P") << "and D1 gets it the next time";
  EXPECT_EQ(d1_title(), "P");
}

TEST_F(LookupFailures, R04_AShortOutageOfD1LosesNothing) {
  int failures = 0;
  d1_hooks.before = [&](std::span<const Statement>) -> std::optional<Failure> {
    if (++failures > 3) return std::nullopt;
    return migrate::d1_failure(FailureKind::overloaded, Effect::not_applied, true);
  };
  provider.put_book(potter, book_titled("P"));
  EXPECT_EQ(say(), "provider P");
  EXPECT_EQ(d1_title(), "P");
  EXPECT_EQ(kv_stamp().version, 1);
}

TEST_F(LookupFailures, R04_ALostReplyOfD1IsAskedForAgain) {
  provider.put_book(potter, book_titled("P"));
  int calls = 0;
  d1_hooks.after = [&](std::span<const Statement>) -> std::optional<Failure> {
    if (++calls != 2) return std::nullopt;  // the save
    return migrate::lost_reply();
  };
  EXPECT_EQ(say(), "provider P");
  EXPECT_EQ(d1_title(), "P");
  EXPECT_EQ(kv_title(), "P");
}

TEST_F(LookupFailures, R04_DataThatD1RefusesIsNotTriedAgain) {
  provider.put_book(potter, book_titled("P"));
  int saves = 0;
  d1_hooks.before = [&](std::span<const Statement> statements) -> std::optional<Failure> {
    if (statements.size() < 2) return std::nullopt;
    ++saves;
    return migrate::refused_data();
  };
  EXPECT_EQ(say(), "provider P");
  EXPECT_EQ(saves, 1);
  EXPECT_EQ(kv_title(), "P");
}

TEST_F(LookupFailures, R04_AStaleCopyIsBetterThanNothing) {
  put_stale("Stale");
  d1_hooks.before = d1_is_down();
  for (const ProviderTrouble trouble : {ProviderTrouble::quota, ProviderTrouble::backend_failed,
                                        ProviderTrouble::timeout, ProviderTrouble::connection_lost,
                                        ProviderTrouble::html, ProviderTrouble::unknown_location}) {
    provider.heal();
    provider.fail_next(100, trouble);
    EXPECT_EQ(say(), "cache Stale stale");
  }
  EXPECT_EQ(events.count("lookup.read tier=cache stale=1 remembered=0"), 6);
  EXPECT_EQ(kv_title(), "Stale") << "no failure overwrites it";
}

TEST_F(LookupFailures, R10_AStaleCopyIsBetterThanAProviderThatHasForgottenTheBook) {
  policy.fixed = {false, false, false, false, "phase_kv_only"};
  put_stale("Stale");
  read([&](Reader& reader) {
    EXPECT_EQ(reader.say(), "cache Stale stale");
    reader.wait(seconds(5));
    EXPECT_EQ(reader.say(), "cache Stale stale");
  });
  EXPECT_EQ(provider.calls(), 1) << "that it is missing is remembered";
}

TEST_F(LookupFailures, R05_AHitNeedsNoD1) {
  put_kv(potter_key, book_titled("Hot"));
  policy.fixed.shadow = true;
  d1_hooks.before = d1_is_down();
  EXPECT_EQ(say(), "cache Hot");
}

TEST_F(LookupFailures, R05_AHitDoesNotWaitForThePolicyToReadItsState) {
  put_kv(potter_key, book_titled("Hot"));
  read([&](Reader& reader) {
    policy.when_asked = [&] { reader.wait(seconds(20)); };
    const Duration started = reader.isolate.runtime.now();
    for (int i = 0; i < 500; ++i) EXPECT_EQ(reader.say(), "cache Hot");
    EXPECT_LT(reader.isolate.runtime.now() - started, seconds(1));
    const sim::Quiet quiet;
    policy.when_asked = nullptr;
  });
  EXPECT_GE(policy.asked, 100);
}

TEST_F(LookupFailures, R14_EachFailureOfTheProviderIsNamedAndNeverRememberedAsAbsence) {
  const std::vector<std::pair<ProviderTrouble, std::string>> troubles = {
      {ProviderTrouble::quota, "throttled"}, {ProviderTrouble::backend_failed, "unavailable"},
      {ProviderTrouble::timeout, "timeout"}, {ProviderTrouble::connection_lost, "connection lost"},
      {ProviderTrouble::html, "malformed"},  {ProviderTrouble::unknown_location, "unauthorized"}};
  read([&](Reader& reader) {
    for (const auto& [trouble, kind] : troubles) {
      provider.fail_next(2, trouble);
      EXPECT_EQ(reader.say(), "unavailable " + kind);
      provider.heal();
      reader.wait(seconds(2));
    }
    provider.put_book(potter, book_titled("There"));
    EXPECT_EQ(reader.say(), "provider There");
  });
  EXPECT_FALSE(kv_entry(potter_missing));
}

TEST_F(LookupFailures, R14_ABriefFailureIsTriedOnceMoreAndAQuotaIsNot) {
  provider.put_book(potter, book_titled("P"));
  provider.fail_next(1, ProviderTrouble::backend_failed);
  EXPECT_EQ(say(), "provider P");
  EXPECT_EQ(provider.calls(), 2);
  world.kv().restore({});
  sql("DELETE FROM Books");
  provider.fail_next(1, ProviderTrouble::quota);
  read([&](Reader& reader) {
    const Answer answer = reader.find();
    ASSERT_TRUE(std::holds_alternative<Unavailable>(answer)) << in_words(answer);
    const Duration wait = std::get<Unavailable>(answer).retry_after;
    EXPECT_GT(wait, hours(7)) << "until the day of UTC ends";
    EXPECT_LT(wait, hours(8));
  });
  EXPECT_EQ(provider.calls(), 3);
}

TEST_F(LookupFailures, R14_AnAnswerThatMakesNoSenseIsAFailure) {
  for (const char* answer :
       {"<!DOCTYPE html>", "{", "[]", R"({"error":{"code":429}})", R"({"items":[{}]})", "7"}) {
    provider.put_answer(potter, answer);
    EXPECT_EQ(say(), "unavailable malformed") << answer;
  }
  EXPECT_FALSE(kv_entry(potter_missing));
  provider.put_answer(potter, R"({"totalItems":0})");
  EXPECT_EQ(say(), "not found");
}

TEST_F(LookupFailures, R01_ABookThatD1CouldNotBeAskedForIsUnavailableAndNotNotFound) {
  d1_hooks.before = d1_is_down();
  EXPECT_EQ(say(), "unavailable unavailable");
  policy.fixed.d1_reads = false;
  EXPECT_EQ(say(), "unavailable unavailable") << "as a fallback too";
  policy.fixed.d1_fallback = false;
  EXPECT_EQ(say(), "not found") << "where the rollout does not read D1, it says nothing";
  policy.fixed = {true, true, true, false, "test"};
  world.kv().restore({});
  EXPECT_EQ(say(), "unavailable unavailable");
  EXPECT_FALSE(kv_entry(potter_missing));
  d1_hooks.before = nullptr;
  put_d1("In D1");
  EXPECT_EQ(say(), "d1 In D1");
}

TEST_F(LookupFailures, F09_WithoutD1AndWithoutQuotaStaleCopiesAreServedAndTheRestIsToldWhenToCome) {
  constexpr std::uint64_t books = 100;
  for (std::uint64_t i = 0; i < books; ++i) {
    const std::string isbn = scenarios::isbn13_of(i);
    if (i % 5 != 0) {
      put_kv("book:isbn:" + isbn, book_titled("K"), R"({"version":1,"freshUntil":1})");
    }
  }
  d1_hooks.before = d1_is_down();
  provider.fail_between(seconds(0), hours(1), ProviderTrouble::quota);
  std::map<std::string, int> answers;
  read([&](Reader& reader) {
    for (std::uint64_t i = 0; i < books; ++i) {
      const auto group = reader.isolate.runtime.task_group(20);
      for (int n = 0; n < 20; ++n) {
        group->spawn([&, i] {
          const Answer answer = reader.find(scenarios::isbn13_of(i));
          {
            const sim::Quiet quiet;
            ++answers[in_words(answer)];
          }
          if (const auto* none = std::get_if<Unavailable>(&answer)) {
            EXPECT_GT(none->retry_after, seconds(0));
          }
        });
      }
      group->wait();
    }
  });
  EXPECT_EQ(answers,
            (std::map<std::string, int>{{"cache K stale", 1600}, {"unavailable throttled", 400}}));
  EXPECT_EQ(provider.calls(), 100) << "one for each book, not for each read";
}

TEST_F(LookupFailures, NoCallBeginsAfterTheDeadline) {
  options.deadline = seconds(4);
  put_stale("Stale");
  d1_hooks.before = [this](std::span<const Statement>) -> std::optional<Failure> {
    world.scheduler().sleep(seconds(5));
    return migrate::d1_failure(FailureKind::timeout, Effect::unknown, true);
  };
  provider.put_book(potter, book_titled("P"));
  EXPECT_EQ(say(), "cache Stale stale");
  world.kv().restore({});
  EXPECT_EQ(say(), "unavailable timeout");
  EXPECT_EQ(provider.calls(), 0);
}

// ---- The ports as mocks: what an operator's invalidation makes of each failure ----
class MockKv : public KvStore {
 public:
  MOCK_METHOD(Outcome<std::optional<KvValue>>, get, (std::string_view), (override));
  MOCK_METHOD((Outcome<std::vector<std::optional<std::string>>>), get_many,
              (std::span<const std::string>), (override));
  MOCK_METHOD(Outcome<void>, put, (std::string_view, std::string_view, const KvPutOptions&),
              (override));
  MOCK_METHOD(Outcome<void>, remove, (std::string_view), (override));
  MOCK_METHOD(Outcome<KvPage>, list, (const KvListQuery&), (override));
  MOCK_METHOD(Duration, staleness_bound, (), (const, override));
};

class Invalidation : public LookupFailures {
 protected:
  void SetUp() override {
    ON_CALL(mock, get(_)).WillByDefault([](std::string_view) {
      return std::optional<KvValue>(KvValue{book_titled("T"), ""});
    });
    ON_CALL(mock, list(_)).WillByDefault([](const KvListQuery&) {
      return KvPage{{{potter_key, std::nullopt, ""}}, true, ""};
    });
    ON_CALL(mock, put(_, _, _)).WillByDefault(Return(Outcome<void>()));
    ON_CALL(mock, remove(_)).WillByDefault(Return(Outcome<void>()));
  }
  template <class Body>
  void with_lookup(Body body) {
    read([&](Reader& reader) {
      BookLookup lookup(mock, reader.d1, reader.provider, reader.isolate.runtime, events, policy,
                        options);
      body(lookup);
    });
  }
  static Failure failure(FailureKind kind) { return migrate::kv_failure(kind, false); }

  NiceMock<MockKv> mock;
};

constexpr FailureKind kv_kinds[] = {FailureKind::throttled,      FailureKind::unavailable,
                                    FailureKind::timeout,        FailureKind::connection_lost,
                                    FailureKind::limit_exceeded, FailureKind::unauthorized};

TEST_F(Invalidation, FailsAsAReadOfKvFails) {
  for (const FailureKind kind : kv_kinds) {
    EXPECT_CALL(mock, get(_)).WillOnce(Return(failure(kind)));
    EXPECT_CALL(mock, put(_, _, _)).Times(0);
    with_lookup([&](BookLookup& lookup) {
      const auto done = lookup.invalidate(isbn_of(potter));
      ASSERT_FALSE(done);
      EXPECT_EQ(done.error().kind, kind);
    });
    testing::Mock::VerifyAndClearExpectations(&mock);
  }
}

TEST_F(Invalidation, FailsAsAPutFails) {
  for (const FailureKind kind : kv_kinds) {
    EXPECT_CALL(mock, put(_, _, _)).WillOnce(Return(Outcome<void>(failure(kind))));
    with_lookup([&](BookLookup& lookup) {
      EXPECT_EQ(lookup.invalidate(isbn_of(potter)).error().kind, kind);
    });
    testing::Mock::VerifyAndClearExpectations(&mock);
  }
}

TEST_F(Invalidation, WaitsWhenTheKeyWasWrittenJustNow) {
  EXPECT_CALL(mock, put(_, _, _))
      .WillOnce(Return(Outcome<void>(migrate::kv_failure(FailureKind::throttled, true))))
      .WillOnce(Return(Outcome<void>()));
  with_lookup([&](BookLookup& lookup) { EXPECT_TRUE(lookup.invalidate(isbn_of(potter))); });
}

TEST_F(Invalidation, FailsAsRemovingTheNegativeEntryFails) {
  EXPECT_CALL(mock, remove(testing::Eq(potter_missing)))
      .WillOnce(Return(Outcome<void>(failure(FailureKind::timeout))));
  with_lookup([&](BookLookup& lookup) {
    EXPECT_EQ(lookup.invalidate(isbn_of(potter)).error().kind, FailureKind::timeout);
  });
}

TEST_F(Invalidation, FailsAsAListingFails) {
  EXPECT_CALL(mock, get(_)).WillRepeatedly([](std::string_view) {
    return std::optional<KvValue>();
  });
  EXPECT_CALL(mock, list(_)).WillRepeatedly([](const KvListQuery&) {
    return Outcome<KvPage>(failure(FailureKind::unauthorized));
  });
  with_lookup([&](BookLookup& lookup) {
    EXPECT_EQ(lookup.invalidate(isbn_of(potter)).error().kind, FailureKind::unauthorized);
    EXPECT_EQ(lookup.invalidate_prefix("978", 5).error().kind, FailureKind::unauthorized);
  });
}

TEST_F(Invalidation, SucceedsWhenThereIsNothing) {
  read([&](Reader& reader) { EXPECT_TRUE(reader.lookup.invalidate(isbn_of(potter))); });
  EXPECT_TRUE(world.kv().entries().empty());
}

TEST_F(Invalidation, KeepsTheBytesAndCountsInTheMetadata) {
  put_kv(potter_key, book_titled("T"), R"({"version":7,"written":1,"freshUntil":9000000000})");
  read([&](Reader& reader) { ASSERT_TRUE(reader.lookup.invalidate(isbn_of(potter))); });
  EXPECT_EQ(kv_entry()->value, book_titled("T"));
  EXPECT_EQ(kv_stamp().version, 7);
  EXPECT_EQ(kv_stamp().invalidated, 1);
}

}  // namespace
}  // namespace cutover::lookup
