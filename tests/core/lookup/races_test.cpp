// Tasks, isolates and locations that get in each other's way.
#include <utility>

#include "fakes/sim/sanitizers.h"
#include "scenarios/kill_list.h"
#include "tests/core/lookup/reading.h"

namespace cutover::lookup {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class LookupRaces : public Reading {
 protected:
  // This many readers of one isolate at once, and how often each answer was given.
  static std::map<std::string, int> all_at_once(Reader& reader, int count) {
    std::map<std::string, int> answers;
    const auto group = reader.isolate.runtime.task_group(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
      group->spawn([&] {
        const std::string said = reader.say();
        const sim::Quiet quiet;
        ++answers[said];
      });
    }
    group->wait();
    return answers;
  }

  // Does this once, when `statement` is asked of D1 the next time.
  void once_before_d1(std::function<void()> act) {
    // Not taken out of the hooks while it runs: that would destroy what it is.
    d1_hooks.before = [act = std::move(act), done = false](std::span<const Statement>) mutable {
      const bool first = [&] {
        const sim::Quiet quiet;
        return !std::exchange(done, true);
      }();
      if (first) act();
      return std::optional<Failure>();
    };
  }
};

using Answers = std::map<std::string, int>;

TEST_F(LookupRaces, R02_ConcurrentMissesOfOneIsbnMakeOneProviderCall) {
  provider.put_book(potter, book_titled("P"));
  read([&](Reader& reader) {
    EXPECT_EQ(all_at_once(reader, 1000), (Answers{{"provider P", 1000}}));
  });
  EXPECT_EQ(provider.calls(), 1);
  EXPECT_EQ(d1_title(), "P");
  EXPECT_EQ(world.kv().counts().put, 1);
  EXPECT_EQ(events.count("lookup.follower"), 999);
}

TEST_F(LookupRaces, R02_ALeadersFailureIsItsFollowersAnswer) {
  provider.fail_next(1000, fakes::ProviderTrouble::html);
  read([&](Reader& reader) {
    EXPECT_EQ(all_at_once(reader, 1000), (Answers{{"unavailable malformed", 1000}}));
    EXPECT_EQ(provider.calls(), 1);
    EXPECT_EQ(reader.say(), "unavailable malformed");
    EXPECT_EQ(provider.calls(), 1) << "who comes right after does not try again either";
    reader.wait(seconds(2));
    provider.heal();
    EXPECT_EQ(reader.say(), "not found") << "a failure was not remembered as an absence";
  });
}

TEST_F(LookupRaces, R02_WhoComesWhileTheAnswerIsBeingKeptStartsNoOtherFlight) {
  provider.put_book(potter, book_titled("P"));
  d1_hooks.before = d1_is_down();  // so that keeping takes its time
  read([&](Reader& reader) {
    for (int i = 0; i < 30; ++i) {
      EXPECT_TRUE(std::holds_alternative<Found>(reader.find()));
      reader.wait(milliseconds(300));
    }
  });
  EXPECT_EQ(provider.calls(), 1);
}

TEST_F(LookupRaces, R02_AFollowerStopsWaitingAtItsOwnDeadline) {
  options.deadline = seconds(3);
  provider.put_book(potter, book_titled("P"));
  provider.fail_next(1, fakes::ProviderTrouble::timeout);  // takes 5 s
  read([&](Reader& reader) {
    std::vector<Duration> took;
    const auto group = reader.isolate.runtime.task_group(2);
    for (int i = 0; i < 2; ++i) {
      group->spawn([&] {
        const Duration started = reader.isolate.runtime.now();
        EXPECT_EQ(reader.say(), "unavailable timeout");
        const Duration ended = reader.isolate.runtime.now();
        const sim::Quiet quiet;
        took.push_back(ended - started);
      });
    }
    group->wait();
    ASSERT_EQ(took.size(), 2U);
    EXPECT_GE(took[0], seconds(3)) << "the follower";
    EXPECT_LE(took[0], milliseconds(3'100));
    EXPECT_GE(took[1], seconds(5)) << "the leader, whose call ends by the provider's own timeout";
  });
  EXPECT_EQ(provider.calls(), 1);
}

TEST_F(LookupRaces, R02_AFollowerWithAStaleCopyGivesThatInstead) {
  put_kv(potter_key, book_titled("Stale"), R"({"version":1,"freshUntil":1})");
  provider.fail_next(1000, fakes::ProviderTrouble::html);
  read([&](Reader& reader) {
    EXPECT_EQ(all_at_once(reader, 50), (Answers{{"cache Stale stale", 50}}));
  });
  EXPECT_EQ(provider.calls(), 1);
}

TEST_F(LookupRaces, DifferentBooksDoNotWaitForEachOther) {
  for (std::uint64_t i = 0; i < 20; ++i) {
    provider.put_book(scenarios::isbn13_of(i), book_titled("P"));
  }
  read([&](Reader& reader) {
    const Duration started = reader.isolate.runtime.now();
    const auto group = reader.isolate.runtime.task_group(20);
    for (std::uint64_t i = 0; i < 20; ++i) {
      group->spawn([&reader, i] { reader.say(scenarios::isbn13_of(i)); });
    }
    group->wait();
    EXPECT_LT(reader.isolate.runtime.now() - started, seconds(1));
  });
  EXPECT_EQ(provider.calls(), 20);
}

TEST_F(LookupRaces, R06_AFillWithAnOlderValueGivesWayToTheNewerEntry) {
  put_d1("Old");
  read([&](Reader& reader) {
    EXPECT_EQ(reader.say(), "d1 Old");
    // The fill is deferred. Before it runs, a writer at this location updates D1 and then KV.
    put_d1("New", 1'763'000'000'001);
    books::Transform transform;
    CacheStamp stamp{2, 0, 1, reader.isolate.runtime.wall().seconds() + 1000};
    KvPutOptions put;
    put.metadata = to_metadata(stamp);
    ASSERT_TRUE(reader.isolate.kv.put(potter_key, book_titled("New"), put));
  });
  EXPECT_EQ(kv_title(), "New");
  EXPECT_EQ(kv_stamp().version, 2);
}

TEST_F(LookupRaces, R06_AFillThatOverwroteANewerValuePutsItBack) {
  put_d1("Old");
  // The reader's location remembers that KV has nothing, so its fill cannot see the writer's entry.
  int calls = 0;
  d1_hooks.after = [&](std::span<const Statement>) {
    if (++calls == 1) {
      put_d1("New", 1'763'000'000'001);
      put_kv(potter_key, book_titled("New"), R"({"version":2,"freshUntil":9000000000})");
    }
    return std::optional<Failure>();
  };
  EXPECT_EQ(say(), "d1 Old");
  EXPECT_EQ(kv_title(), "New");
  EXPECT_EQ(kv_stamp().version, 2);
  EXPECT_EQ(world.kv().counts().put, 2) << "the old one, and then the newer one";
}

TEST_F(LookupRaces, R06_AReaderElsewhereSeesTheNewerValueWithinTheBound) {
  put_d1("Old");
  EXPECT_EQ(say(potter, 0), "d1 Old");
  EXPECT_EQ(say(potter, 1), "cache Old");
  put_d1("New", 1'763'000'000'001);
  // A writer somewhere: D1 first, then KV, as a save does.
  put_kv(potter_key, book_titled("New"), R"({"version":2,"freshUntil":9000000000})");
  world.wait(world.kv().options().cache_ttl);
  EXPECT_EQ(say(potter, 0), "cache New");
  EXPECT_EQ(say(potter, 1), "cache New");
}

TEST_F(LookupRaces, R07_AnInvalidatedEntryIsAskedForAfreshAndNotDeleted) {
  provider.put_book(potter, book_titled("Old"));
  EXPECT_EQ(say(potter, 1), "provider Old");
  sql("UPDATE Books SET title = 'New', version = version + 1");
  read([&](Reader& reader) {
    ASSERT_TRUE(reader.lookup.invalidate(isbn_of(potter)));
    EXPECT_EQ(reader.say(), "d1 New") << "at once where it was invalidated";
  });
  world.wait(world.kv().options().cache_ttl);
  EXPECT_EQ(say(potter, 1), "cache New");
  EXPECT_EQ(kv_stamp().version, 2);
}

TEST_F(LookupRaces, R07_AnOlderFillDoesNotBringAnInvalidatedEntryBack) {
  policy.fixed = {false, false, false, false, "phase_kv_only"};
  provider.put_book(potter, book_titled("Old"));
  EXPECT_EQ(say(), "provider Old");
  world.wait(seconds(options.fresh_seconds));
  read([&](Reader& reader) {
    EXPECT_EQ(reader.say(), "provider Old");  // its fill is deferred
    provider.put_book(potter, book_titled("New"));
    ASSERT_TRUE(reader.lookup.invalidate(isbn_of(potter)));
    reader.wait(seconds(5));
    EXPECT_FALSE(kv_stamp().is_fresh(reader.isolate.runtime.wall().seconds()));
    EXPECT_EQ(reader.say(), "provider New");
    reader.wait(seconds(5));
    EXPECT_EQ(reader.say(), "cache New");
  });
}

TEST_F(LookupRaces, R07_WithNobodyElseToAskTheInvalidatedCopyIsStillThere) {
  put_kv(potter_key, book_titled("Kept"));
  provider.fail_next(10, fakes::ProviderTrouble::quota);
  read([&](Reader& reader) {
    ASSERT_TRUE(reader.lookup.invalidate(isbn_of(potter)));
    EXPECT_EQ(reader.say(), "cache Kept stale");
  });
}

TEST_F(LookupRaces, R07_InvalidatingForgetsThatABookWasMissing) {
  read([&](Reader& reader) {
    EXPECT_EQ(reader.say(), "not found");
    reader.wait(seconds(5));
    provider.put_book(potter, book_titled("New"));
    EXPECT_EQ(reader.say(), "not found remembered");
    ASSERT_TRUE(reader.lookup.invalidate(isbn_of(potter)));
    EXPECT_FALSE(kv_entry(potter_missing));
    EXPECT_EQ(reader.say(), "provider New");
  });
}

TEST_F(LookupRaces, R07_ALocationThatRemembersAnAbsenceCanInvalidateToo) {
  policy.fixed.d1_reads = false;
  provider.fail_next(1, fakes::ProviderTrouble::html);
  EXPECT_EQ(say(potter, 1), "unavailable malformed");  // location 1 has seen that KV has nothing
  put_kv(potter_key, book_titled("Elsewhere"));
  provider.put_book(potter, book_titled("New"));
  read([&](Reader& reader) { ASSERT_TRUE(reader.lookup.invalidate(isbn_of(potter))); }, 1);
  EXPECT_EQ(say(potter, 0), "provider New");
  EXPECT_EQ(kv_title(), "New");
}

TEST_F(LookupRaces, R07_APrefixIsInvalidatedInSteps) {
  for (std::uint64_t i = 0; i < 5; ++i) {
    put_kv("book:isbn:" + scenarios::isbn13_of(i), book_titled("B"));
  }
  put_kv("book:isbn:no-isbn", book_titled("B"));
  put_kv("other:1", "x");
  read([&](Reader& reader) {
    const auto first = reader.lookup.invalidate_prefix("978", 3);
    ASSERT_TRUE(first);
    EXPECT_EQ(first->keys, 3);
    EXPECT_TRUE(first->more);
    const auto second = reader.lookup.invalidate_prefix("book:isbn:978", 3);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->keys, 2);
    EXPECT_FALSE(second->more);
    const auto third = reader.lookup.invalidate_prefix("", 3);
    ASSERT_TRUE(third);
    EXPECT_EQ(third->keys, 0);
  });
  EXPECT_EQ(world.kv().entries().size(), 7U) << "nothing is deleted";
}

// A kill between D1 and KV, at each call of a whole look-up.
TEST(LookupKills, W15_AKillAnywhereLeavesTiersThatAgreeWithinTheBound) {
  for (std::uint64_t ordinal = 0; ordinal < 10; ++ordinal) {
    for (const auto ending : {sim::Ending::killed_before, sim::Ending::killed_after}) {
      scenarios::KillList kills("reader", {{ordinal, ending}});
      class World : public Reading {
       public:
        explicit World(sim::FaultPlan& faults) : Reading(&faults) {}
        void TestBody() override {}
        void look() {
          provider.put_book(potter, book_titled("P"));
          read([](Reader& reader) { reader.find(); });
          read([&](Reader& reader) { said[0] = reader.say(); }, 0, "after");
          read([&](Reader& reader) { said[1] = reader.say(); }, 1, "after");
          calls = provider.calls();
          tiers_agree = d1_title() == "P" && kv_title() == "P";
        }
        std::string said[2];
        std::int64_t calls = 0;
        bool tiers_agree = false;
      } after(kills);
      after.look();
      EXPECT_TRUE(after.said[0].ends_with(" P")) << after.said[0];
      EXPECT_TRUE(after.said[1].ends_with(" P")) << after.said[1];
      EXPECT_TRUE(after.tiers_agree) << "killed at call " << ordinal;
      EXPECT_LE(after.calls, 2);
    }
  }
}

TEST_F(LookupRaces, W15_AnUpdateThatNeverReachedKvIsSeenWhenTheEntryEnds) {
  put_d1("Old");
  EXPECT_EQ(say(), "d1 Old");
  put_d1("New", 1'763'000'000'001);  // and its writer died before KV
  EXPECT_EQ(say(), "cache Old");
  world.wait(seconds(options.fresh_seconds));
  EXPECT_EQ(say(), "d1 New");
  EXPECT_EQ(kv_title(), "New");
}

TEST_F(LookupRaces, W16_AnAnswerThatWasAskedForEarlierDoesNotReplaceALaterOne) {
  provider.put_book(potter, book_titled("Asked first"));
  once_before_d1([] {});
  read([&](Reader& reader) {
    EXPECT_EQ(reader.say(), "provider Asked first");
    // Before the deferred save, another isolate saves what it asked for later.
    put_d1("Asked later", reader.isolate.runtime.wall().millis() + 1);
  });
  EXPECT_EQ(d1_title(), "Asked later");
  EXPECT_EQ(kv_title(), "Asked later");
}

}  // namespace
}  // namespace cutover::lookup
