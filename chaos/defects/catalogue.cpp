#include "chaos/defects/catalogue.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>
#include <utility>

#include <nlohmann/json.hpp>

#include "chaos/case_file.h"

namespace cutover::chaos {
namespace {

using nlohmann::json;
using Header = std::map<std::string, std::string, std::less<>>;
using Problem = tl::unexpected<std::string>;

std::string trimmed(std::string_view text) {
  const std::size_t from = text.find_first_not_of(' ');
  if (from == std::string_view::npos) return "";
  return std::string(text.substr(from, text.find_last_not_of(' ') - from + 1));
}

std::vector<std::string> listed(const std::string& text) {
  std::vector<std::string> names;
  std::istringstream parts(text);
  for (std::string part; std::getline(parts, part, ',');) {
    if (std::string name = trimmed(part); !name.empty()) names.push_back(std::move(name));
  }
  return names;
}

tl::expected<Header, std::string> read_header(std::istream& lines) {
  static constexpr std::string_view known[] = {"breaks", "from", "scenario", "case", "caught-by"};
  Header header;
  std::string* last = nullptr;
  for (std::string line; std::getline(lines, line) && !line.empty();) {
    if (line.front() == ' ' && last != nullptr) {
      *last += " " + trimmed(line);
      continue;
    }
    const std::size_t colon = line.find(':');
    const std::string name = line.substr(0, colon);
    if (colon == std::string::npos || std::find(begin(known), end(known), name) == end(known)) {
      return Problem("the header has '" + name +
                     "'; it takes breaks, from, scenario, case and caught-by");
    }
    last = &header[name];
    *last = trimmed(line.substr(colon + 1));
  }
  for (const char* name : {"breaks", "from", "scenario", "caught-by"}) {
    if (header[name].empty()) return Problem(std::string("the header has no '") + name + "'");
  }
  return header;
}

// What a case file says of a run is said here in the same words, and read by the same reader.
tl::expected<StormCase, std::string> read_case(const std::string& scenario,
                                               const std::string& text) {
  json whole = text.empty() ? json::object() : json::parse(text, nullptr, false);
  if (!whole.is_object()) return Problem("'case' is not a JSON object");
  whole["cutoverCase"] = 1;
  whole["scenario"] = scenario;
  if (!whole.contains("seed")) whole["seed"] = 1;
  auto file = case_from_json(whole.dump());
  if (!file) return Problem("'case': " + file.error());
  return file->played;
}

}  // namespace

tl::expected<Defect, std::string> defect_from_text(std::string name, std::string_view text) {
  const auto wrong = [&name](const std::string& what) { return Problem(name + ".patch: " + what); };
  std::istringstream lines{std::string(text)};
  auto header = read_header(lines);
  if (!header) return wrong(header.error());
  auto played = read_case((*header)["scenario"], (*header)["case"]);
  if (!played) return wrong(played.error());
  Defect defect;
  defect.breaks = (*header)["breaks"];
  defect.from = listed((*header)["from"]);
  defect.played = *std::move(played);
  defect.caught_by = listed((*header)["caught-by"]);
  static constexpr std::string_view patched = "+++ b/";
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(patched)) defect.files.push_back(trimmed(line.substr(patched.size())));
  }
  if (defect.files.empty()) return wrong("patches no file");
  for (const std::string& file : defect.files) {
    if (!file.starts_with("core/")) return wrong("patches " + file + ", which is not of the core");
  }
  defect.name = std::move(name);
  return defect;
}

tl::expected<Defect, std::string> read_defect(const std::filesystem::path& patch) {
  std::ifstream in(patch, std::ios::binary);
  std::ostringstream text;
  if (!in || !(text << in.rdbuf())) return Problem(patch.string() + ": cannot be read");
  return defect_from_text(patch.stem().string(), text.str());
}

tl::expected<std::vector<Defect>, std::string> read_catalogue(const std::filesystem::path& folder) {
  std::error_code error;
  std::vector<Defect> defects;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() != ".patch") continue;
    auto defect = read_defect(entry.path());
    if (!defect) return Problem(defect.error());
    defects.push_back(*std::move(defect));
  }
  if (error || defects.empty()) return Problem(folder.string() + ": there are no patches");
  std::sort(defects.begin(), defects.end(),
            [](const Defect& left, const Defect& right) { return left.name < right.name; });
  return defects;
}

}  // namespace cutover::chaos
