// Visit: all that one run asks of a deployment, within bounds: so many questions, so many at a
// time, so long. It counts what came back, and ends by itself where going on would help nobody:
// when nothing is answered any more, or when the deployment says that it is asked too much.
//
// What is not asked any more has `asked` false. One thread drives a visit; it starts its own.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "target/http_client.h"

namespace cutover::target {

struct VisitLimits {
  std::size_t requests_max = 500;
  std::size_t connections = 8;  // at the same time
  std::chrono::milliseconds time_max{30 * 60 * 1000};
};

struct Answer : Told {
  bool asked = false;
};

// Of every question that was asked.
struct Tally {
  std::uint64_t asked = 0;
  std::uint64_t silent = 0;     // no answer at all
  std::uint64_t broken = 0;     // 5xx
  std::uint64_t throttled = 0;  // 429
};

class Visit {
 public:
  // `interrupted` may be empty; it is asked from any thread.
  Visit(HttpClient& client, const VisitLimits& limits, std::function<bool()> interrupted);
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;

  Answer ask(const Ask& ask);
  // Several at a time; `told` is called once for each question, one call at a time, in the order of
  // the answers.
  void ask_all(const std::vector<Ask>& asks,
               const std::function<void(std::size_t index, Answer answer)>& told);
  // The same question so many times at the same moment, on as many connections; in any order.
  std::vector<Answer> ask_at_once(const Ask& ask, std::size_t times);

  // Questions that may still be asked.
  [[nodiscard]] std::size_t left() const;
  // Why nothing more is asked; empty while something may be. Used up requests are no reason.
  [[nodiscard]] std::string why_over() const;
  [[nodiscard]] Tally tally() const;

 private:
  Answer ask_counted(const Ask& ask);
  [[nodiscard]] std::string why_over_locked() const;

  HttpClient& client_;
  const VisitLimits limits_;
  const std::function<bool()> interrupted_;
  const std::chrono::steady_clock::time_point deadline_;
  mutable std::mutex mutex_;  // guards the two below
  Tally tally_;
  std::uint64_t silent_in_a_row_ = 0;
};

}  // namespace cutover::target
