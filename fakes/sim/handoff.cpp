#include "fakes/sim/handoff.h"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "core/ports/check.h"

namespace cutover::sim {
namespace {

class HandoffThread final : public Strand {
 public:
  explicit HandoffThread(std::function<void()> body)
      : body_(std::move(body)), thread_([this] { run(); }) {}

  ~HandoffThread() override {
    CUTOVER_CHECK(ended_, "a thread was destroyed before its body had ended");
    thread_.join();
  }

  void resume() override {
    CUTOVER_CHECK(!ended_, "a thread that has ended was resumed");
    std::unique_lock<std::mutex> lock(mutex_);
    turn_ = Turn::body;
    passed_.notify_all();
    await(lock, Turn::scheduler);
  }

  void suspend() override {
    std::unique_lock<std::mutex> lock(mutex_);
    turn_ = Turn::scheduler;
    passed_.notify_all();
    await(lock, Turn::body);
  }

 private:
  enum class Turn { scheduler, body };

  void run() {
    {
      std::unique_lock<std::mutex> lock(mutex_);
      await(lock, Turn::body);
    }
    body_();
    const std::lock_guard<std::mutex> lock(mutex_);
    ended_ = true;
    turn_ = Turn::scheduler;
    passed_.notify_all();
  }

  void await(std::unique_lock<std::mutex>& lock, Turn turn) {
    while (turn_ != turn) passed_.wait(lock);
  }

  std::function<void()> body_;
  std::mutex mutex_;
  std::condition_variable passed_;
  Turn turn_ = Turn::scheduler;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<Strand> make_handoff_thread(std::function<void()> body) {
  return std::make_unique<HandoffThread>(std::move(body));
}

}  // namespace cutover::sim
