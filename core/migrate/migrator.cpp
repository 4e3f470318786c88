#include "core/migrate/migrator.h"

#include <algorithm>

#include "core/books/json_text.h"
#include "core/migrate/fitting.h"
#include "core/migrate/source_windows.h"
#include "core/ports/check.h"

namespace cutover::migrate {
namespace {

using books::BookRow;

// Kept back for the end of a step: release of the lease, the mirror, and a retry or two (M03).
constexpr std::int64_t reserve_calls = 6;
constexpr Duration reserve_wall = std::chrono::seconds(5);
constexpr Duration mirror_interval = std::chrono::seconds(1);

// A refusal that the same rows would meet again: bisect to find the poison (M20).
bool is_permanent(const Failure& failure) {
  return failure.effect == Effect::not_applied &&
         (failure.kind == FailureKind::constraint || failure.kind == FailureKind::malformed ||
          failure.kind == FailureKind::limit_exceeded);
}

// D1 refused it together with others, and there was no budget to find out which of them it meant.
constexpr std::string_view refused_together = "refused_together";

bool stands_alone(const PendingKey& key) {
  return key.reason == refused_together;
}

// D1 queries that halving takes until one refused row of so many stands alone and is left out.
std::int64_t halving_cost(std::size_t items) {
  std::int64_t cost = Ledger::chunk_cost(1);
  for (; items > 1; items = (items + 1) / 2) cost += 2 * Ledger::chunk_cost((items + 1) / 2);
  return cost;
}

// Reading ahead spends calls on keys that this invocation may not come to write: at most a
// window's, some hundreds. So only where there are so many left that nobody will miss them.
bool is_ample(const Budget& budget) {
  constexpr std::int64_t calls = 100'000;
  return budget.subrequests >= calls && budget.kv_operations >= calls &&
         budget.d1_queries >= calls && budget.wall >= std::chrono::hours(1);
}

std::string owner_name(Runtime& runtime) {
  std::uint64_t number = runtime.random_number("lease");
  std::string name = "migrator-";
  for (int digit = 0; digit < 16; ++digit, number >>= 4) name += "0123456789abcdef"[number & 15];
  return name;
}

}  // namespace

struct Migrator::Step {
  Lease lease;
  Run run;
  std::int64_t keys_left = 0;
  bool pause = false;
  bool overtaken = false;
  Duration wait{0};  // until the first pending key may be tried
  std::optional<SourceWindows> source;
  std::optional<Place> source_at;  // where `source` stands; none while a window is not all written
};

std::string_view name_of(StepEnd end) {
  switch (end) {
    case StepEnd::more: return "more";
    case StepEnd::waiting: return "waiting";
    case StepEnd::busy: return "busy";
    case StepEnd::paused: return "paused";
    case StepEnd::complete: return "complete";
    case StepEnd::failed: return "failed";
    case StepEnd::nothing: return "nothing to resume";
  }
  return "?";
}

Migrator::Migrator(KvStore& kv, Database& database, Runtime& runtime, Telemetry& telemetry,
                   const MigratorOptions& options)
    : kv_(kv),
      runtime_(runtime),
      telemetry_(telemetry),
      options_(options),
      reader_(kv, runtime, telemetry, options_.read),
      ledger_(database, runtime, telemetry, options_.retry) {
  CUTOVER_CHECK(options.chunk_keys >= 1, "a chunk holds at least one key");
  CUTOVER_CHECK(options.chunk_keys <= KvLimits::get_many_keys_max, "KV reads at most 100 keys");
  CUTOVER_CHECK(options.attempts_max >= 1, "each key is tried at least once");
  CUTOVER_CHECK(options.step_keys_max >= 1, "a step moves at least one key");
}

Outcome<StepReport> Migrator::step(Begin begin) {
  auto lease = ledger_.acquire_lease(owner_name(runtime_), options_.lease_seconds);
  if (!lease) return lease.error();
  if (!*lease) {
    return StepReport{StepEnd::busy, std::nullopt, std::chrono::seconds(options_.lease_seconds)};
  }
  Step step;
  step.lease = **lease;
  step.keys_left = options_.step_keys_max;
  auto run = open_run(step.lease, begin);
  if (!run) {
    ledger_.release_lease(step.lease);
    return run.error();
  }
  if (!*run) {
    ledger_.release_lease(step.lease);
    return StepReport{StepEnd::nothing, std::nullopt, Duration{0}};
  }
  step.run = std::move(**run);
  step.pause = step.run.pause_requested;  // asked for while no step was running (K11)
  auto report = work(step);
  ledger_.release_lease(step.lease);
  if (report && report->run) mirror(*report->run);
  return report;
}

Outcome<std::optional<Run>> Migrator::open_run(const Lease& lease, Begin begin) {
  auto newest = ledger_.newest_run();
  if (!newest) return newest.error();
  if (begin == Begin::resume) {
    if (!*newest || (*newest)->source != options_.source) return std::optional<Run>();
    Run run = std::move(**newest);
    if (run.state == RunState::paused) {
      auto reopened = ledger_.reopen(lease, run);
      if (!reopened) return reopened.error();
    }
    return std::optional<Run>(std::move(run));
  }
  auto started = ledger_.start_run(lease, options_.source);
  if (!started) return started.error();
  telemetry_.emit("migrate.started", {{"run", std::string_view(started->run_id)}});
  return std::optional<Run>(std::move(*started));
}

Outcome<StepReport> Migrator::work(Step& step) {
  const auto report = [&step](StepEnd end, Duration wait = Duration{0}) {
    return StepReport{end, step.run, wait};
  };
  while (step.run.state == RunState::running) {
    if (step.overtaken) {
      return report(StepEnd::busy, std::chrono::seconds(options_.lease_seconds));
    }
    std::optional<RunState> next;
    if (step.pause) {
      next = RunState::paused;
    } else if (step.run.place.complete && step.run.totals[Fate::pending] == 0) {
      CUTOVER_CHECK(step.run.totals.add_up(), "every listed key has exactly one fate (R2.14)");
      next = step.run.totals[Fate::failed] == 0 ? RunState::complete : RunState::failed;
    }
    if (next) {
      auto finished = ledger_.finish(step.lease, step.run, *next);
      if (!finished) return finished.error();
      step.overtaken = *finished == Ledger::Written::overtaken;
      continue;
    }
    if (step.keys_left <= 0 || affordable_keys() == 0) return report(StepEnd::more);
    auto went_on = step.run.place.complete ? drain_pending(step) : copy_window(step);
    if (!went_on) return went_on.error();
    if (!*went_on) return report(StepEnd::more);
    if (step.wait > Duration{0}) return report(StepEnd::waiting, step.wait);
  }
  switch (step.run.state) {
    case RunState::paused: return report(StepEnd::paused);
    case RunState::complete: return report(StepEnd::complete);
    default: return report(StepEnd::failed);
  }
}

// One window of the listing: false when the budget ends before the window does.
Outcome<bool> Migrator::copy_window(Step& step) {
  // The ledger decides where to go on: D1 may have been set back under this step.
  if (step.source_at != step.run.place) step.source.emplace(reader_, runtime_, step.run.place);
  step.source_at.reset();
  auto listed = step.source->turn_page();
  if (!listed) return listed.error();
  // As many chunks as the budget covers are read side by side, then written one by one.
  const std::size_t chunk = std::min(options_.chunk_keys, affordable_keys());
  if (chunk == 0) return false;
  const auto size_for = [&](std::int64_t keys_left) {
    const std::size_t keys = std::min(chunk * options_.read.reads_in_flight, readable_keys());
    return WindowSize{std::min(keys, static_cast<std::size_t>(keys_left)), chunk};
  };
  auto window = step.source->next(size_for(step.keys_left));
  if (!window) return window.error();
  const auto left_then = step.keys_left - static_cast<std::int64_t>(window->items.size());
  if (left_then > 0 && is_ample(runtime_.budget())) {
    step.source->read_ahead(size_for(left_then));
  }
  std::span<Item> unwritten(window->items);
  do {  // once for a page that lists nothing new
    const std::size_t affordable = std::min(chunk, writable_keys());
    if (affordable == 0) return false;
    const std::size_t count =
        fitting(unwritten.first(std::min(affordable, unwritten.size())), options_.chunk_bytes_max);
    Place place = step.run.place;
    if (count > 0) place.last_key = unwritten[count - 1].listed.name;
    if (unwritten.size() == count && window->page_end) place = *window->page_end;
    auto written = write(step, place, unwritten.first(count), false);
    if (!written || !*written || step.pause || step.overtaken) return written;
    if (step.run.place != place) return true;
    unwritten = unwritten.subspan(count);
  } while (!unwritten.empty());
  step.source_at = step.run.place;
  return true;
}

// Tries pending keys again, in key order; sets step.wait when all of them must wait.
Outcome<bool> Migrator::drain_pending(Step& step) {
  std::string after;
  Duration shortest = Duration::max();
  for (;;) {
    if (step.keys_left <= 0) return false;
    const std::size_t limit =
        std::min({affordable_keys(), readable_keys(), static_cast<std::size_t>(step.keys_left)});
    if (limit == 0) return false;
    auto keys = ledger_.pending(step.run.run_id, after, limit);
    if (!keys) return keys.error();
    if (keys->empty()) break;
    after = keys->back().listed.name;
    std::vector<KvListedKey> ready;
    std::vector<PendingKey> known;
    for (const PendingKey& key : *keys) {
      if (key.wait_seconds > 0) {
        shortest = std::min<Duration>(shortest, std::chrono::seconds(key.wait_seconds));
      } else {
        ready.push_back(key.listed);
        known.push_back(key);
      }
    }
    if (ready.empty()) continue;
    std::vector<Item> items = reader_.read(ready, options_.chunk_keys);
    for (std::size_t i = 0; i < items.size(); ++i) give_up_when_spent(items[i], known[i].attempts);
    std::span<Item> unwritten(items);
    while (!unwritten.empty()) {
      // Asking for the keys has cost a query since the limit was found: write what is left of it.
      std::size_t writable = std::min(writable_keys(), unwritten.size());
      if (writable == 0) return false;
      const auto next = known.end() - static_cast<std::ptrdiff_t>(unwritten.size());
      const auto alone = std::find_if(next, known.end(), stands_alone);
      writable = std::min(writable, std::max<std::size_t>(1, alone - next));
      const std::size_t count = fitting(unwritten.first(writable), options_.chunk_bytes_max);
      auto written = write(step, step.run.place, unwritten.first(count), true);
      if (!written) return written.error();
      if (!*written) return false;
      if (step.pause || step.overtaken) return true;
      unwritten = unwritten.subspan(count);
    }
    shortest = Duration{0};
  }
  if (shortest != Duration::max()) step.wait = shortest;
  return true;
}

// The last attempt decides: absent for good is empty or expired, unreadable for good is failed.
void Migrator::give_up_when_spent(Item& item, std::int64_t attempts) const {
  const auto* again = std::get_if<TryAgain>(&item.what);
  if (again == nullptr) return;
  // Absent twice, with what KV may remember forgotten in between, is absent.
  const std::int64_t attempts_max =
      again->missing ? std::min<std::int64_t>(2, options_.attempts_max) : options_.attempts_max;
  if (attempts + (again->counts ? 1 : 0) < attempts_max) return;
  const bool ran_out =
      item.listed.expiration && *item.listed.expiration <= runtime_.wall().seconds();
  Fate fate = Fate::failed;
  if (again->missing) fate = ran_out ? Fate::expired : Fate::empty;
  item.what = Decided{fate, ran_out ? "expired_before_read" : again->reason, again->detail};
}

// Writes one transaction's worth. False: this invocation's budget refused it; nothing is lost.
Outcome<bool> Migrator::write(Step& step, const Place& place, std::span<Item> items, bool drained) {
  auto result =
      ledger_.write_chunk(step.lease, options_.lease_seconds, step.run, place, items, drained);
  if (!result) return result.error();
  switch (result->written) {
    case Ledger::Written::applied: break;
    case Ledger::Written::overtaken: step.overtaken = true; return true;
    case Ledger::Written::refused:
      if (runtime_.budget().d1_queries < Ledger::chunk_cost(1)) return false;
      if (!is_permanent(result->failure) || items.empty()) return result->failure;
      return write_refused(step, place, items, drained, result->failure);
  }
  step.keys_left -= static_cast<std::int64_t>(items.size());
  step.pause = result->pause_requested;
  const Totals& totals = step.run.totals;
  telemetry_.emit("migrate.chunk", {{"run", std::string_view(step.run.run_id)},
                                    {"chunk", step.run.chunk},
                                    {"listed", totals.listed},
                                    {"rejected", totals[Fate::rejected]},
                                    {"pending", totals[Fate::pending]}});
  for (const std::string& key : result->not_verified) {
    telemetry_.emit("migrate.not_verified", {{"key", std::string_view(key)}});
  }
  if (!result->not_verified.empty()) {
    return Failure{Service::d1,
                   "batch",
                   FailureKind::malformed,
                   false,
                   Duration{0},
                   Effect::unknown,
                   "a row that was just written did not read back: " + result->not_verified[0]};
  }
  if (!mirrored_at_ || runtime_.now() - *mirrored_at_ >= mirror_interval) mirror(step.run);
  return true;
}

// One of these rows is refused by D1, whatever the others are: halve until it stands alone. Where
// the budget is too small for that, they all wait to be tried one by one.
Outcome<bool> Migrator::write_refused(Step& step, const Place& place, std::span<Item> items,
                                      bool drained, const Failure& refusal) {
  if (items.size() == 1) {
    // Without a row there is nothing left to leave out: D1 refuses the ledger's own statements.
    if (!std::holds_alternative<BookRow>(items[0].what)) return refusal;
    items[0].what = Decided{Fate::rejected, "refused_by_d1", describe(refusal)};
    return write(step, place, items, drained);
  }
  if (runtime_.budget().d1_queries < halving_cost(items.size())) {
    bool any = false;
    for (Item& item : items) {
      if (!std::holds_alternative<BookRow>(item.what)) continue;
      item.what = TryAgain{std::string(refused_together), describe(refusal), false, false};
      any = true;
    }
    return any ? write(step, place, items, drained) : Outcome<bool>(refusal);
  }
  const std::size_t half = items.size() / 2;
  Place middle = step.run.place;
  if (!drained) middle.last_key = items[half - 1].listed.name;
  auto first = write(step, middle, items.first(half), drained);
  if (!first || !*first || step.overtaken) return first;
  return write(step, place, items.subspan(half), drained);
}

// How many keys may be read and written within what is left of the budget.
std::size_t Migrator::affordable_keys() const {
  return runtime_.budget().kv_operations < reserve_calls ? 0 : writable_keys();
}

// How many keys may be read at once, when each of them has to be read again alone. Never none: one
// key more is what the reserve is for, or an invocation of a small budget would get nowhere.
std::size_t Migrator::readable_keys() const {
  const Budget budget = runtime_.budget();
  const std::int64_t left = std::min(budget.kv_operations, budget.subrequests);
  const auto in_bulk = static_cast<std::int64_t>(options_.read.reads_in_flight);
  return static_cast<std::size_t>(std::max<std::int64_t>(1, left - reserve_calls - in_bulk));
}

// How many keys one more transaction may hold: what was read is written, though KV's budget may
// have been spent on reading it. Should D1 refuse them, that they wait must be writable too.
std::size_t Migrator::writable_keys() const {
  const Budget budget = runtime_.budget();
  if (budget.wall <= reserve_wall || budget.subrequests < reserve_calls) return 0;
  if (budget.d1_queries == Budget::unlimited) return options_.chunk_keys;
  std::size_t keys = options_.chunk_keys;
  while (keys > 0 && Ledger::chunk_cost(keys) + Ledger::postponing_cost(keys) >
                         budget.d1_queries - reserve_calls) {
    keys -= 1;
  }
  return keys;
}

// A copy of the progress for people and dashboards; never read for decisions (K03, K08). At most
// once a second, because KV takes no more for one key (K02), and never able to fail a step.
void Migrator::mirror(const Run& run) {
  if (!options_.mirror_checkpoint) return;
  const Budget budget = runtime_.budget();
  if (budget.subrequests < 2 || budget.kv_operations < 2) return;
  std::string json = "{\"runId\":";
  books::append_json_string(json, run.run_id);
  json += ",\"state\":";
  books::append_json_string(json, name_of(run.state));
  json += ",\"cursor\":";
  books::append_json_string(json, run.place.cursor);
  json += ",\"lastKey\":";
  books::append_json_string(json, run.place.last_key);
  json += ",\"listed\":" + std::to_string(run.totals.listed);
  for (const Fate fate : all_fates) {
    json += ",\"" + std::string(name_of(fate)) + "\":" + std::to_string(run.totals[fate]);
  }
  json += ",\"timestamp\":" + std::to_string(runtime_.wall().millis()) + "}";
  mirrored_at_ = runtime_.now();
  auto put = kv_.put(checkpoint_key, json, {});
  if (!put && put.error().kind == FailureKind::throttled && run.state != RunState::running) {
    // The last word should not be "running": wait out KV's one write a second for a key.
    runtime_.sleep(put.error().retry_after);
    put = kv_.put(checkpoint_key, json, {});
  }
  if (!put) telemetry_.emit("migrate.mirror_failed", {{"kind", name_of(put.error().kind)}});
}

}  // namespace cutover::migrate
