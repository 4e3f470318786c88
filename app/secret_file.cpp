#include "app/secret_file.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace cutover::app {
namespace {

constexpr std::size_t secret_bytes_min = 16;
constexpr std::size_t secret_bytes_max = 4096;

std::string random_hex() {
  std::array<unsigned char, 32> bytes{};
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t count = ::getrandom(bytes.data() + filled, bytes.size() - filled, 0);
    if (count < 0 && errno != EINTR) return {};
    if (count > 0) filled += static_cast<std::size_t>(count);
  }
  std::string hex;
  for (const unsigned char byte : bytes) {
    char digits[3];
    std::snprintf(digits, sizeof digits, "%02x", static_cast<unsigned>(byte));
    hex += digits;
  }
  return hex;
}

// Written beside and linked into place, so that nobody ever reads half a secret, and of two
// programs that start at once, one makes it.
bool make_secret(const std::string& path) {
  const std::string secret = random_hex();
  if (secret.empty()) return false;
  const std::string temporary = path + "." + std::to_string(::getpid());
  const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return false;
  const std::string line = secret + "\n";
  const bool written =
      ::write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size()) &&
      ::fsync(file) == 0;
  ::close(file);
  const bool linked = written && (::link(temporary.c_str(), path.c_str()) == 0 || errno == EEXIST);
  ::unlink(temporary.c_str());
  return linked;
}

}  // namespace

tl::expected<std::string, std::string> read_secret(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return tl::unexpected(path + ": cannot be read: " + std::strerror(errno));
  std::string text(secret_bytes_max + 2, '\0');
  const ssize_t count = ::read(file, text.data(), text.size());
  struct stat status {};
  const bool open_to_others = ::fstat(file, &status) == 0 && (status.st_mode & 0077) != 0;
  ::close(file);
  if (count < 0) return tl::unexpected(path + ": cannot be read: " + std::strerror(errno));
  if (open_to_others) {
    return tl::unexpected(path + ": others may read this secret; run: chmod 600 " + path);
  }
  text.resize(static_cast<std::size_t>(count));
  text.resize(std::min(text.find_first_of("\r\n"), text.size()));
  const bool printable =
      std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 127; });
  if (text.size() < secret_bytes_min || text.size() > secret_bytes_max || !printable) {
    return tl::unexpected(path + ": the first line must be a secret of 16 to 4096 printable bytes");
  }
  return text;
}

tl::expected<std::string, std::string> read_or_make_secret(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 && errno == ENOENT && !make_secret(path)) {
    return tl::unexpected(path + ": the secret cannot be made: " + std::strerror(errno));
  }
  return read_secret(path);
}

}  // namespace cutover::app
