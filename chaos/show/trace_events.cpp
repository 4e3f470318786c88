#include "chaos/show/trace_events.h"

#include <array>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "chaos/show/words.h"
#include "reports/text.h"

namespace cutover::chaos {
namespace {

using nlohmann::ordered_json;

constexpr std::array<std::pair<std::string_view, const char*>, 3> services = {
    {{"kv.", "KV"}, {"d1.", "D1"}, {"provider.", "provider"}}};
constexpr std::size_t service_pid = 1000;  // processes of services come after those of roles

ordered_json meta(const char* name, std::size_t pid, std::size_t tid, const std::string& value) {
  return {{"ph", "M"}, {"name", name}, {"pid", pid}, {"tid", tid}, {"args", {{"name", value}}}};
}

ordered_json event(const char* kind, const std::string& name, Duration at, std::size_t pid,
                   std::size_t tid) {
  return {{"ph", kind},       {"name", name}, {"cat", "cutover"},
          {"ts", at.count()}, {"pid", pid},   {"tid", tid}};
}

ordered_json instant(const std::string& name, Duration at, std::size_t pid, std::size_t tid) {
  ordered_json json = event("i", name, at, pid, tid);
  json["s"] = "p";
  return json;
}

void add_call(ordered_json& events, const ShownCall& call, std::size_t number) {
  const std::size_t pid = call.lane + 1;
  ordered_json shown =
      event("X", reports::valid_utf8(call.site + " " + call.key), call.begun, pid, call.task);
  shown["dur"] = (call.ended - call.begun).count();
  shown["args"] = {{"occurrence", call.occurrence},
                   {"atService", reports::valid_utf8(call.at_service)},
                   {"learned", reports::valid_utf8(call.learned)}};
  if (!call.fault.empty()) shown["args"]["fault"] = reports::valid_utf8(call.fault);
  events.push_back(std::move(shown));
  if (!call.fault.empty()) {
    events.push_back(
        instant("fault: " + reports::valid_utf8(call.fault), call.begun, pid, call.task));
  }
  if (!call.taken) return;
  std::size_t service = 0;
  while (service < services.size() && !call.site.starts_with(services[service].first)) ++service;
  const std::size_t to = service_pid + service;
  ordered_json done =
      event("X", reports::valid_utf8(call.site + " " + call.key), *call.taken, to, 1);
  done["dur"] = 1;
  events.push_back(std::move(done));
  ordered_json from = event("s", "call", call.begun, pid, call.task);
  from["id"] = number;
  events.push_back(std::move(from));
  ordered_json arrow = event("f", "call", *call.taken, to, 1);
  arrow["id"] = number;
  arrow["bp"] = "e";
  events.push_back(std::move(arrow));
}

}  // namespace

std::string trace_events_of(const Account& account) {
  ordered_json events = ordered_json::array();
  for (std::size_t lane = 0; lane < account.lanes.size(); ++lane) {
    if (account.lanes[lane].calls == 0) continue;
    events.push_back(
        meta("process_name", lane + 1, 0, reports::valid_utf8(account.lanes[lane].role)));
  }
  for (std::size_t i = 0; i < services.size(); ++i) {
    events.push_back(meta("process_name", service_pid + i, 0, services[i].second));
    events.push_back(meta("thread_name", service_pid + i, 1, "calls as they are done"));
  }
  std::set<std::pair<std::size_t, std::uint32_t>> threads;
  for (const ShownCall& call : account.calls) threads.emplace(call.lane, call.task);
  for (const auto& [lane, task] : threads) {
    events.push_back(meta("thread_name", lane + 1, task, "task " + std::to_string(task)));
  }
  for (std::size_t i = 0; i < account.calls.size(); ++i) add_call(events, account.calls[i], i + 1);
  for (const ShownNote& note : account.notes) {
    const bool call_less = account.lanes[note.lane].calls == 0;
    if (call_less && note.kind != sim::EventKind::mark && note.what != "killed") continue;
    const std::string name = note.text.empty() ? note.what : note.what + " " + note.text;
    events.push_back(instant(reports::valid_utf8(name), note.at, note.lane + 1, note.task));
  }
  ordered_json trace;
  trace["displayTimeUnit"] = "ms";
  trace["otherData"] = {{"seed", account.file.played.seed}, {"digest", account.result.digest}};
  trace["traceEvents"] = std::move(events);
  return trace.dump(-1, ' ', true, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace cutover::chaos
