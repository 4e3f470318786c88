// Operators' routes around the rollout: flags, phases, rollback, writes, and the cache (R3.8, R5).

#include "core/api/envelope.h"
#include "core/api/handlers.h"
#include "core/api/json_writer.h"
#include "core/api/text_rules.h"
#include "core/api/values.h"

namespace cutover::api {
namespace {

using rollout::MoveResult;

constexpr std::string_view actor = "admin";
constexpr std::int64_t audit_entries_shown = 20;
constexpr std::int64_t invalidate_limit_default = 100;
constexpr std::int64_t invalidate_limit_max = 1000;
constexpr std::size_t prefix_bytes_max = 64;

tl::unexpected<Problem> failed(const Failure& failure) {
  return tl::unexpected(problem_of(failure, Duration{0}, true));
}

double seconds_of(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

void write_state(JsonWriter& json, std::string_view name, const rollout::RolloutState& state) {
  json.key(name).begin_object().text("phase", name_of(state.phase));
  json.number("percent", state.percent).boolean("writesStopped", state.writes_stopped);
  json.number("revision", state.revision).number("changedAt", state.changed_at).end_object();
}

void write_setting(JsonWriter& json, std::string_view name, const rollout::FlagSetting& setting) {
  json.key(name).begin_object().boolean("set", setting.set).boolean("valid", setting.valid);
  json.number("percent", setting.percent).end_object();
}

std::string flags_json(const Call& call, const rollout::RolloutView& view) {
  JsonWriter data;
  data.begin_object().text("key", rollout::flag_key);
  write_setting(data, "environment", view.environment);
  write_setting(data, "kv", view.kv);
  data.number("percent", view.flag.percent).text("reason", view.flag.reason);
  data.text("phase", name_of(view.state.phase));
  data.number("effectivePercent", view.effective_percent);
  data.real("ageSeconds", seconds_of(view.age));
  data.real("boundSeconds", seconds_of(call.parts().rollout.bound())).end_object();
  return data.take();
}

void write_findings(JsonWriter& json, const std::vector<rollout::GuardFinding>& findings) {
  json.key("findings").begin_array();
  for (const rollout::GuardFinding& finding : findings) {
    json.begin_object()
        .text("criterion", finding.criterion)
        .text("action", name_of(finding.action));
    json.real("measured", finding.measured).real("limit", finding.limit);
    json.text("unit", finding.unit).end_object();
  }
  json.end_array();
}

void write_audit(JsonWriter& json, const std::vector<rollout::AuditEntry>& entries) {
  json.key("audit").begin_array();
  for (const rollout::AuditEntry& entry : entries) {
    json.begin_object();
    write_state(json, "from", entry.from);
    write_state(json, "to", entry.to);
    json.text("actor", entry.actor).text("reason", entry.reason).text("evidence", entry.evidence);
    json.end_object();
  }
  json.end_array();
}

// The answer to a wish to move: what stands now, or 409 with what stood in the way.
Checked<HttpResponse> moved(const Call& call, const Outcome<MoveResult>& result) {
  if (!result) return failed(result.error());
  switch (result->end) {
    case MoveResult::End::done: {
      JsonWriter data;
      data.begin_object();
      write_state(data, "state", result->state);
      data.raw("conditions", result->gate.conditions.empty() ? "[]" : result->gate.json());
      data.real("boundSeconds", seconds_of(call.parts().rollout.bound())).end_object();
      return success(call.parts().runtime.wall(), data.take());
    }
    case MoveResult::End::gate_closed: {
      Problem problem{
          409, "GATE_CLOSED", "the gate is closed; details say what is not met", {}, {}};
      problem.details = result->gate.json();
      return tl::unexpected(std::move(problem));
    }
    case MoveResult::End::conflict:
      return refuse(409, "CONFLICT",
                    "somebody else changed the rollout meanwhile; look and repeat");
    case MoveResult::End::not_a_move: break;
  }
  return refuse(409, "NOT_A_MOVE",
                "from " + std::string(name_of(result->state.phase)) +
                    " there is no such move: one phase forward at a time, and back by rollback");
}

Checked<std::string> reason_of(const Call& call) {
  auto text = call.body.text("reason");
  if (!text) return tl::unexpected(std::move(text.error()));
  return checked_reason(*text);
}

Checked<HttpResponse> invalidate_one(Call& call, const std::string& text) {
  auto isbn = checked_isbn(text);
  if (!isbn) return tl::unexpected(std::move(isbn.error()));
  const auto done = call.parts().lookup.invalidate(*isbn);
  if (!done) return failed(done.error());
  JsonWriter data;
  data.begin_object().text("isbn", isbn->digits());
  data.real("boundSeconds", seconds_of(call.parts().kv.staleness_bound())).end_object();
  return success(call.parts().runtime.wall(), data.take());
}

Checked<HttpResponse> invalidate_many(Call& call, const std::string& prefix, std::int64_t limit) {
  if (prefix.empty() || prefix.size() > prefix_bytes_max || !is_clean_text(prefix)) {
    return bad_request("\"prefix\" is text of 1 to " + std::to_string(prefix_bytes_max) +
                       " bytes, such as 97804");
  }
  const auto done = call.parts().lookup.invalidate_prefix(prefix, limit);
  if (!done) return failed(done.error());
  JsonWriter data;
  data.begin_object().text("prefix", prefix).number("keys", done->keys);
  data.boolean("more", done->more);
  data.real("boundSeconds", seconds_of(call.parts().kv.staleness_bound())).end_object();
  return success(call.parts().runtime.wall(), data.take());
}

}  // namespace

Checked<HttpResponse> invalidate(Call& call) {
  auto isbn = call.body.text("isbn");
  if (!isbn) return tl::unexpected(std::move(isbn.error()));
  auto prefix = call.body.text("prefix");
  if (!prefix) return tl::unexpected(std::move(prefix.error()));
  auto limit = call.body.number("limit");
  if (!limit) return tl::unexpected(std::move(limit.error()));
  if (isbn->has_value() == prefix->has_value()) {
    return bad_request("give either \"isbn\", or \"prefix\" with or without \"limit\"");
  }
  if (*isbn) {
    if (*limit) return bad_request("\"limit\" goes with \"prefix\" only");
    return invalidate_one(call, **isbn);
  }
  const std::int64_t keys = limit->value_or(invalidate_limit_default);
  if (keys < 1 || keys > invalidate_limit_max) {
    return bad_request("\"limit\" is a whole number from 1 to " +
                       std::to_string(invalidate_limit_max));
  }
  return invalidate_many(call, **prefix, keys);
}

Checked<HttpResponse> read_flags(Call& call) {
  const auto view = call.parts().rollout.view();
  if (!view) return failed(view.error());
  return success(call.parts().runtime.wall(), flags_json(call, *view));
}

Checked<HttpResponse> set_flag(Call& call) {
  auto value = call.body.text("value");
  if (!value) return tl::unexpected(std::move(value.error()));
  if (!*value || !rollout::parse_flag(*value).valid) {
    return refuse(400, "INVALID_FLAG",
                  "\"value\" is a text: \"true\", \"false\", or a whole percentage, \"0\" to "
                  "\"100\", with or without %");
  }
  const auto done = call.parts().rollout.set_flag(**value);
  if (!done) return failed(done.error());
  return read_flags(call);
}

Checked<HttpResponse> read_phase(Call& call) {
  const auto view = call.parts().rollout.view();
  if (!view) return failed(view.error());
  const auto audit = call.parts().rollout.audit(audit_entries_shown);
  JsonWriter data;
  data.begin_object();
  write_state(data, "state", view->state);
  data.boolean("known", view->known).real("ageSeconds", seconds_of(view->age));
  data.number("effectivePercent", view->effective_percent);
  data.number("shadowCompared", view->shadow_compared);
  data.number("shadowDifferent", view->shadow_different);
  write_findings(data, view->findings);
  write_audit(data, audit ? *audit : std::vector<rollout::AuditEntry>());
  data.end_object();
  return success(call.parts().runtime.wall(), data.take());
}

Checked<HttpResponse> move_phase(Call& call) {
  auto name = call.body.text("phase");
  if (!name) return tl::unexpected(std::move(name.error()));
  const auto phase = rollout::phase_named(name->value_or(""));
  if (!phase) {
    return bad_request(
        "\"phase\" is one of kv_only, dual_write, backfill, reconcile, verify, "
        "d1_reads, d1");
  }
  auto percent = call.body.number("percent");
  if (!percent) return tl::unexpected(std::move(percent.error()));
  const bool partial = *phase == rollout::Phase::d1_reads;
  if (partial != percent->has_value() || (*percent && (**percent < 1 || **percent > 100))) {
    return bad_request("\"percent\" goes with d1_reads, and there it is required: 1 to 100");
  }
  auto reason = reason_of(call);
  if (!reason) return tl::unexpected(std::move(reason.error()));
  return moved(call, call.parts().rollout.move(*phase, static_cast<int>(percent->value_or(0)),
                                               std::string(actor), *reason));
}

Checked<HttpResponse> roll_back(Call& call) {
  auto reason = reason_of(call);
  if (!reason) return tl::unexpected(std::move(reason.error()));
  return moved(call, call.parts().rollout.rollback(std::string(actor), *reason));
}

Checked<HttpResponse> stop_writes(Call& call) {
  auto stopped = call.body.boolean("stopped");
  if (!stopped) return tl::unexpected(std::move(stopped.error()));
  if (!*stopped) return bad_request("\"stopped\" is required: true or false");
  auto reason = reason_of(call);
  if (!reason) return tl::unexpected(std::move(reason.error()));
  return moved(call,
               call.parts().rollout.set_writes_stopped(**stopped, std::string(actor), *reason));
}

}  // namespace cutover::api
