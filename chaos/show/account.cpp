#include "chaos/show/account.h"

#include <algorithm>
#include <map>
#include <utility>

#include "chaos/show/touch.h"
#include "fakes/faults/fault_table.h"
#include "fakes/faults/listed_faults.h"

namespace cutover::chaos {
namespace {

using sim::Event;
using sim::EventKind;

// A connection's usual way there and back is shorter: what took longer was slow.
constexpr Duration slow_min = std::chrono::milliseconds(100);

class Accountant {
 public:
  explicit Accountant(const Played& played) : played_(played) {
    account_.file = played.file;
    account_.result = played.result;
    account_.unmatched = played.unmatched;
    for (const faults::PlannedFault& fault : played.file.faults) {
      planned_.emplace(fault.address, std::string(faults::row_of(fault.fault).name));
    }
  }

  Account account() {
    for (const Event& event : played_.events) {
      begin_calls(event.at);
      take(event);
    }
    begin_calls(Duration::max());
    const Duration end = std::max(played_.result.virtual_time,
                                  played_.events.empty() ? Duration{0} : played_.events.back().at);
    for (ShownCall& call : account_.calls) {
      if (call.end == CallEnd::open) call.ended = std::max(call.begun, end);
    }
    in_order();
    name_hits();
    for (const Violation& violation : played_.result.violations) {
      account_.violations.push_back({violation, {}, std::nullopt});
    }
    find_touches(account_);
    return std::move(account_);
  }

 private:
  using LifeId = std::pair<std::uint32_t, std::uint32_t>;  // process, incarnation
  struct Place {
    std::size_t lane = 0;
    std::size_t life = 0;
  };

  Place place_of(std::uint32_t process, std::uint32_t incarnation, const std::string& role,
                 Duration at) {
    const auto known = places_.find({process, incarnation});
    if (known != places_.end()) return known->second;
    std::string name = role;
    if (role.empty()) name = process == 0 ? "world" : "process " + std::to_string(process);
    const auto [lane, added] = lanes_.emplace(name, account_.lanes.size());
    if (added) account_.lanes.push_back({name, {}, 0});
    auto& lives = account_.lanes[lane->second].lives;
    lives.push_back({process, incarnation, at, at, false});
    return places_[{process, incarnation}] = {lane->second, lives.size() - 1};
  }

  void begin_calls(Duration until) {
    for (; noted_ < played_.notes.size() && played_.notes[noted_].at <= until; ++noted_) {
      const NotedCall& note = played_.notes[noted_];
      ShownCall& call = begin(note.process, note.incarnation, note.address.role, note.address.site,
                              note.address.key, note.at);
      call.occurrence = note.address.occurrence;
      if (!note.hit) continue;
      const auto planned = planned_.find(note.address);
      call.fault = planned != planned_.end() ? planned->second : "fault";
      if (note.delay >= slow_min) call.hit = Hit::slow;
    }
  }

  ShownCall& begin(std::uint32_t process, std::uint32_t incarnation, const std::string& role,
                   const std::string& site, const std::string& key, Duration at) {
    const Place place = place_of(process, incarnation, role, at);
    ShownCall call;
    call.lane = place.lane;
    call.life = place.life;
    call.site = site;
    call.key = key;
    call.begun = at;
    call.ended = at;
    account_.lanes[place.lane].calls += 1;
    open_[{process, incarnation}].push_back(account_.calls.size());
    account_.calls.push_back(std::move(call));
    return account_.calls.back();
  }

  // The open call that this event is about: of its task; or the first whose task is not known yet.
  ShownCall* find(const Event& event, bool taken) {
    std::vector<std::size_t>& open = open_[{event.process, event.incarnation}];
    ShownCall* unknown = nullptr;
    for (const std::size_t index : open) {
      ShownCall& call = account_.calls[index];
      if (call.site != event.what || call.key != event.key) continue;
      if (taken && call.taken) continue;
      if (call.task == event.task && event.task != 0) return &call;
      if (call.task == 0 && unknown == nullptr) unknown = &call;
    }
    if (unknown != nullptr) unknown->task = event.task;
    return unknown;
  }

  ShownCall& find_or_begin(const Event& event, bool taken) {
    if (ShownCall* call = find(event, taken)) return *call;
    ShownCall& call = begin(event.process, event.incarnation, "", event.what, event.key, event.at);
    call.task = event.task;
    const std::string& role = account_.role_of(call);
    call.occurrence = occurrences_.next(faults::Occurrences::hash_of(role, event.what, event.key));
    return call;
  }

  void close(ShownCall& call, const Event& event, CallEnd end) {
    call.end = end;
    call.ended = event.at;
    std::erase(open_[{event.process, event.incarnation}],
               static_cast<std::size_t>(&call - account_.calls.data()));
  }

  void take(const Event& event) {
    if (event.kind == EventKind::process) {
      take_process(event);
    } else if (event.kind == EventKind::call) {
      ShownCall& call = find_or_begin(event, true);
      call.taken = event.at;
      call.at_service = event.result;
    } else if (event.kind == EventKind::answer) {
      ShownCall& call = find_or_begin(event, false);
      call.learned = event.result;
      close(call, event, event.result == "ok" ? CallEnd::ok : CallEnd::failed);
    } else if (event.kind == EventKind::telemetry || event.kind == EventKind::mark) {
      note(event, event.key.empty() ? event.result : event.key + " " + event.result);
    } else {
      // The fault plan hit the call that this task has just begun.
      find_or_begin(event, false).fault = event.result;
    }
    const auto place = places_.find({event.process, event.incarnation});
    if (place == places_.end()) return;
    Life& life = account_.lanes[place->second.lane].lives[place->second.life];
    if (!life.killed) life.to = std::max(life.to, event.at);
  }

  void take_process(const Event& event) {
    const Place place = place_of(event.process, event.incarnation, event.key, event.at);
    note(event, "");
    if (event.what != "killed") return;
    Life& life = account_.lanes[place.lane].lives[place.life];
    life.killed = true;
    life.to = event.at;
    for (const std::size_t index : std::exchange(open_[{event.process, event.incarnation}], {})) {
      account_.calls[index].end = CallEnd::died;
      account_.calls[index].ended = event.at;
    }
  }

  void note(const Event& event, std::string text) {
    const Place place = place_of(event.process, event.incarnation, "", event.at);
    account_.notes.push_back(
        {event.at, place.lane, place.life, event.task, event.kind, event.what, std::move(text)});
  }

  // Notes and events agree on the order but for calls that only an event told of.
  void in_order() {
    std::stable_sort(account_.calls.begin(), account_.calls.end(),
                     [](const ShownCall& a, const ShownCall& b) { return a.begun < b.begun; });
  }

  void name_hits() {
    for (std::size_t i = 0; i < account_.calls.size(); ++i) {
      ShownCall& call = account_.calls[i];
      if (call.fault.empty()) continue;
      account_.hits.push_back(i);
      call.hit = hit_of(call);
    }
  }

  // What the table says of the fault; of one without a row, what became of the call.
  static Hit hit_of(const ShownCall& call) {
    const bool slow = call.hit == Hit::slow || call.fault.starts_with("latency") ||
                      call.fault.starts_with("slow");
    if (const faults::FaultRow* row = faults::row_named(call.fault)) {
      switch (row->ending) {
        case sim::Ending::applied: return slow ? Hit::slow : Hit::odd_answer;
        case sim::Ending::rejected: return Hit::rejected;
        case sim::Ending::answer_lost: return Hit::answer_lost;
        default: return Hit::killed;
      }
    }
    if (call.end == CallEnd::died) return Hit::killed;
    if (call.end != CallEnd::failed) return slow ? Hit::slow : Hit::odd_answer;
    return call.at_service == "ok" ? Hit::answer_lost : Hit::rejected;
  }

  const Played& played_;
  Account account_;
  std::size_t noted_ = 0;
  std::map<faults::Address, std::string> planned_;
  std::map<std::string, std::size_t> lanes_;
  std::map<LifeId, Place> places_;
  std::map<LifeId, std::vector<std::size_t>> open_;
  faults::Occurrences occurrences_;
};

}  // namespace

Played play_and_note(const CaseFile& file) {
  faults::ListedFaults plan(file.faults);
  NotingPlan noting(plan);
  StormRun run(file.played, noting, sim::History::Keep::events);
  StormResult result = run.play();
  return {file, std::move(result), plan.unmatched(), noting.notes(), run.history().events()};
}

Account account_of(const Played& played) {
  return Accountant(played).account();
}

std::string meaning_of(const std::string& fault) {
  if (const faults::FaultRow* row = faults::row_named(fault)) return std::string(row->meaning);
  if (fault == "outage") return "the whole service was out";
  return fault;
}

std::string replay_command(const std::string& path) {
  return "./cutover replay " + path;
}

}  // namespace cutover::chaos
