// What CachedKv keeps, for how long, and that no write of its own is ever hidden by it.
#include "adapters/kv_cache/cached_kv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "adapters/threads/thread_runtime.h"

namespace cutover::kv_cache {
namespace {

constexpr Duration second = std::chrono::seconds(1);

// The machine's runtime, with a clock that stands still until the test moves it.
class StillClock final : public Runtime {
 public:
  Duration time{0};

  [[nodiscard]] Duration now() const override { return time; }
  [[nodiscard]] UnixTime wall() const override { return threads_.wall(); }
  void sleep(Duration duration) override { time += duration; }
  [[nodiscard]] std::unique_ptr<TaskGroup> task_group(std::size_t limit) override {
    return threads_.task_group(limit);
  }
  void defer(std::function<void()> work) override { threads_.defer(std::move(work)); }
  [[nodiscard]] std::unique_ptr<Mutex> mutex() override { return threads_.mutex(); }
  [[nodiscard]] std::uint64_t random_number(std::string_view stream) override {
    return threads_.random_number(stream);
  }
  [[nodiscard]] Budget budget() const override { return threads_.budget(); }

 private:
  threads::ThreadRuntime threads_{1};
};

// A store in memory that counts its reads, and can be held up between the read and its answer.
class Store final : public KvStore {
 public:
  Outcome<std::optional<KvValue>> get(std::string_view key) override {
    std::optional<KvValue> value;
    {
      const std::lock_guard lock(mutex);
      ++gets;
      if (const auto found = values.find(std::string(key)); found != values.end()) {
        value = found->second;
      }
    }
    if (const auto hook = before_answer) hook();  // a copy: it may take itself away
    if (failing) return failure("get");
    return value;
  }
  Outcome<std::vector<std::optional<std::string>>> get_many(
      std::span<const std::string> keys) override {
    std::vector<std::optional<std::string>> found;
    for (const std::string& key : keys) {
      found.push_back(values.contains(key) ? std::optional(values[key].bytes) : std::nullopt);
    }
    return found;
  }
  Outcome<void> put(std::string_view key, std::string_view value,
                    const KvPutOptions& options) override {
    if (before_put) before_put();
    const std::lock_guard lock(mutex);
    values[std::string(key)] = {std::string(value), options.metadata};
    if (failing) return failure("put");
    return {};
  }
  Outcome<void> remove(std::string_view key) override {
    const std::lock_guard lock(mutex);
    values.erase(std::string(key));
    return {};
  }
  Outcome<KvPage> list(const KvListQuery&) override {
    KvPage page;
    for (const auto& [key, value] : values) page.keys.push_back({key, std::nullopt, ""});
    page.complete = true;
    return page;
  }
  [[nodiscard]] Duration staleness_bound() const override { return 2 * second; }

  static Failure failure(std::string_view operation) {
    return {Service::kv,     operation, FailureKind::connection_lost, true, Duration{0},
            Effect::unknown, "lost"};
  }

  std::mutex mutex;
  std::map<std::string, KvValue> values;
  int gets = 0;
  std::atomic<bool> failing = false;
  std::function<void()> before_answer;
  std::function<void()> before_put;
};

class CachedKvTest : public testing::Test {
 protected:
  std::string read(std::string_view key = "a") {
    const auto value = kv.get(key);
    if (!value) return "failed";
    return *value ? (**value).bytes + (**value).metadata : "nothing";
  }

  StillClock clock;
  Store store;
  CachedKv kv{store, clock, {10 * second, 1 << 20, 4}};
};

TEST_F(CachedKvTest, AnswersFromMemoryForTenSecondsAndThenReadsAgain) {
  store.values["a"] = {"one", "{}"};
  EXPECT_EQ(read(), "one{}");
  store.values["a"] = {"two", ""};
  clock.time += 10 * second - Duration{1};
  EXPECT_EQ(read(), "one{}") << "somebody else's write is seen within the bound";
  EXPECT_EQ(store.gets, 1);
  clock.time += Duration{1};
  EXPECT_EQ(read(), "two");
  EXPECT_EQ(kv.staleness_bound(), 12 * second);
}

TEST_F(CachedKvTest, AValueIsAsOldAsTheBeginOfItsRead) {
  store.values["a"] = {"one", ""};
  store.before_answer = [this] { clock.time += 4 * second; };
  EXPECT_EQ(read(), "one");
  store.before_answer = nullptr;
  clock.time += 6 * second;
  store.values["a"] = {"two", ""};
  EXPECT_EQ(read(), "two");
}

TEST_F(CachedKvTest, NeitherAbsencesNorFailuresAreKept) {
  EXPECT_EQ(read(), "nothing");
  store.failing = true;
  EXPECT_EQ(read(), "failed");
  store.failing = false;
  store.values["a"] = {"one", ""};
  EXPECT_EQ(read(), "one");
}

TEST_F(CachedKvTest, ListsAndBulkReadsGoToTheStore) {
  store.values["a"] = {"one", ""};
  EXPECT_EQ(read(), "one");
  store.values["a"] = {"two", ""};
  const std::vector<std::string> keys = {"a"};
  EXPECT_EQ(kv.get_many(keys)->at(0), "two");
  store.values.erase("a");
  EXPECT_TRUE(kv.list({})->keys.empty());
}

TEST_F(CachedKvTest, OwnWritesAreSeenAtOnce) {
  store.values["a"] = {"one", ""};
  EXPECT_EQ(read(), "one");
  EXPECT_TRUE(kv.put("a", "two", {}));
  EXPECT_EQ(read(), "two");
  EXPECT_TRUE(kv.remove("a"));
  EXPECT_EQ(read(), "nothing");
}

TEST_F(CachedKvTest, AFailedWriteMayHaveBeenAppliedSoTheStoreIsAsked) {
  store.values["a"] = {"one", ""};
  EXPECT_EQ(read(), "one");
  store.failing = true;
  EXPECT_FALSE(kv.put("a", "two", {}));
  store.failing = false;
  EXPECT_EQ(read(), "two");
}

TEST_F(CachedKvTest, AReadThatBeganBeforeAWriteDoesNotBringTheOldValueBack) {
  store.values["a"] = {"one", ""};
  store.before_answer = [this] {
    store.before_answer = nullptr;
    EXPECT_TRUE(kv.put("a", "two", {}));
  };
  EXPECT_EQ(read(), "one") << "it began earlier";
  EXPECT_EQ(read(), "two");
}

TEST_F(CachedKvTest, AReadDuringAWriteDoesNotKeepTheOldValue) {
  store.values["a"] = {"one", ""};
  store.before_put = [this] { EXPECT_EQ(read(), "one"); };
  EXPECT_TRUE(kv.put("a", "two", {}));
  EXPECT_EQ(read(), "two");
}

TEST_F(CachedKvTest, AReadThatBeganDuringAWriteIsNotKeptAfterIt) {
  store.values["a"] = {"one", ""};
  std::atomic<bool> may_put = false;
  std::atomic<bool> putting = false;
  store.before_put = [&] {
    putting = true;
    while (!may_put) std::this_thread::yield();
  };
  std::thread writer([&] { EXPECT_TRUE(kv.put("a", "two", {})); });
  while (!putting) std::this_thread::yield();
  store.before_answer = [&] {
    store.before_answer = nullptr;
    may_put = true;
    writer.join();
  };
  EXPECT_EQ(read(), "one");
  EXPECT_EQ(read(), "two");
}

TEST_F(CachedKvTest, WithoutALifeNothingIsKept) {
  CachedKv none(store, clock, {Duration{0}, 1 << 20, 4});
  store.values["a"] = {"one", ""};
  EXPECT_EQ((**none.get("a")).bytes, "one");
  EXPECT_TRUE(none.put("a", "two", {}));
  EXPECT_EQ((**none.get("a")).bytes, "two");
  EXPECT_TRUE(none.remove("a"));
  EXPECT_FALSE(none.get("a")->has_value());
  EXPECT_EQ(store.gets, 3);
  EXPECT_EQ(none.staleness_bound(), 2 * second);
}

TEST_F(CachedKvTest, MemoryIsBoundedAndTheLeastWantedGoesFirst) {
  CachedKv small(store, clock, {10 * second, 10'000, 1});
  for (const char* key : {"a", "b", "c"}) store.values[key] = {std::string(3000, *key), ""};
  store.values["huge"] = {std::string(10'000, 'h'), ""};
  const auto reads_of = [&](std::string_view key) {
    const int before = store.gets;
    EXPECT_EQ((**small.get(key)).bytes, store.values[std::string(key)].bytes);
    return store.gets - before;
  };
  EXPECT_EQ(reads_of("a") + reads_of("b") + reads_of("c"), 3);
  EXPECT_EQ(reads_of("huge"), 1);
  EXPECT_EQ(reads_of("huge"), 1) << "larger than all of the memory";
  EXPECT_EQ(reads_of("b") + reads_of("a") + reads_of("c"), 0);
  store.values["d"] = {std::string(3000, 'd'), ""};
  EXPECT_EQ(reads_of("d"), 1);
  EXPECT_EQ(reads_of("a") + reads_of("c") + reads_of("d"), 0);
  EXPECT_EQ(reads_of("b"), 1) << "not asked for longest";
}

// A reader that has seen a write's value, or began after it, never sees an older one.
TEST(CachedKvThreads, NoReaderSeesTimeGoBackwards) {
  threads::ThreadRuntime runtime(1);
  Store store;
  CachedKv kv(store, runtime, {10 * second, 1 << 20, 2});
  ASSERT_TRUE(kv.put("a", "0", {}));
  std::atomic<int> written = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      while (written < 2000) {
        const int before = written;
        const auto value = kv.get("a");
        ASSERT_TRUE(value && *value);
        ASSERT_GE(std::stoi((**value).bytes), before);
      }
    });
  }
  for (int i = 1; i <= 2000; ++i) {
    EXPECT_TRUE(kv.put("a", std::to_string(i), {}));
    written = i;
  }
  for (std::thread& reader : readers) reader.join();
}

}  // namespace
}  // namespace cutover::kv_cache
