#include "scenarios/live/operator.h"

#include <charconv>
#include <utility>

#include "scenarios/live/http.h"

namespace cutover::scenarios {
namespace {

using rollout::Phase;
using std::chrono::seconds;

// After a change of the phase every isolate knows it: twice refresh_after, and a tick.
constexpr Duration phase_is_known = seconds(12);
constexpr Duration migration_max = std::chrono::minutes(10);

int whole(std::string_view text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::string json_text(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

}  // namespace

api::HttpResponse Operator::admin(const std::string& method, const std::string& path,
                                  const std::string& body, api::Pairs query) {
  return send({method, path, std::move(query), authorised(live_admin_token), body});
}

api::HttpResponse Operator::search(const std::string& isbn) {
  return send(search_request(isbn));
}

bool Operator::done(const api::HttpResponse& answer) {
  if (answer.status == 200) return true;
  refusal_ = std::to_string(answer.status) + " " + answer.body;
  return false;
}

bool Operator::move(std::string_view phase, int percent) {
  std::string body = R"({"phase":)" + json_text(phase) + R"(,"reason":"rehearsal")";
  if (percent > 0) body += ",\"percent\":" + std::to_string(percent);
  return done(admin("POST", "/admin/phase", body + "}"));
}

bool Operator::set_flag(const std::string& value) {
  return done(admin("PUT", "/admin/flags", R"({"value":)" + json_text(value) + "}"));
}

bool Operator::roll_back(const std::string& reason) {
  return done(admin("POST", "/admin/rollback", R"({"reason":)" + json_text(reason) + "}"));
}

bool Operator::allow_writes() {
  return done(admin("POST", "/admin/writes", R"({"stopped":false,"reason":"looked into"})"));
}

bool Operator::migrate() {
  const Duration give_up = now() + migration_max;
  api::Pairs query;
  while (now() < give_up) {
    const auto answer = admin("POST", "/admin/migrate-kv-to-d1", "", query);
    if (answer.status != 200 && answer.status < 500) return done(answer);
    if (answer.status == 200) {
      if (json_after(answer.body, "\"more\":") == "false") return true;
      query = {{"resume", "true"}};
    }
    wait(seconds(std::max(1, whole(json_after(answer.body, "\"waitSeconds\":")))));
  }
  refusal_ = "the migration did not end within its time";
  return false;
}

bool Operator::compare() {
  std::string body = "{}";
  for (int pieces = 0; pieces < 1000; ++pieces) {
    const auto answer = admin("POST", "/admin/compare", body);
    if (!done(answer)) return false;
    const std::string_view cursor = json_after(answer.body, "\"cursor\":");
    if (json_after(answer.body, "\"complete\":") == "true") {
      const bool clean = json_after(answer.body, "\"missing\":") == "0" &&
                         json_after(answer.body, "\"different\":") == "0";
      if (!clean) refusal_ = answer.body;
      return clean;
    }
    body = R"({"cursor":)" + std::string(cursor) + "}";
  }
  refusal_ = "the comparison did not end";
  return false;
}

// What caches have put into KV since the last run is different for the comparison: migrate again.
bool Operator::compare_afresh() {
  for (int tries = 0; tries < 3; ++tries) {
    if (compare()) return true;
    if (!migrate()) return false;
  }
  return compare();
}

bool Operator::invalidate(const std::string& isbn) {
  return done(admin("POST", "/admin/invalidate", R"({"isbn":)" + json_text(isbn) + "}"));
}

Operator::Standing Operator::standing() {
  const auto answer = admin("GET", "/admin/phase");
  if (answer.status != 200) return {};
  const std::string_view body = answer.body;
  return {std::string(unquoted(json_after(body, "\"phase\":"))),
          whole(json_after(body, "\"percent\":")),
          json_after(body, "\"writesStopped\":") == "true"};
}

bool Operator::advance_to(Phase target, int percent) {
  for (int steps = 0; steps < 12; ++steps) {
    const Standing here = standing();
    if (here.phase == name_of(target) && (target != Phase::d1_reads || here.percent >= percent)) {
      return true;
    }
    if (here.phase == "kv_only") {
      if (!move("dual_write")) return false;
    } else if (here.phase == "dual_write") {
      if (!move("backfill")) return false;
    } else if (here.phase == "backfill") {
      if (!migrate() || !move("reconcile")) return false;
    } else if (here.phase == "reconcile") {
      wait(seconds(2));  // the run must begin later than the phase
      if (!migrate() || !move("verify")) return false;
    } else if (here.phase == "verify") {
      if (!compare_afresh() || !set_flag("true")) return false;
      if (!move("d1_reads", target == Phase::d1_reads ? percent : 100)) return false;
    } else if (here.phase == "d1_reads") {
      if (!(target == Phase::d1 && here.percent == 100 ? move("d1") : move("d1_reads", percent))) {
        return false;
      }
    } else {
      refusal_ = "no way forward from \"" + here.phase + "\"";
      return false;
    }
    wait(phase_is_known);
  }
  return false;
}

}  // namespace cutover::scenarios
