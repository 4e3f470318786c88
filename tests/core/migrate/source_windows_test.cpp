#include "core/migrate/source_windows.h"

#include "tests/core/migrate/platform.h"

namespace cutover::migrate {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// What the migrator called, in order: "list", "read", and for each chunk "write" and "wrote".
class SourceWindowsTest : public Platform {
 protected:
  SourceWindowsTest() {
    options.chunk_keys = 2;
    options.read.page_keys = 4;
    options.read.reads_in_flight = 1;
    options.mirror_checkpoint = false;
    options.read.prefixes = {std::string(books::plan_prefix)};
    kv_hooks.list = [this](const KvListQuery&) { return note("list"); };
    kv_hooks.get_many = [this](std::span<const std::string>) { return note("read"); };
    d1_hooks.before = [this](std::span<const Statement> chunk) {
      return note_chunk("write", chunk);
    };
    d1_hooks.after = [this](std::span<const Statement> chunk) {
      return note_chunk("wrote", chunk);
    };
  }

  std::optional<Failure> note_chunk(const std::string& call,
                                    std::span<const Statement> statements) {
    return is_chunk(statements) ? note(call) : std::nullopt;
  }

  std::optional<Failure> note(const std::string& call) {
    const sim::Quiet quiet;  // every task of the migrator notes here
    calls.push_back(call);
    return std::nullopt;
  }

  // The sizes of the windows, each asked for after the one before it, if `ahead` while it is read.
  std::vector<std::size_t> sizes_of_windows(bool ahead) {
    std::vector<std::size_t> sizes;
    invoke([&](Services& services) {
      SourceReader reader(services.kv, services.isolate.runtime, services.isolate.telemetry,
                          options.read);
      SourceWindows windows(reader, services.isolate.runtime, {});
      for (bool complete = false; !complete;) {
        const auto window = windows.next({3, 2});
        ASSERT_TRUE(window.has_value());
        if (ahead) windows.read_ahead({3, 2});
        sizes.push_back(window->items.size());
        complete = window->page_end && window->page_end->complete;
      }
    });
    return sizes;
  }

  // All calls of a run over six books, which must end well.
  const std::vector<std::string>& calls_for_six_books() {
    put_books(6);
    EXPECT_EQ(migrate().end, StepEnd::complete);
    return calls;
  }

  std::vector<std::string> calls;
};

TEST_F(SourceWindowsTest, AWindowNeverReachesBeyondItsPage) {
  put_books(9);
  EXPECT_THAT(sizes_of_windows(false), ElementsAre(3, 1, 3, 1, 1));
}

TEST_F(SourceWindowsTest, ReadingAheadGivesTheSameWindows) {
  put_books(9);
  EXPECT_THAT(sizes_of_windows(true), ElementsAre(3, 1, 3, 1, 1));
}

TEST_F(SourceWindowsTest, APageThatListsNothingIsAWindowOfNothing) {
  EXPECT_THAT(sizes_of_windows(true), ElementsAre(0));
}

TEST_F(SourceWindowsTest, AListingThatFailsAheadFailsWhoAsksForItAndIsTriedAgain) {
  put_books(2);
  options.read.retry.attempts_max = 1;
  kv_hooks.list = [](const KvListQuery&) { return kv_failure(FailureKind::unavailable, true); };
  invoke([&](Services& services) {
    SourceReader reader(services.kv, services.isolate.runtime, services.isolate.telemetry,
                        options.read);
    SourceWindows windows(reader, services.isolate.runtime, {});
    windows.read_ahead({3, 2});
    EXPECT_TRUE(windows.turn_page()) << "the one that reads ahead lists";
    EXPECT_FALSE(windows.next({3, 2}));
    EXPECT_FALSE(windows.turn_page());
    kv_hooks.list = nullptr;
    EXPECT_THAT(windows.next({3, 2}).value().items, SizeIs(2));
  });
}

TEST_F(SourceWindowsTest, WithAmpleCallsTheNextWindowIsReadWhileOneIsWritten) {
  EXPECT_THAT(calls_for_six_books(), ElementsAre("list", "read", "write", "read", "wrote", "write",
                                                 "list", "wrote", "read", "write", "wrote"));
}

TEST_F(SourceWindowsTest, R2_13_ALimitedInvocationReadsOnlyWhatItIsAboutToWrite) {
  invocation.d1_queries = 1000;
  EXPECT_THAT(calls_for_six_books(), ElementsAre("list", "read", "write", "wrote", "read", "write",
                                                 "wrote", "list", "read", "write", "wrote"));
}

TEST_F(SourceWindowsTest, AStepReadsNoFurtherAheadThanItMayWrite) {
  options.step_keys_max = 3;
  put_books(6);
  EXPECT_EQ(step(Begin::fresh).end, StepEnd::more);
  EXPECT_THAT(calls, ElementsAre("list", "read", "write", "read", "wrote", "write", "wrote"));
  EXPECT_EQ(migrate(Begin::resume).run->totals[Fate::inserted], 6);
}

}  // namespace
}  // namespace cutover::migrate
