#include "load/generator.h"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <optional>
#include <utility>

namespace cutover::load {
namespace {

// The gap before the next of independent arrivals, when one comes in a unit of time on average.
double exponential_gap(RandomStream& random) {
  const double uniform = (static_cast<double>(random.next() >> 11) + 0.5) * 0x1.0p-53;
  return -std::log(uniform);
}

}  // namespace

// The one line in which all requests of an open loop wait for their time.
struct Generator::Arrivals {
  Arrivals(Runtime& runtime, std::uint64_t seed)
      : mutex(runtime.mutex()), random(seed, "arrivals") {}

  struct Next {
    Request request;
    Duration due{0};
  };
  std::optional<Next> take(const Generator& generator) {
    const std::lock_guard lock(*mutex);
    const bool even = generator.profile_.spacing == Spacing::even;
    so_far += even ? 1.0 : exponential_gap(random);
    const auto due = generator.stages_.moment_of(so_far);
    if (!due) return std::nullopt;
    return Next{generator.source_.draw(random), *due};
  }

  std::unique_ptr<Mutex> mutex;  // guards the two below
  RandomStream random;
  double so_far = 0;
};

Generator::Generator(Runtime& runtime, Server& server, const RequestSource& source,
                     const Profile& profile, std::uint64_t seed, Duration slice, Watch watch)
    : runtime_(runtime),
      server_(server),
      source_(source),
      profile_(profile),
      seed_(seed),
      stages_(profile.stages),
      watch_(std::move(watch)),
      mutex_(runtime.mutex()),
      measured_(slice) {}

Measured Generator::run() {
  started_ = runtime_.now();
  const auto users = static_cast<std::size_t>(stages_.highest());
  const bool open = profile_.executor == Executor::arrivals;
  const std::size_t senders = open ? profile_.connections : users;
  Arrivals arrivals(runtime_, seed_);
  {
    const auto group = runtime_.task_group(senders + 1);
    if (watch_.every > Duration{0}) group->spawn([this] { watch_it(); });
    for (std::size_t i = 0; i < senders; ++i) {
      group->spawn([this, i, open, &arrivals] { open ? send_arrivals(arrivals) : be_user(i); });
    }
    group->wait();
  }
  measured_.interrupted = stopped();
  const Duration end = measured_.interrupted ? elapsed() : stages_.length();
  measured_.elapsed = std::max(end - profile_.warm_up, Duration{0});
  return std::move(measured_);
}

void Generator::be_user(std::size_t number) {
  RandomStream random(seed_, "user " + std::to_string(number));
  for (;;) {
    const auto turn = stages_.first_at_least(elapsed(), static_cast<double>(number + 1));
    if (!turn || !sleep_until(*turn)) return;
    send(source_.draw(random), elapsed());
    if (!sleep_until(elapsed() + profile_.think)) return;
  }
}

void Generator::send_arrivals(Arrivals& arrivals) {
  while (const auto next = arrivals.take(*this)) {
    if (!sleep_until(next->due)) return;
    send(next->request, next->due);
  }
}

void Generator::send(const Request& request, Duration due) {
  const Duration sent = elapsed();
  const Reply reply = server_.ask(request);
  const Duration answered = elapsed();
  if (due < profile_.warm_up) return;
  const std::lock_guard lock(*mutex_);
  measured_.add(request, reply, due - profile_.warm_up, sent - profile_.warm_up,
                answered - profile_.warm_up);
}

void Generator::watch_it() {
  for (Duration next = profile_.warm_up; next <= stages_.length(); next += watch_.every) {
    if (!sleep_until(next)) return;
    Standing standing{next, stages_.length(), stages_.target_at(next), {}};
    {
      const std::lock_guard lock(*mutex_);
      standing.so_far = measured_.total();
    }
    if (watch_.look) watch_.look(standing);
  }
}

bool Generator::sleep_until(Duration moment) {
  for (;;) {
    if (stopped()) return false;
    const Duration left = moment - elapsed();
    if (left <= Duration{0}) return true;
    runtime_.sleep(std::min(left, watch_.patience));
  }
}

}  // namespace cutover::load
