// Gate: the one place where a simulated service's misbehaviour is decided.
//
// A fake's method is a pure effect: what the service does when all is well. The gate refuses calls
// of dead incarnations, charges the invocation's budget, waits for a free connection, asks the
// fault plan for the ending, spends the latency before and after the effect (never during it),
// records the call and switches. Adding a fault touches the gate and a table, never a fake (DESIGN
// section 5).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "fakes/sim/connections.h"
#include "fakes/sim/payload.h"
#include "fakes/sim/sanitizers.h"
#include "fakes/sim/scheduler.h"
#include "fakes/sim/serial_queue.h"

namespace cutover::sim {

enum class Ending : std::uint8_t {
  applied,        // all is well
  rejected,       // the call fails, and nothing was applied
  answer_lost,    // the effect took place; the caller gets a failure
  killed_before,  // the calling process dies before the effect
  killed_after,   // ... after the effect, before the answer
};

// How the answer differs from the usual one, though the call goes through: each is something that
// the service may do on a bad day (DESIGN section 5). What it means is the fake's to say.
struct Twist {
  static constexpr std::size_t whole_page = SIZE_MAX;
  Duration age{0};                     // KV: the answer is as things stood so long ago
  std::size_t page_keys = whole_page;  // KV: a listed page ends after so many keys
  std::uint8_t oddity = 0;             // provider: number of its odd answer; 0: none
};

struct Decision {
  Ending ending = Ending::applied;
  FailureKind kind = FailureKind::unavailable;  // of the failure, when there is one
  Duration delay{0};                            // added before the effect
  Duration slow{0};                             // added inside the service's slot, if it has one
  bool in_doubt = false;       // the failure does not tell whether the effect took place
  bool resets = false;         // every call that waits in the service's queue fails with this one
  bool spends_budget = false;  // the invocation's budget is used up, by this call already
  std::string_view name;       // static text: of the fault, for the history; empty: nothing happens
  std::string_view message;    // static text: the service's words
  Twist twist;
  // NOLINTNEXTLINE(google-explicit-constructor): `return Ending::applied;` reads as intended.
  Decision(Ending how) : ending(how) {}
  Decision(Ending how, FailureKind why, Duration late = Duration{0})
      : ending(how), kind(why), delay(late) {}
};

// One port call: a site ("kv.get") and what it touches.
struct Call {
  Service service = Service::kv;
  std::string_view site;        // static text, "service.operation"
  std::string_view operation;   // static text, for failures: "get"
  std::string key;              // the key, or a short name of the statement
  std::int64_t statements = 0;  // D1 queries that it costs; 0 for other services
  bool reads = false;           // nothing can be applied, whatever is lost
  bool with_cursor = false;     // a list that goes on
  bool repeat = false;          // made by the service itself: costs the invocation nothing
};

// Decides how a call ends. The default: everything is applied.
class FaultPlan {
 public:
  virtual ~FaultPlan() = default;
  // `ordinal` counts this process role's calls from 0, over all its incarnations; `now` is the
  // world's time.
  virtual Decision decide(const Process& process, const Call& call, std::uint64_t ordinal,
                          Duration now);
};

// How long a call takes on the virtual clock.
struct Latency {
  Duration before{0};   // to reach the service
  Duration service{0};  // spent inside the service's queue slot, if it has a queue
  Duration after{0};    // for the answer to come back
};

// Calls an effect that may want to know how its answer is to differ.
template <class Effect>
auto outcome_of(Effect& effect, const Twist& twist) {
  if constexpr (std::is_invocable_v<Effect&, const Twist&>) {
    return effect(twist);
  } else {
    return effect();
  }
}

// One gate per world: it counts the calls of each role.
class Gate {
 public:
  Gate(Scheduler& scheduler, FaultPlan& plan);
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  // `effect` is a callable that returns Outcome<T>, and may take the Twist of its answer; it must
  // not switch. `queue` may be null.
  // `payload` is the hash of what goes in; of what comes out, payload_of (payload.h).
  //
  // Switches. Throws Killed when the process dies, or died since. A destructor of a task that
  // unwinds gets a failure instead (connection_lost, not applied), and nothing happens.
  template <class Effect>
  auto call(Process& process, const Call& call, const Latency& latency, SerialQueue* queue,
            std::uint64_t payload, Effect&& effect) -> decltype(outcome_of(effect, Twist{}));

  [[nodiscard]] std::uint64_t calls_made() const { return calls_; }

 private:
  // The call's place in the service's queue; left at the latest when the task unwinds.
  class Slot {
   public:
    Slot() = default;
    explicit Slot(SerialQueue* queue) : queue_(queue) {}
    Slot(Slot&& other) noexcept : queue_(std::exchange(other.queue_, nullptr)) {}
    Slot& operator=(Slot&& other) noexcept {
      std::swap(queue_, other.queue_);
      return *this;
    }
    ~Slot() { leave(); }
    void leave() {
      if (SerialQueue* queue = std::exchange(queue_, nullptr)) queue->leave();
    }

   private:
    SerialQueue* queue_ = nullptr;
  };

  struct Entered {
    bool refused = false;
    Failure failure;  // why it was refused, or what the caller gets for a lost answer
    Ending ending = Ending::applied;
    Twist twist;
    bool resets = false;
    std::uint32_t incarnation = 0;
    Connections::Held connection;  // given back once the answer is there
    Slot slot;
  };
  Entered enter(Process& process, const Call& call, const Latency& latency, SerialQueue* queue,
                std::uint64_t payload);
  Decision decide(Process& process, const Call& call);
  Connections::Held connect(const Process& process);
  Entered refuse(Process& process, const Call& call, Failure failure);
  void taken(Process& process, const Call& call, const Failure* failure, std::uint64_t payload);
  void leave(Process& process, const Call& call, const Latency& latency, Entered& entered,
             const Failure* failure, std::uint64_t payload);
  void spend(const Process& process, std::uint32_t incarnation, Duration duration);
  static void sweep_away(SerialQueue* queue);  // those who wait; null: nobody can
  [[noreturn]] void kill(Process& process);

  Scheduler& scheduler_;
  FaultPlan& plan_;
  std::uint64_t calls_ = 0;
  std::map<std::string, std::uint64_t, std::less<>> ordinals_;  // by role
  std::map<std::uint32_t, Connections> connections_;            // by process
};

template <class Effect>
auto Gate::call(Process& process, const Call& call, const Latency& latency, SerialQueue* queue,
                std::uint64_t payload, Effect&& effect) -> decltype(outcome_of(effect, Twist{})) {
  Entered entered = enter(process, call, latency, queue, payload);
  if (entered.refused) return std::move(entered.failure);
  auto outcome = [&] {
    // The service is another machine: what it does orders nothing among the caller's tasks.
    const Quiet quiet;
    const Scheduler::NoSwitch in_one_piece(scheduler_);
    return outcome_of(effect, entered.twist);
  }();
  const Failure* failure = outcome.has_value() ? nullptr : &outcome.error();
  std::uint64_t result = 0;
  if constexpr (!std::is_void_v<typename decltype(outcome)::value_type>) {
    if (failure == nullptr) result = payload_of(*outcome);
  }
  taken(process, call, failure, payload);
  if (entered.ending == Ending::answer_lost) failure = &entered.failure;
  if (entered.resets) sweep_away(queue);
  leave(process, call, latency, entered, failure, result);
  if (entered.ending == Ending::answer_lost) return std::move(entered.failure);
  return outcome;
}

}  // namespace cutover::sim
