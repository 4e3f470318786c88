#include "target/visit.h"

#include <algorithm>
#include <atomic>
#include <latch>
#include <thread>
#include <utility>

namespace cutover::target {
namespace {

constexpr std::uint64_t silent_in_a_row_max = 10;
constexpr std::uint64_t throttled_max = 20;
constexpr int too_many_requests = 429;

}  // namespace

Visit::Visit(HttpClient& client, const VisitLimits& limits, std::function<bool()> interrupted)
    : client_(client),
      limits_(limits),
      interrupted_(std::move(interrupted)),
      deadline_(std::chrono::steady_clock::now() + limits.time_max) {}

std::string Visit::why_over_locked() const {
  if (interrupted_ && interrupted_()) return "the run was interrupted";
  if (std::chrono::steady_clock::now() >= deadline_) return "the run's time is over";
  if (silent_in_a_row_ >= silent_in_a_row_max) {
    return "the target gave no answer " + std::to_string(silent_in_a_row_max) + " times in a row";
  }
  if (tally_.throttled >= throttled_max) {
    return "the target refused " + std::to_string(throttled_max) + " requests with 429";
  }
  return {};
}

std::string Visit::why_over() const {
  const std::lock_guard lock(mutex_);
  return why_over_locked();
}

std::size_t Visit::left() const {
  const std::lock_guard lock(mutex_);
  return limits_.requests_max - std::min<std::size_t>(limits_.requests_max, tally_.asked);
}

Tally Visit::tally() const {
  const std::lock_guard lock(mutex_);
  return tally_;
}

Answer Visit::ask_counted(const Ask& ask) {
  Answer answer;
  {
    const std::lock_guard lock(mutex_);
    std::string over = why_over_locked();
    if (over.empty() && tally_.asked >= limits_.requests_max) over = "--requests are used up";
    if (!over.empty()) {
      answer.silence = std::move(over);
      return answer;
    }
    ++tally_.asked;
  }
  static_cast<Told&>(answer) = client_.ask(ask);
  answer.asked = true;
  const std::lock_guard lock(mutex_);
  silent_in_a_row_ = answer.status == 0 ? silent_in_a_row_ + 1 : 0;
  if (answer.status == 0) ++tally_.silent;
  if (answer.status >= 500) ++tally_.broken;
  if (answer.status == too_many_requests) ++tally_.throttled;
  return answer;
}

Answer Visit::ask(const Ask& ask) {
  return ask_counted(ask);
}

void Visit::ask_all(const std::vector<Ask>& asks,
                    const std::function<void(std::size_t, Answer)>& told) {
  std::atomic<std::size_t> next = 0;
  std::mutex telling;
  const auto work = [&] {
    for (std::size_t i = next++; i < asks.size(); i = next++) {
      Answer answer = ask_counted(asks[i]);
      const std::lock_guard lock(telling);
      told(i, std::move(answer));
    }
  };
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < std::min(limits_.connections, asks.size()); ++i) {
    threads.emplace_back(work);
  }
}

std::vector<Answer> Visit::ask_at_once(const Ask& ask, std::size_t times) {
  std::vector<Answer> answers(times);
  std::latch ready(static_cast<std::ptrdiff_t>(times));
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < times; ++i) {
    threads.emplace_back([&, i] {
      ready.arrive_and_wait();
      answers[i] = ask_counted(ask);
    });
  }
  threads.clear();
  return answers;
}

}  // namespace cutover::target
