#include "chaos/explore.h"

#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include "chaos/shrink.h"
#include "core/ports/stable_hash.h"
#include "fakes/faults/listed_faults.h"

namespace cutover::chaos {
namespace {

using Clock = std::chrono::steady_clock;
using Faults = std::vector<faults::PlannedFault>;

// Plays listed faults, and notes every fault that could happen to each call of the migrators.
class NotingPlan final : public sim::FaultPlan {
 public:
  explicit NotingPlan(const Faults& faults) : listed_(faults) {}

  sim::Decision decide(const sim::Process& process, const sim::Call& call, std::uint64_t ordinal,
                       Duration now) override {
    const std::string& role = process.role();
    if (role.starts_with("migrator")) {
      const auto place = faults::Occurrences::hash_of(role, call.site, call.key);
      const faults::Address address{role, std::string(call.site), call.key,
                                    occurrences_.next(place)};
      calls_ += 1;
      for (const faults::FaultRow& row : faults::fault_table()) {
        // Slowness alone is drawn in campaigns; here it would only repeat the undisturbed run.
        if (row.fault == faults::Fault::latency_spike || !applies(row.fault, call)) continue;
        possible_.push_back({address, row.fault, 0});
      }
    }
    return listed_.decide(process, call, ordinal, now);
  }

  [[nodiscard]] std::uint64_t calls() const { return calls_; }
  // In the order of the calls.
  [[nodiscard]] Faults take_possible() { return std::move(possible_); }

 private:
  faults::ListedFaults listed_;
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

class Explorer {
 public:
  explicit Explorer(const ExploreOptions& options) : options_(options), started_(Clock::now()) {}

  Explored explore() {
    NotingPlan undisturbed({});
    static_cast<void>(StormRun(options_.base, undisturbed).play());
    result_.calls = undisturbed.calls();
    singles_ = undisturbed.take_possible();
    std::vector<std::thread> workers;
    const unsigned threads = options_.threads != 0
                                 ? options_.threads
                                 : std::max(1U, std::thread::hardware_concurrency());
    for (unsigned i = 1; i < threads; ++i) workers.emplace_back([this] { work(); });
    work();
    for (std::thread& worker : workers) worker.join();
    result_.seconds = std::chrono::duration<double>(Clock::now() - started_).count();
    return std::move(result_);
  }

 private:
  void work() {
    for (std::size_t i = next_++; i < singles_.size(); i = next_++) {
      if (options_.interrupted && options_.interrupted()) return;
      play_single(singles_[i]);
      if (options_.progress) options_.progress(i + 1, singles_.size());
    }
  }

  void play_single(const faults::PlannedFault& first) {
    NotingPlan plan({first});
    judge({first}, StormRun(options_.base, plan).play());
    if (!options_.pairs) return;
    const Faults seconds = after(plan.take_possible(), first);
    for (const faults::PlannedFault& second : seconds) {
      if (options_.interrupted && options_.interrupted()) return;
      if (options_.pair_one_in > 1 &&
          stable_hash(describe(first.address) + describe(second.address)) % options_.pair_one_in !=
              0) {
        continue;
      }
      faults::ListedFaults both({first, second});
      judge({first, second}, StormRun(options_.base, both).play());
    }
  }

  void judge(Faults faults, const StormResult& run) {
    const bool survived = run.violations.empty();
    const faults::PlannedFault& last = faults.back();
    const std::pair cell{last.address.site, std::string(faults::row_of(last.fault).name)};
    const std::lock_guard lock(mutex_);
    result_.played += 1;
    result_.survived += survived ? 1 : 0;
    auto& heat = result_.heat[cell];
    heat.first += 1;
    heat.second += survived ? 1 : 0;
    if (survived) return;
    result_.failures.try_emplace(
        run.signature(), CaseFile{options_.base, std::move(faults), run.signature(), run.digest});
  }

  const ExploreOptions& options_;
  Clock::time_point started_;
  Faults singles_;
  std::atomic<std::size_t> next_{0};
  std::mutex mutex_;  // guards result_
  Explored result_;
};

}  // namespace

Explored explore(const ExploreOptions& options) {
  return Explorer(options).explore();
}

}  // namespace cutover::chaos
