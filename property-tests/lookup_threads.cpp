// The read path on real threads: a stampede makes one provider call. (In simulation:
// tests/core/lookup/races_test.cpp. Under ThreadSanitizer this also looks for data races.)
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "adapters/threads/thread_runtime.h"
#include "core/lookup/lookup.h"

namespace cutover::lookup {
namespace {

class FixedPolicy final : public ReadPolicy {
 public:
  ReadPlan plan(const books::Isbn&) override { return {true, true, true, false, "d1"}; }
  [[nodiscard]] bool may_shadow(const books::Isbn&) const override { return true; }
  void shadow_result(const books::Isbn&, Shadow) override {}
};

class Silence final : public Telemetry {
 public:
  using Telemetry::emit;
  void emit(std::string_view, std::span<const Field>) override {}
};

class MemoryKv final : public KvStore {
 public:
  Outcome<std::optional<KvValue>> get(std::string_view key) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = entries_.find(key);
    if (found == entries_.end()) return std::optional<KvValue>();
    return std::optional<KvValue>(found->second);
  }
  Outcome<std::vector<std::optional<std::string>>> get_many(
      std::span<const std::string> keys) override {
    std::vector<std::optional<std::string>> values;
    for (const std::string& key : keys) {
      const auto value = get(key);
      values.push_back(*value ? std::optional((**value).bytes) : std::nullopt);
    }
    return values;
  }
  Outcome<void> put(std::string_view key, std::string_view value,
                    const KvPutOptions& options) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    entries_.insert_or_assign(std::string(key), KvValue{std::string(value), options.metadata});
    return {};
  }
  Outcome<void> remove(std::string_view) override { return {}; }
  Outcome<KvPage> list(const KvListQuery&) override { return KvPage{{}, true, ""}; }
  [[nodiscard]] Duration staleness_bound() const override { return Duration{0}; }

 private:
  std::mutex mutex_;
  std::map<std::string, KvValue, std::less<>> entries_;
};

class NoDatabase final : public Database {
 public:
  Outcome<ResultSet> query(const Statement&) override { return none(); }
  Outcome<std::vector<ResultSet>> batch(std::span<const Statement>) override { return none(); }

 private:
  static Failure none() {
    return {Service::d1, "query", FailureKind::unavailable, false, {}, Effect::not_applied, "none"};
  }
};

class SlowProvider final : public BookProvider {
 public:
  explicit SlowProvider(Runtime& runtime) : runtime_(runtime) {}
  Outcome<std::optional<std::string>> find(std::string_view) override {
    ++calls;
    runtime_.sleep(std::chrono::milliseconds(100));
    return std::optional<std::string>(R"({"title":"P","authors":["Ada"]})");
  }
  std::atomic<int> calls{0};

 private:
  Runtime& runtime_;
};

TEST(LookupOnThreads, R02_ConcurrentMissesOfOneIsbnMakeOneProviderCall) {
  const books::Isbn isbn = books::Isbn::parse("9780439708180")->isbn;
  MemoryKv kv;
  NoDatabase database;
  Silence silence;
  FixedPolicy policy;
  std::atomic<int> found{0};
  int calls = 0;
  {
    threads::ThreadRuntime runtime;
    SlowProvider provider(runtime);
    BookLookup lookup(kv, database, provider, runtime, silence, policy, {});
    const auto group = runtime.task_group(250);
    for (int i = 0; i < 1000; ++i) {
      group->spawn([&] {
        const Answer answer = lookup.find(isbn);
        const auto* book = std::get_if<Found>(&answer);
        found += book != nullptr && book->book.find(R"("title":"P")") != std::string::npos ? 1 : 0;
      });
    }
    group->wait();
    calls = provider.calls;
  }
  EXPECT_EQ(found, 1000);
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace cutover::lookup
