#include "bench/row.h"

#include <algorithm>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "bench/samples.h"

namespace cutover::bench {
namespace {

using nlohmann::ordered_json;

std::string shown(double value, std::string_view unit) {
  char text[64];
  const int digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  std::string result = text;
  if (!unit.empty()) result.append(" ").append(unit);
  return result;
}

std::string goal_text(const Row& row) {
  return (row.bound == Bound::at_least ? "at least " : "at most ") + shown(row.goal, row.unit);
}

bool keeps(const Row& row, double value) {
  return row.bound == Bound::at_least ? value >= row.goal : value <= row.goal;
}

}  // namespace

Goal goal_of(const Row& row) {
  if (row.values.empty()) return Goal::unknown;
  std::vector<double> sorted = row.values;
  std::sort(sorted.begin(), sorted.end());
  const std::size_t quarter = sorted.size() / 4;
  const bool low = keeps(row, sorted[quarter]);
  const bool high = keeps(row, sorted[sorted.size() - 1 - quarter]);
  if (low != high) return Goal::unknown;
  return low ? Goal::met : Goal::missed;
}

std::string_view name_of(Goal goal) {
  switch (goal) {
    case Goal::met: return "met";
    case Goal::missed: return "missed";
    case Goal::unknown: return "unknown";
  }
  return "?";
}

std::string text_of(const Row& row) {
  std::string text = std::string(row.name) + ": " + std::string(row.what);
  if (row.against != "-") text.append(", against ").append(row.against);
  text += "\n";
  for (const std::string& note : row.notes) text += "    " + note + "\n";
  if (row.values.empty()) {
    return text + "  not measured: " + row.missing + " (goal: " + goal_text(row) + ")\n";
  }
  const auto [low, high] = std::minmax_element(row.values.begin(), row.values.end());
  text += "  " + shown(median(row.values), row.unit);
  if (row.values.size() > 1) {
    text += " (" + std::to_string(row.values.size()) + " rounds: " + shown(*low, "") + " to " +
            shown(*high, row.unit) + ")";
  }
  return text + ", goal: " + goal_text(row) + ": " + std::string(name_of(goal_of(row))) + "\n";
}

std::string json_of(const std::vector<Row>& rows) {
  ordered_json json = {{"format", "cutover-bench"}, {"version", 1}};
  json["rows"] = ordered_json::array();
  for (const Row& row : rows) {
    ordered_json one = {{"name", row.name},
                        {"what", row.what},
                        {"against", row.against},
                        {"unit", row.unit.empty() ? "ratio" : row.unit},
                        {"bound", row.bound == Bound::at_least ? "atLeast" : "atMost"},
                        {"goal", row.goal},
                        {"values", row.values},
                        {"verdict", name_of(goal_of(row))},
                        {"notes", row.notes}};
    if (!row.values.empty()) one["median"] = median(row.values);
    if (!row.missing.empty()) one["missing"] = row.missing;
    json["rows"].push_back(std::move(one));
  }
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace cutover::bench
