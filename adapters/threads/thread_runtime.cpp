#include "adapters/threads/thread_runtime.h"

#include <random>
#include <thread>
#include <utility>

#include "adapters/threads/deferred_work.h"
#include "adapters/threads/thread_task_group.h"

namespace cutover::threads {
namespace {

class ThreadMutex final : public Mutex {
 public:
  void lock() override { mutex_.lock(); }
  void unlock() override { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

std::uint64_t seed_of_this_run() {
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

ThreadRuntime::Options with_seed(std::uint64_t seed) {
  ThreadRuntime::Options options;
  options.seed = seed;
  return options;
}

}  // namespace

ThreadRuntime::ThreadRuntime() : ThreadRuntime(Options{}) {}

ThreadRuntime::ThreadRuntime(std::uint64_t seed) : ThreadRuntime(with_seed(seed)) {}

ThreadRuntime::ThreadRuntime(const Options& options)
    : start_(std::chrono::steady_clock::now()),
      seed_(options.seed ? *options.seed : seed_of_this_run()),
      deferred_(std::make_unique<DeferredWork>(
          options.deferred_workers, options.deferred_queued_max, options.deferred_grace)) {}

ThreadRuntime::~ThreadRuntime() = default;

Duration ThreadRuntime::now() const {
  return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - start_);
}

UnixTime ThreadRuntime::wall() const {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return UnixTime{std::chrono::duration_cast<std::chrono::microseconds>(since_1970).count()};
}

void ThreadRuntime::sleep(Duration duration) {
  if (duration > Duration{0}) std::this_thread::sleep_for(duration);
}

std::unique_ptr<TaskGroup> ThreadRuntime::task_group(std::size_t limit) {
  return std::make_unique<ThreadTaskGroup>(limit);
}

void ThreadRuntime::defer(std::function<void()> work) {
  deferred_->add(std::move(work));
}

std::unique_ptr<Mutex> ThreadRuntime::mutex() {
  return std::make_unique<ThreadMutex>();
}

std::uint64_t ThreadRuntime::random_number(std::string_view stream) {
  const std::lock_guard lock(streams_mutex_);
  auto found = streams_.find(stream);
  if (found == streams_.end()) found = streams_.emplace(stream, RandomStream(seed_, stream)).first;
  return found->second.next();
}

std::int64_t ThreadRuntime::deferred_dropped() const {
  return deferred_->dropped();
}

}  // namespace cutover::threads
