// Files that are read or written in one go.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace cutover::app {

// The error names the file. A file of more than `bytes_max` is refused before it is read.
[[nodiscard]] tl::expected<std::string, std::string> read_whole_file(const std::string& path,
                                                                     std::size_t bytes_max);

// Whole or not at all; makes the folder.
[[nodiscard]] tl::expected<void, std::string> write_whole_file(const std::string& path,
                                                               std::string_view text);

}  // namespace cutover::app
