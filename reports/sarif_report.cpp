#include "reports/sarif_report.h"

#include <nlohmann/json.hpp>

#include <map>
#include <utility>
#include <vector>

#include "reports/figures.h"
#include "reports/objections.h"
#include "reports/text.h"

namespace cutover::reports {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t text_characters_max = 1000;

// One thing to report, whatever part of the report it comes from.
struct Alert {
  std::string rule;  // "criterion/R6.5.p95"
  std::string name;
  std::string help;
  Verdict verdict = Verdict::unknown;
  std::string message;
  std::string file;  // the file that it is about, beside the report
};

std::string text_of(std::string_view text) {
  const std::string shown = visible(clipped(text, text_characters_max));
  return shown.empty() ? "-" : shown;
}

// Letters, digits, dots, dashes: rule ids go into addresses and filters.
std::string rule_part(std::string_view text) {
  std::string part;
  for (const char character : visible(clipped(text, 80))) {
    const bool plain = (character >= '0' && character <= '9') ||
                       (character >= 'A' && character <= 'Z') ||
                       (character >= 'a' && character <= 'z') || character == '.' ||
                       character == '_' || character == '-';
    part += plain ? character : '-';
  }
  return part.empty() ? "unnamed" : part;
}

std::string help_of(const Objection& objection, const Report& report) {
  const std::string command = objection.reproduce.empty() ? report.reproduce : objection.reproduce;
  std::string help = objection.verdict == Verdict::unknown
                         ? "There is not enough evidence, which is not a pass."
                         : "Shown not to hold.";
  if (!command.empty()) help += " To repeat it: " + command;
  return help;
}

std::vector<Alert> alerts_of(const Report& report) {
  std::vector<Alert> alerts;
  for (const std::string& sentence : contradictions(report)) {
    alerts.push_back({"report/contradiction", "the report agrees with itself",
                      "A report must not claim more than its parts show; do not trust this one.",
                      Verdict::fail, sentence, "report.json"});
  }
  for (const Objection& one : objections(report)) {
    const std::string& id = one.id.empty() ? one.title : one.id;
    alerts.push_back({rule_part(one.kind) + "/" + rule_part(id), name_of(one), help_of(one, report),
                      one.verdict, name_of(one) + ": " + one.what, "report.json"});
  }
  const std::string dump =
      report.inputs.empty() ? "report.json" : std::string(last_path_part(report.inputs[0].path));
  for (const FindingGroup& group : report.rejections) {
    std::string message =
        how_many(group) + " rejected, " + group.reason + ": " + group.meaning + ".";
    for (const Finding& finding : group.examples) message += " " + finding.key;
    alerts.push_back({"rejected/" + rule_part(group.reason), "rejected keys: " + group.reason,
                      group.meaning.empty() ? "The value cannot become a row." : group.meaning,
                      Verdict::unknown, message, dump});
  }
  return alerts;
}

Json rule_of(const Alert& alert) {
  return {
      {"id", alert.rule},
      {"shortDescription", {{"text", text_of(alert.name)}}},
      {"help", {{"text", text_of(alert.help)}}},
      {"defaultConfiguration", {{"level", alert.verdict == Verdict::fail ? "error" : "warning"}}}};
}

Json result_of(const Alert& alert, std::size_t rule_index) {
  const std::string file = alert.file.empty() ? "report.json" : alert.file;
  return {{"ruleId", alert.rule},
          {"ruleIndex", rule_index},
          {"level", alert.verdict == Verdict::fail ? "error" : "warning"},
          {"message", {{"text", text_of(alert.message)}}},
          {"locations", Json::array({{{"physicalLocation",
                                       {{"artifactLocation", {{"uri", rule_part(file)}}},
                                        {"region", {{"startLine", 1}}}}}}})},
          {"partialFingerprints", {{"cutoverRule/v1", alert.rule}}}};
}

}  // namespace

std::string to_sarif(const Report& report) {
  const std::vector<Alert> alerts = alerts_of(report);
  Json rules = Json::array();
  Json results = Json::array();
  std::map<std::string, std::size_t> rule_index;  // two alerts may share a rule
  for (const Alert& alert : alerts) {
    if (results.size() == sarif_results_max) break;
    const auto [place, is_new] = rule_index.emplace(alert.rule, rules.size());
    if (is_new) rules.push_back(rule_of(alert));
    results.push_back(result_of(alert, place->second));
  }
  Json invocation = {{"executionSuccessful", true}};
  if (alerts.size() > results.size()) {
    invocation["toolExecutionNotifications"] =
        Json::array({{{"level", "warning"},
                      {"message",
                       {{"text", count_text(alerts.size() - results.size()) +
                                     " more results are in report.json."}}}}});
  }
  const Json driver = {
      {"name", "cutover"}, {"version", text_of(report.tool_version)}, {"rules", std::move(rules)}};
  const Json run = {
      {"tool", {{"driver", driver}}},
      {"automationDetails", {{"id", "cutover/verify/"}}},
      {"invocations", Json::array({std::move(invocation)})},
      {"results", std::move(results)},
      {"properties",
       {{"verdict", name_of(verdict_seen(report))}, {"headline", text_of(report.headline)}}}};
  const Json document = {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                         {"version", "2.1.0"},
                         {"runs", Json::array({run})}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace cutover::reports
