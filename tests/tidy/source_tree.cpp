#include "tests/tidy/source_tree.h"

#include <algorithm>
#include <fstream>

namespace cutover::tidy {
namespace {

namespace fs = std::filesystem;

bool is_text(const fs::path& path) {
  const std::string extension = path.extension().string();
  return extension == ".h" || extension == ".cpp" || extension == ".cmake" || extension == ".md" ||
         extension == ".sql" || extension == ".json" || path.filename() == "CMakeLists.txt" ||
         path.filename() == "cutover" || path.filename() == "run";
}

SourceFile read_file(const fs::path& root, const fs::path& path) {
  SourceFile file{fs::relative(path, root).generic_string(), {}};
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) file.lines.push_back(std::move(line));
  return file;
}

}  // namespace

std::vector<SourceFile> read_tree(const fs::path& root) {
  std::vector<SourceFile> files;
  for (auto it = fs::recursive_directory_iterator(root); it != fs::recursive_directory_iterator();
       ++it) {
    const std::string name = it->path().filename().string();
    if (it->is_directory()) {
      if (name == "build" || name == ".git" || name == ".cache" || name == "node_modules") {
        it.disable_recursion_pending();
      }
    } else if (it->is_regular_file() && is_text(it->path())) {
      files.push_back(read_file(root, it->path()));
    }
  }
  std::sort(files.begin(), files.end(),
            [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
  return files;
}

}  // namespace cutover::tidy
