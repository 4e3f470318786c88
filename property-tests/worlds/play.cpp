#include "property-tests/worlds/play.h"

#include <cstdlib>
#include <fstream>

#include "chaos/storm_run.h"
#include "property-tests/worlds/drawn_faults.h"
#include "property-tests/worlds/model.h"

namespace cutover::worlds {
namespace {

constexpr const char* file_variable = "CUTOVER_WORLD_CASE";
constexpr const char* file_name = "world-case.json";

}  // namespace

Played play(const DrawnWorld& drawn, const AtEnd& at_end) {
  Played played;
  played.file.played = case_of(drawn);
  DrawnFaults faults(drawn.world, drawn.faults);
  chaos::StormRun run(played.file.played, faults);
  run.at_end([&](const chaos::Aftermath& end) {
    if (at_end) at_end(end);
    played.disagreements = disagreements(end);
  });
  played.result = run.play();
  played.file.faults = faults.taken();
  played.file.signature = played.result.signature();
  played.file.digest = played.result.digest;
  return played;
}

std::string report(const Played& played) {
  const std::string json = to_json(played.file);
  const char* named = std::getenv(file_variable);
  const std::string path = named != nullptr ? named : file_name;
  std::string text;
  for (const chaos::Violation& violation : played.result.violations) {
    text += violation.invariant + " " + violation.about + ": " + violation.text + "\n";
  }
  for (const std::string& line : played.disagreements) text += "the model: " + line + "\n";
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << json;
  out.close();
  text += out ? "./cutover replay " + path + " plays it again:\n"
              : "cannot write " + path + "; this is the case file:\n";
  return text + json;
}

std::string case_in(const std::string& text) {
  const std::size_t begin = text.find("\n{");
  const std::size_t end = text.rfind("\n}");
  if (begin == std::string::npos || end == std::string::npos || end < begin) return "";
  return text.substr(begin + 1, end + 1 - begin);
}

}  // namespace cutover::worlds
