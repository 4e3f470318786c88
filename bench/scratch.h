// ScratchFolder: a new folder for measured files, gone again with this object.
#pragma once

#include <filesystem>
#include <string>

namespace cutover::bench {

class ScratchFolder {
 public:
  // Among the system's temporary files. Ends the program with code 2 where none can be made.
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace cutover::bench
