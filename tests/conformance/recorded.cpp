#include "tests/conformance/recorded.h"

#include <algorithm>
#include <fstream>

#include "core/ports/check.h"

namespace cutover::conformance {
namespace {

namespace fs = std::filesystem;

RecordedFile read(const fs::path& path) {
  RecordedFile file{path, path.filename().string().starts_with("kv"), {}};
  std::ifstream in(path);
  for (std::string text; std::getline(in, text);) {
    const Json line = Json::parse(text, nullptr, false);
    CUTOVER_CHECK(line.is_object(), text.c_str());
    if (line.contains("begin")) {
      file.recordings.push_back({line.at("begin").get<std::string>(), {}, {}});
      continue;
    }
    CUTOVER_CHECK(!file.recordings.empty(), "a file begins with a title");
    file.recordings.back().operations.push_back(line.at("op"));
    file.recordings.back().answers.push_back(with_javascript_numbers(line.value("answer", Json())));
  }
  return file;
}

}  // namespace

std::vector<RecordedFile> recorded_files() {
  std::vector<fs::path> paths;
  for (const auto& entry :
       fs::directory_iterator(std::string(CUTOVER_SOURCE_DIR) + "/tests/conformance/recorded")) {
    if (entry.path().extension() == ".jsonl") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<RecordedFile> files;
  for (const fs::path& path : paths) files.push_back(read(path));
  return files;
}

void save(const RecordedFile& file) {
  std::ofstream out(file.path);
  for (const Recording& recording : file.recordings) {
    out << Json{{"begin", recording.title}}.dump() << '\n';
    for (std::size_t i = 0; i < recording.operations.size(); ++i) {
      const Json line = {{"op", recording.operations[i]}, {"answer", recording.answers[i]}};
      out << line.dump() << '\n';
    }
  }
}

}  // namespace cutover::conformance
