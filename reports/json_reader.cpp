// from_json: reads report.json back, and names the JSON pointer of the first thing that is wrong.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <utility>
#include <vector>

#include "reports/json_reader_parts.h"
#include "reports/json_report.h"
#include "reports/text.h"

namespace cutover::reports {

namespace {

using reading::Json;
using reading::member;
using reading::member_if_there;
using reading::member_since_2;
using reading::Place;

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
  if (place.value() < 1 || place.value() > report_schema_version) {
    return place.fail("this program reads versions 1 to " + std::to_string(report_schema_version) +
                      " of reports, not version " + place.value().dump());
  }
  place.document().version = place.value().get<int>();
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
  member_since_2(place, "profile", report.profile);
  member_since_2(place, "meaning", report.meaning);
  member_since_2(place, "tables", report.tables);
  member_since_2(place, "charts", report.charts);
  member_since_2(place, "seeds", report.seeds);
  member_since_2(place, "history", report.history);
  member_since_2(place, "worst_run", report.worst_run);
  member_if_there(place, "files", report.files);
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
    reading::Document reading;
    read_document(Place(document, "", reading), report);
    if (!reading.problem.empty()) return {std::nullopt, reading.problem};
    return {std::move(report), ""};
  } catch (const Refused& refused) {
    return {std::nullopt, std::string("the report: ") + refused.what()};
  } catch (const Json::exception& error) {
    return {std::nullopt, "the report is not JSON: " + clipped(visible(error.what()), 300)};
  }
}

}  // namespace cutover::reports
