// from_json: reads report.json back, and names the JSON pointer of the first thing that is wrong.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <utility>
#include <vector>

#include "reports/json_report.h"
#include "reports/text.h"

namespace cutover::reports {

namespace {

using Json = nlohmann::ordered_json;

struct Refused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Refuses, while the text is being parsed, what no report of ours holds: depth without end, and a
// name twice in one object (readers disagree on which of the two counts).
class Screen {
 public:
  void see(int depth, Json::parse_event_t event, const Json& value) {
    using Event = Json::parse_event_t;
    if (event == Event::object_start || event == Event::array_start) {
      if (depth >= report_depth_max) {
        throw Refused("more than " + std::to_string(report_depth_max) + " levels deep");
      }
    }
    if (event == Event::object_start) names_.emplace_back();
    if (event == Event::object_end) names_.pop_back();
    if (event == Event::key && !names_.back().insert(value.get<std::string>()).second) {
      throw Refused("the name \"" + clipped(visible(value.get<std::string>()), 80) +
                    "\" stands twice in one object");
    }
  }

 private:
  std::vector<std::set<std::string>> names_;  // of each object that is open
};

std::string escaped_for_pointer(std::string_view name) {
  std::string escaped;
  for (const char character : visible(name)) {
    if (character == '~') {
      escaped += "~0";
    } else if (character == '/') {
      escaped += "~1";
    } else {
      escaped += character;
    }
  }
  return escaped;
}

// One value with its place. Reading goes on after a problem, but only the first one is kept.
class Place {
 public:
  Place(const Json& value, std::string pointer, std::string& problem)
      : value_(value), pointer_(std::move(pointer)), problem_(problem) {}

  [[nodiscard]] const Json& value() const { return value_; }

  [[nodiscard]] Place below(std::string_view name, const Json& value) const {
    return {value, pointer_ + "/" + escaped_for_pointer(name), problem_};
  }

  void fail(const std::string& why) const {
    if (problem_.empty()) problem_ = (pointer_.empty() ? "the report" : pointer_) + ": " + why;
  }

  void fail_type(const std::string& wanted) const {
    fail("must be " + wanted + ", but is " + kind());
  }

 private:
  [[nodiscard]] std::string kind() const {
    if (value_.is_number_integer() && value_ < 0) return "a negative number";
    if (value_.is_string())
      return "the text \"" + clipped(visible(value_.get<std::string>()), 40) + "\"";
    if (value_.is_array() || value_.is_object()) return std::string("an ") + value_.type_name();
    if (value_.is_null()) return "null";
    return std::string("a ") + value_.type_name();
  }

  const Json& value_;
  std::string pointer_;
  std::string& problem_;
};

void read(const Place& place, std::string& target) {
  if (!place.value().is_string()) return place.fail_type("a text");
  target = place.value().get<std::string>();
}

void read(const Place& place, std::uint64_t& target) {
  if (!place.value().is_number_unsigned()) return place.fail_type("a count, 0 or more");
  target = place.value().get<std::uint64_t>();
}

void read(const Place& place, std::optional<double>& target) {
  if (place.value().is_null()) return;
  const bool number = place.value().is_number();
  if (!number || place.value().get<double>() < 0) return place.fail_type("0 or more, or null");
  target = place.value().get<double>();
}

void read(const Place& place, Measured& target) {
  if (place.value().is_null()) return;
  if (place.value().is_number()) {
    target = place.value().get<double>();
  } else if (place.value().is_string()) {
    target = place.value().get<std::string>();
  } else {
    place.fail_type("a number, a text or null");
  }
}

void read(const Place& place, Verdict& target) {
  const auto named =
      place.value().is_string() ? verdict_named(place.value().get<std::string>()) : std::nullopt;
  if (!named) return place.fail_type("one of \"pass\", \"fail\", \"unknown\"");
  target = *named;
}

void read(const Place& place, ChecklistPhase& target) {
  const auto named =
      place.value().is_string() ? phase_named(place.value().get<std::string>()) : std::nullopt;
  if (!named) return place.fail_type("one of \"before\", \"after\"");
  target = *named;
}

void read(const Place& place, std::map<std::string, std::uint64_t>& target) {
  if (!place.value().is_object()) return place.fail_type("an object of counts");
  for (const auto& [name, count] : place.value().items()) {
    read(place.below(name, count), target[name]);
  }
}

// The member `name` of an object, which must be there.
template <class Target>
void member(const Place& object, const char* name, Target& target);

template <class Item>
void read(const Place& place, std::vector<Item>& items) {
  if (!place.value().is_array()) return place.fail_type("an array");
  items.reserve(place.value().size());
  for (const Json& value : place.value()) {
    const Place item = place.below(std::to_string(items.size()), value);
    read(item, items.emplace_back());
  }
}

void read(const Place& place, Evidence& evidence) {
  member(place, "what", evidence.what);
  member(place, "source", evidence.source);
  member(place, "reproduce", evidence.reproduce);
  member(place, "verdict", evidence.verdict);
}

void read(const Place& place, Requirement& requirement) {
  member(place, "id", requirement.id);
  member(place, "title", requirement.title);
  member(place, "verdict", requirement.verdict);
  member(place, "evidence", requirement.evidence);
}

void read(const Place& place, Criterion& criterion) {
  member(place, "id", criterion.id);
  member(place, "name", criterion.name);
  member(place, "threshold", criterion.threshold);
  member(place, "measured", criterion.measured);
  member(place, "unit", criterion.unit);
  member(place, "verdict", criterion.verdict);
  member(place, "note", criterion.note);
}

void read(const Place& place, Input& input) {
  member(place, "name", input.name);
  member(place, "path", input.path);
  member(place, "sha256", input.sha256);
  member(place, "bytes", input.bytes);
  member(place, "records", input.records);
}

void read(const Place& place, Finding& finding) {
  member(place, "key", finding.key);
  member(place, "reason", finding.reason);
  member(place, "detail", finding.detail);
}

void read(const Place& place, FindingGroup& group) {
  member(place, "reason", group.reason);
  member(place, "count", group.count);
  member(place, "meaning", group.meaning);
  member(place, "examples", group.examples);
}

void read(const Place& place, Step& step) {
  member(place, "name", step.name);
  member(place, "verdict", step.verdict);
  member(place, "what_happened", step.what_happened);
  member(place, "virtual_ms", step.virtual_ms);
  member(place, "real_ms", step.real_ms);
  member(place, "events", step.events);
}

void read(const Place& place, Query& query) {
  member(place, "name", query.name);
  member(place, "sql", query.sql);
  member(place, "ms", query.ms);
  member(place, "rows", query.rows);
  member(place, "plan", query.plan);
}

void read(const Place& place, ChecklistItem& item) {
  member(place, "phase", item.phase);
  member(place, "item", item.item);
  member(place, "verdict", item.verdict);
  member(place, "evidence", item.evidence);
}

void read(const Place& place, Approval& approval) {
  member(place, "role", approval.role);
  member(place, "person", approval.person);
  member(place, "at", approval.at);
  member(place, "digest", approval.digest);
  member(place, "note", approval.note);
}

template <class Target>
void member(const Place& object, const char* name, Target& target) {
  if (!object.value().is_object()) return object.fail_type("an object");
  const auto found = object.value().find(name);
  if (found == object.value().end()) return object.fail(std::string(name) + " is missing");
  read(object.below(name, *found), target);
}

// Two objects in the file, counts and meanings, are one list here, in the order of the counts.
void read_fates(const Place& place, std::vector<Fate>& fates) {
  const Json& counts = place.value()["fates"];
  const Json& meanings = place.value()["fate_meanings"];
  const Place counts_place = place.below("fates", counts);
  const Place meanings_place = place.below("fate_meanings", meanings);
  if (!counts.is_object()) return counts_place.fail_type("an object of counts");
  if (!meanings.is_object()) return meanings_place.fail_type("an object of texts");
  for (const auto& [name, count] : counts.items()) {
    Fate& fate = fates.emplace_back();
    fate.fate = name;
    read(counts_place.below(name, count), fate.count);
  }
  for (const auto& [name, meaning] : meanings.items()) {
    std::string explanation;
    read(meanings_place.below(name, meaning), explanation);
    const auto fate = std::find_if(fates.begin(), fates.end(),
                                   [&key = name](const Fate& one) { return one.fate == key; });
    if (fate != fates.end()) fate->explanation = explanation;
  }
}

void read_version(const Place& place) {
  if (!place.value().is_number_integer()) return place.fail_type("a version number");
  if (place.value() != report_schema_version) {
    place.fail("this program reads version " + std::to_string(report_schema_version) +
               " of reports, not version " + place.value().dump());
  }
}

void read_document(const Place& place, Report& report) {
  if (!place.value().is_object()) return place.fail_type("an object");
  for (const char* name : {"schema_version", "fates", "fate_meanings"}) {
    if (!place.value().contains(name)) return place.fail(std::string(name) + " is missing");
  }
  read_version(place.below("schema_version", place.value()["schema_version"]));
  member(place, "tool_version", report.tool_version);
  member(place, "started", report.started);
  member(place, "seed", report.seed);
  member(place, "verdict", report.verdict);
  member(place, "headline", report.headline);
  member(place, "inputs", report.inputs);
  member(place, "requirements", report.requirements);
  member(place, "criteria", report.criteria);
  member(place, "listed", report.listed);
  read_fates(place, report.fates);
  member(place, "steps", report.steps);
  member(place, "rejections", report.rejections);
  member(place, "alterations", report.alterations);
  member(place, "queries", report.queries);
  member(place, "checklist", report.checklist);
  member(place, "approvals", report.approvals);
  member(place, "coverage", report.coverage);
  member(place, "reproduce", report.reproduce);
  member(place, "not_covered", report.not_covered);
}

}  // namespace

ReadReport from_json(std::string_view text) {
  if (text.size() > report_bytes_max) {
    return {std::nullopt, "the report: more than " + std::to_string(report_bytes_max) + " bytes"};
  }
  try {
    Screen screen;
    const Json document = Json::parse(text.begin(), text.end(),
                                      [&](int depth, Json::parse_event_t event, Json& value) {
                                        screen.see(depth, event, value);
                                        return true;
                                      });
    Report report;
    std::string problem;
    read_document(Place(document, "", problem), report);
    if (!problem.empty()) return {std::nullopt, problem};
    return {std::move(report), ""};
  } catch (const Refused& refused) {
    return {std::nullopt, std::string("the report: ") + refused.what()};
  } catch (const Json::exception& error) {
    return {std::nullopt, "the report is not JSON: " + clipped(visible(error.what()), 300)};
  }
}

}  // namespace cutover::reports
