#include "chaos/explore.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <mutex>
#include <thread>

#include "core/ports/stable_hash.h"
#include "fakes/faults/listed_faults.h"

namespace cutover::chaos {
namespace {

using Clock = std::chrono::steady_clock;
using Faults = std::vector<faults::PlannedFault>;
using faults::Fault;

// One for each way in which a call can end badly. A lost request and a lost answer are the same to
// the caller, and differ in what was done; a refusal is known not to have been done.
constexpr Fault endings[] = {Fault::unavailable, Fault::lost_before, Fault::lost_after,
                             Fault::killed_before, Fault::killed_after};

// Every row but slowness alone, which would only repeat the undisturbed run: campaigns draw it.
std::vector<Fault> single_faults(const sim::Call& call) {
  std::vector<Fault> list;
  for (const faults::FaultRow& row : faults::fault_table()) {
    if (row.fault != Fault::latency_spike && applies(row.fault, call)) list.push_back(row.fault);
  }
  return list;
}

// Plays listed faults, and notes every fault that could happen to each call of the migrators.
class NotingPlan final : public sim::FaultPlan {
 public:
  NotingPlan(const Faults& faults, bool pairs) : listed_(faults), pairs_(pairs) {}

  sim::Decision decide(const sim::Process& process, const sim::Call& call, std::uint64_t ordinal,
                       Duration now) override {
    const std::string& role = process.role();
    if (role.starts_with("migrator")) {
      const auto place = faults::Occurrences::hash_of(role, call.site, call.key);
      const faults::Address address{role, std::string(call.site), call.key,
                                    occurrences_.next(place)};
      calls_ += 1;
      for (const Fault fault : pairs_ ? pair_faults(call) : single_faults(call)) {
        possible_.push_back({address, fault, 0});
      }
    }
    return listed_.decide(process, call, ordinal, now);
  }

  [[nodiscard]] std::uint64_t calls() const { return calls_; }
  // In the order of the calls.
  [[nodiscard]] Faults take_possible() { return std::move(possible_); }

 private:
  faults::ListedFaults listed_;
  bool pairs_;
  faults::Occurrences occurrences_;
  Faults possible_;
  std::uint64_t calls_ = 0;
};

// The faults of the calls that come after the one that `first` hits.
Faults after(const Faults& possible, const faults::PlannedFault& first) {
  std::size_t at = possible.size();
  for (std::size_t i = possible.size(); i > 0; --i) {
    if (possible[i - 1].address == first.address) {
      at = i;
      break;
    }
  }
  return {possible.begin() + static_cast<std::ptrdiff_t>(at), possible.end()};
}

std::string cell_of(const faults::PlannedFault& fault) {
  return fault.address.site + " " + std::string(faults::row_of(fault.fault).name);
}

class Explorer {
 public:
  explicit Explorer(const ExploreOptions& options) : options_(options), started_(Clock::now()) {}

  Explored explore() {
    NotingPlan undisturbed({}, options_.pairs);
    static_cast<void>(play(undisturbed));
    result_.keys = options_.base.keys;
    result_.pairs = options_.pairs;
    result_.calls = undisturbed.calls();
    firsts_ = undisturbed.take_possible();
    std::vector<std::thread> workers;
    const unsigned threads = options_.threads != 0
                                 ? options_.threads
                                 : std::max(1U, std::thread::hardware_concurrency());
    for (unsigned i = 1; i < threads; ++i) workers.emplace_back([this] { work(); });
    work();
    for (std::thread& worker : workers) worker.join();
    result_.seconds = std::chrono::duration<double>(Clock::now() - started_).count();
    result_.interrupted = stopped();
    return std::move(result_);
  }

 private:
  [[nodiscard]] bool stopped() const { return options_.interrupted && options_.interrupted(); }

  // A world that cannot go on has not survived.
  StormResult play(sim::FaultPlan& plan) const {
    try {
      return StormRun(options_.base, plan).play();
    } catch (const std::exception& error) {
      StormResult result;
      result.violations.push_back({"stuck", "", error.what()});
      return result;
    }
  }

  void work() {
    for (std::size_t i = next_++; i < firsts_.size(); i = next_++) {
      if (stopped()) return;
      if (options_.pairs) {
        play_pairs(firsts_[i]);
      } else {
        faults::ListedFaults plan({firsts_[i]});
        judge({firsts_[i]}, play(plan));
      }
      if (options_.progress) options_.progress(i + 1, firsts_.size());
    }
  }

  void play_pairs(const faults::PlannedFault& first) {
    NotingPlan plan({first}, true);
    static_cast<void>(play(plan));
    for (const faults::PlannedFault& second : after(plan.take_possible(), first)) {
      if (stopped()) return;
      if (options_.pair_one_in > 1 &&
          stable_hash(describe(first.address) + describe(second.address)) % options_.pair_one_in !=
              0) {
        continue;
      }
      faults::ListedFaults both({first, second});
      judge({first, second}, play(both));
    }
  }

  void judge(Faults faults, const StormResult& run) {
    const bool survived = run.violations.empty();
    const faults::PlannedFault& last = faults.back();
    const std::string name(faults::row_of(last.fault).name);
    const auto cell = options_.pairs ? std::pair{cell_of(faults.front()), cell_of(last)}
                                     : std::pair{last.address.site, name};
    const std::lock_guard lock(mutex_);
    result_.all.played += 1;
    result_.all.survived += survived ? 1 : 0;
    Survival& heat = result_.heat[cell];
    heat.played += 1;
    heat.survived += survived ? 1 : 0;
    if (survived) return;
    CaseFile file{options_.base, std::move(faults), run.signature(), run.digest};
    const auto [standing, is_new] = result_.failures.try_emplace(run.signature(), file);
    if (!is_new && file.faults < standing->second.faults) standing->second = std::move(file);
  }

  const ExploreOptions& options_;
  Clock::time_point started_;
  Faults firsts_;
  std::atomic<std::size_t> next_{0};
  std::mutex mutex_;  // guards result_
  Explored result_;
};

}  // namespace

Explored explore(const ExploreOptions& options) {
  return Explorer(options).explore();
}

std::vector<Fault> pair_faults(const sim::Call& call) {
  std::vector<Fault> list;
  for (const Fault fault : endings) {
    if (applies(fault, call)) list.push_back(fault);
  }
  return list;
}

}  // namespace cutover::chaos
