// Files for the tests of adapters/dump: a folder of its own for each test, and short ways to read a
// whole dump or library into vectors.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "adapters/dump/dump_reader.h"
#include "adapters/dump/library_csv.h"
#include "adapters/dump/packer.h"

namespace cutover::dump {

inline constexpr std::int64_t test_now_seconds = 1'764'000'000;

// A new empty folder; removed with everything in it at the end.
class TestFolder {
 public:
  TestFolder();
  ~TestFolder();
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;

  [[nodiscard]] std::string path(std::string_view name) const;
  std::string write(std::string_view name, std::string_view bytes) const;  // gives the path
  [[nodiscard]] std::vector<std::string> names() const;                    // sorted

 private:
  std::string folder_;
};

[[nodiscard]] std::string read_file(const std::string& path);
[[nodiscard]] std::string packed(Packing packing, std::string_view bytes);
[[nodiscard]] std::string sha256_of(std::string_view bytes);

struct ReadDump {
  std::string refusal;  // of open(); everything else is empty then
  std::vector<KvRecord> records;
  std::vector<Problem> problems;
  std::string sha256;
  std::string cut_off;
  std::uint64_t bytes_read = 0;
  std::uint64_t unknown_fields = 0;

  [[nodiscard]] std::vector<std::string> keys() const;
  [[nodiscard]] std::vector<std::string> problem_places() const;
};

[[nodiscard]] ReadDump read_dump(const std::string& path);
[[nodiscard]] ReadDump read_dump_text(std::string_view text);

struct ReadLibrary {
  std::string refusal;
  std::vector<LibraryRecord> records;
  std::vector<Problem> problems;
  std::string sha256;
};

[[nodiscard]] ReadLibrary read_library(const std::string& path);
[[nodiscard]] ReadLibrary read_library_text(std::string_view text);

}  // namespace cutover::dump
