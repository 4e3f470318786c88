#include "acceptance/line_coverage.h"

#include <array>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "acceptance/run.h"

namespace cutover::acceptance {
namespace {

using nlohmann::json;
using reports::Verdict;

constexpr std::uintmax_t coverage_bytes_max = 16U << 20;

// The least that each must have, in percent (R4.1; the plan's checklist wants 90 for data access).
struct Wanted {
  const char* folder;
  double percent;
};
constexpr std::array wanted = {Wanted{"core/store/", 90}, Wanted{"core/migrate/", 90},
                               Wanted{"core/books/", 90}, Wanted{"core/", 75}};

bool counts(const json& file) {
  const auto number = [&](const char* name) {
    const auto found = file.find(name);
    return found != file.end() && found->is_number_unsigned();
  };
  const auto name = file.find("filename");
  return name != file.end() && name->is_string() && number("line_total") &&
         number("line_covered") && file["line_covered"] <= file["line_total"];
}

}  // namespace

double Lines::percent() const {
  return all == 0 ? 0 : 100.0 * static_cast<double>(run) / static_cast<double>(all);
}

tl::expected<LineCoverage, std::string> LineCoverage::read(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error) return tl::unexpected(path + ": cannot be read (" + error.message() + ")");
  if (size > coverage_bytes_max) return tl::unexpected(path + ": is larger than 16 MiB");
  std::ifstream file(path, std::ios::binary);
  const json document = json::parse(file, nullptr, false);
  const auto files = document.is_object() ? document.find("files") : document.end();
  if (!document.is_object() || files == document.end() || !files->is_array()) {
    return tl::unexpected(path + ": is no summary of gcovr (its key \"files\" is missing)");
  }
  LineCoverage coverage;
  for (const json& one : *files) {
    if (!one.is_object() || !counts(one)) {
      return tl::unexpected(path +
                            ": an entry of \"files\" lacks filename, line_total or "
                            "line_covered, or has more lines covered than there are");
    }
    coverage.files_[one["filename"]] = {one["line_total"], one["line_covered"]};
  }
  for (const Wanted& folder : wanted) {
    if (coverage.of(folder.folder).all == 0) {
      return tl::unexpected(path + ": has no lines of " + folder.folder +
                            "; `./cutover --preset coverage test` writes them");
    }
  }
  return coverage;
}

Lines LineCoverage::of(std::string_view folder) const {
  Lines lines;
  for (auto file = files_.lower_bound(folder);
       file != files_.end() && file->first.starts_with(folder); ++file) {
    lines.all += file->second.all;
    lines.run += file->second.run;
  }
  return lines;
}

void read_coverage(Run& run) {
  if (run.options.coverage.empty()) return;
  Step step(run, "line coverage of the tests");
  const auto coverage = LineCoverage::read(run.options.coverage);
  if (!coverage) {
    step.end(Verdict::unknown, coverage.error());
    return;
  }
  std::string figures;
  bool enough = true;
  for (const Wanted& folder : wanted) {
    const double percent = coverage->of(folder.folder).percent();
    enough = enough && percent >= folder.percent;
    figures += fmt::format("{}{} {:.1f} % (at least {:.0f})", figures.empty() ? "" : ", ",
                           folder.folder, percent, folder.percent);
  }
  const Verdict verdict = enough ? Verdict::pass : Verdict::fail;
  run.show("R4.1", verdict, "lines that the tests run: " + figures, step.name(),
           "./cutover --preset coverage test");
  step.end(verdict, figures);
}

}  // namespace cutover::acceptance
