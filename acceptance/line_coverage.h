// LineCoverage: how many of the core's lines the tests have run, read from gcovr's JSON summary,
// which `./cutover --preset coverage test` writes (R4.1).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace cutover::acceptance {

struct Lines {
  std::uint64_t all = 0;
  std::uint64_t run = 0;
  [[nodiscard]] double percent() const;  // 0 when there are none
};

class LineCoverage {
 public:
  // At most 16 MiB. The error names the file and what is wrong with it; no files in it, or none of
  // the core, is an error: it shows nothing.
  [[nodiscard]] static tl::expected<LineCoverage, std::string> read(const std::string& path);

  // Of the files whose paths begin so: "core/migrate/".
  [[nodiscard]] Lines of(std::string_view folder) const;

 private:
  std::map<std::string, Lines, std::less<>> files_;
};

}  // namespace cutover::acceptance
