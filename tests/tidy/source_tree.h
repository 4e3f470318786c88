// The project's own files, as the tidy tests read them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace cutover::tidy {

struct SourceFile {
  std::string path;  // from the project's root, with '/'
  std::vector<std::string> lines;
};

// Every .h, .cpp, .cmake, .md, .sql and shell file below these folders and in the root itself;
// build folders are never entered.
std::vector<SourceFile> read_tree(const std::filesystem::path& root);

}  // namespace cutover::tidy
