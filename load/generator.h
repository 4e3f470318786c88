// Generator: sends a profile's requests to a server, and measures. The same code in virtual time
// and in real time: the runtime decides.
//
// virtual_users: user n works while the stages' target is at least n. arrivals: each request is due
// at its own time; `connections` tasks send them, and when all are busy a request waits, which its
// duration shows.
#pragma once

#include <functional>
#include <memory>

#include "core/ports/runtime.h"
#include "load/measured.h"
#include "load/profile.h"
#include "load/request_source.h"
#include "load/server.h"

namespace cutover::load {

// How a load stands, for people who wait.
struct Standing {
  Duration elapsed{0};  // since its start, warm-up included
  Duration length{0};
  double target = 0;  // users or arrivals a second
  Slice so_far;       // without the warm-up
};

struct Watch {
  Duration every{0};                          // zero: nobody watches
  std::function<void(const Standing&)> look;  // from a task of its own; may be empty
  std::function<bool()> stop;                 // asked before each request; may be empty
  Duration patience = Duration::max();        // the longest sleep between two looks at `stop`
};

class Generator {
 public:
  // All must outlive the generator. `slice`: of the series.
  Generator(Runtime& runtime, Server& server, const RequestSource& source, const Profile& profile,
            std::uint64_t seed, Duration slice, Watch watch);

  // From a task; returns when the last answer has come. Call it once.
  Measured run();

 private:
  struct Arrivals;

  void be_user(std::size_t number);
  void send_arrivals(Arrivals& arrivals);
  void watch_it();
  void send(const Request& request, Duration due);
  [[nodiscard]] Duration elapsed() const { return runtime_.now() - started_; }
  [[nodiscard]] bool sleep_until(Duration moment);  // false: stop instead
  [[nodiscard]] bool stopped() const { return watch_.stop && watch_.stop(); }

  Runtime& runtime_;
  Server& server_;
  const RequestSource& source_;
  const Profile& profile_;
  const std::uint64_t seed_;
  const Stages stages_;
  const Watch watch_;
  Duration started_{0};
  std::unique_ptr<Mutex> mutex_;  // guards measured_
  Measured measured_;
};

}  // namespace cutover::load
