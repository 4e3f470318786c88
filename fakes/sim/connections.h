// Connections: how many calls of one invocation may be on their way at a time. The next one waits
// for the first that ends; it does not fail. Source: cloudflare-facts C (six, of any service).
//
// One per process. A task that holds one while it waits for another call of its own would wait for
// ever when all are held so, as on the real platform before it cancels one; no port call does that.
#pragma once

#include <cstddef>
#include <deque>
#include <utility>

#include "fakes/sim/scheduler.h"

namespace cutover::sim {

class Connections {
 public:
  static constexpr std::size_t of_a_worker = 6;

  explicit Connections(Scheduler& scheduler, std::size_t at_once = of_a_worker)
      : scheduler_(scheduler), at_once_(at_once) {}
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  // A connection, given back when this ends: at the latest when the task unwinds.
  class Held {
   public:
    Held() = default;  // none
    explicit Held(Connections* of) : of_(of) {}
    Held(Held&& other) noexcept : of_(std::exchange(other.of_, nullptr)) {}
    Held& operator=(Held&& other) noexcept {
      std::swap(of_, other.of_);
      return *this;
    }
    ~Held() {
      if (of_ != nullptr) of_->give_back();
    }

   private:
    Connections* of_ = nullptr;
  };

  // First come, first served. Switches only when it must wait; throws Killed when the task dies
  // meanwhile. A task that unwinds gets none, at once.
  [[nodiscard]] Held take();

  [[nodiscard]] std::size_t in_use() const { return in_use_; }
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

 private:
  void give_back();
  [[nodiscard]] bool in_line(TaskId task) const;

  Scheduler& scheduler_;
  std::size_t at_once_;
  std::size_t in_use_ = 0;
  std::deque<TaskId> waiting_;  // whoever is taken out of it by give_back() holds a connection
};

}  // namespace cutover::sim
