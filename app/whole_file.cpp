#include "app/whole_file.h"

#include <filesystem>
#include <fstream>
#include <sstream>

namespace cutover::app {

namespace fs = std::filesystem;

tl::expected<std::string, std::string> read_whole_file(const std::string& path,
                                                       std::size_t bytes_max) {
  std::error_code error;
  const bool large = fs::is_regular_file(path, error) && fs::file_size(path, error) > bytes_max;
  if (large && !error) return tl::unexpected(path + ": is too large to be what it should be");
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (in && in.peek() == std::ifstream::traits_type::eof()) return std::string();
  if (!in || !(text << in.rdbuf())) return tl::unexpected(path + ": cannot be read");
  return text.str();
}

tl::expected<void, std::string> write_whole_file(const std::string& path, std::string_view text) {
  std::error_code error;
  const fs::path folder = fs::path(path).parent_path();
  if (!folder.empty()) fs::create_directories(folder, error);
  const std::string unfinished = path + ".unfinished";
  std::ofstream out(unfinished, std::ios::binary);
  out << text;
  out.close();
  if (out) fs::rename(unfinished, path, error);
  if (!out || error) return tl::unexpected(path + ": cannot be written");
  return {};
}

}  // namespace cutover::app
