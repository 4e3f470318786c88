#include "chaos/corpus.h"

#include <algorithm>
#include <exception>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "chaos/shrink.h"
#include "fakes/faults/listed_faults.h"

namespace cutover::chaos {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t cases_max = 10'000;
constexpr std::size_t violations_max = 20;

// A case that cannot even be played to its end does not hold.
StormResult play(const CaseFile& file) {
  try {
    return replay(file);
  } catch (const std::exception& error) {
    StormResult result;
    result.violations.push_back({"stuck", "", error.what()});
    return result;
  }
}

}  // namespace

tl::expected<std::vector<CorpusCase>, std::string> read_corpus(const std::string& folder) {
  std::error_code error;
  std::vector<fs::path> paths;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (it->path().extension() == ".json") paths.push_back(it->path());
    if (paths.size() > cases_max) {
      return tl::unexpected(folder + ": holds more than 10,000 cases; name a smaller folder");
    }
  }
  if (error) return tl::unexpected(folder + ": cannot be read as a folder of cases");
  std::sort(paths.begin(), paths.end());
  std::vector<CorpusCase> cases;
  for (const fs::path& path : paths) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    if (!in || !(text << in.rdbuf())) return tl::unexpected(path.string() + ": cannot be read");
    auto file = case_from_json(text.str());
    if (!file) return tl::unexpected(path.string() + ": " + file.error());
    cases.push_back({path.filename().string(), std::move(*file)});
  }
  return cases;
}

std::optional<Regression> play_corpus_case(const CorpusCase& one) {
  StormResult result = play(one.file);
  if (result.violations.empty()) return std::nullopt;
  const std::string signature = result.signature();
  if (result.violations.size() > violations_max) result.violations.resize(violations_max);
  return Regression{one.name, signature, std::move(result.violations)};
}

std::vector<std::string> unmatched_in(const CorpusCase& one) {
  faults::ListedFaults plan(one.file.faults);
  static_cast<void>(StormRun(one.file.played, plan).play());
  std::vector<std::string> lines;
  for (const faults::PlannedFault& fault : plan.unmatched()) {
    lines.push_back(describe(fault.address) + ": " + std::string(row_of(fault.fault).name));
  }
  return lines;
}

}  // namespace cutover::chaos
