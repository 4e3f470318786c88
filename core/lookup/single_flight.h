// SingleFlight: of several tasks that want the same ISBN, one goes and the others wait for its
// answer, whatever that is (plan defect R02).
//
// An answer is kept for a moment after it came: whoever missed the cache just before it was filled
// joins too late for the flight, yet must not start another one. What is kept is bounded in number
// and bytes.
//
// Waiting is polling with growing pauses, at most an eighth of the time already waited: the Runtime
// has no other wait with a deadline, and this one is the same on fibers and on threads.
//
// May be used from any task of the isolate. run() switches; nothing switches while it holds the
// lock.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "core/lookup/lookup.h"

namespace cutover::lookup {

class SingleFlight {
 public:
  struct Limits {
    std::size_t kept_max = 1000;
    std::size_t kept_bytes_max = std::size_t{32} << 20;
    Duration settled = std::chrono::seconds(2);  // how long an answer is kept once it is in KV
  };
  SingleFlight(Runtime& runtime, const Limits& limits);

  struct Landed {
    Answer answer;
    Duration keep{0};  // how long others get this answer, from now
  };
  struct Result {
    Answer answer;
    bool followed = false;  // another task's
  };
  // Does the work, or waits for who does it. A follower gives up at `deadline` (Runtime::now()).
  Result run(std::string_view isbn, Duration deadline, const std::function<Landed()>& work);

  // The answer was made known elsewhere: it is kept only a little longer.
  void settle(std::string_view isbn);

  // The next one asks anew, even while somebody is under way.
  void forget(std::string_view isbn);

 private:
  struct Flight {
    std::optional<Answer> answer;  // none: under way
    Duration keep_until{0};
    std::size_t bytes = 0;
  };
  using FlightPtr = std::shared_ptr<Flight>;
  using Flights = std::map<std::string, FlightPtr, std::less<>>;
  class Lead;

  Answer follow(const FlightPtr& flight, Duration deadline);
  void land(std::string_view isbn, const FlightPtr& flight, Landed landed);
  void drop(Flights::iterator place);
  void drop_ended();

  Runtime& runtime_;
  const Limits limits_;
  std::unique_ptr<Mutex> mutex_;  // guards everything below, and the flights themselves
  Flights flights_;
  std::set<std::pair<Duration, std::string>> by_end_;  // those that have an answer
  std::size_t kept_bytes_ = 0;
};

}  // namespace cutover::lookup
