#include "adapters/dump/raw_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "core/ports/check.h"

namespace cutover::dump {
namespace {

constexpr std::size_t buffer_bytes = 256 * 1024;
constexpr std::size_t wanted_bytes_max = 64 * 1024;

std::string system_text(int error) {
  return std::generic_category().message(error);
}

}  // namespace

tl::expected<std::unique_ptr<RawFile>, std::string> RawFile::open(const std::string& path) {
  const bool standard_input = path == "-";
  const int descriptor = standard_input ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    return tl::unexpected("cannot open '" + path + "': " + system_text(errno) +
                          ". Give the path of a file that exists and can be read, or - for "
                          "standard input.");
  }
  struct stat status {};
  std::uint64_t file_bytes = 0;
  if (::fstat(descriptor, &status) == 0) {
    if (S_ISDIR(status.st_mode)) {
      if (!standard_input) ::close(descriptor);
      return tl::unexpected("cannot read '" + path + "': it is a folder. Name a file in it.");
    }
    if (S_ISREG(status.st_mode)) file_bytes = static_cast<std::uint64_t>(status.st_size);
  }
  return std::unique_ptr<RawFile>(new RawFile(descriptor, !standard_input, file_bytes));
}

RawFile::RawFile(int descriptor, bool owned, std::uint64_t file_bytes)
    : descriptor_(descriptor),
      owned_(owned),
      file_bytes_(file_bytes),
      buffer_(std::make_unique<char[]>(buffer_bytes)) {}

RawFile::~RawFile() {
  if (owned_) ::close(descriptor_);
}

std::string_view RawFile::peek(std::size_t wanted) {
  CUTOVER_CHECK(wanted <= wanted_bytes_max, "a peek is far smaller than the buffer");
  while (end_ - begin_ < wanted && fill()) {
  }
  return {buffer_.get() + begin_, end_ - begin_};
}

void RawFile::consume(std::size_t size) {
  CUTOVER_CHECK(size <= end_ - begin_, "only bytes that were seen are consumed");
  begin_ += size;
}

void RawFile::drain() {
  do {
    begin_ = end_;
  } while (fill());
}

// False at the end of the file and after an error.
bool RawFile::fill() {
  if (ended_) return false;
  std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  ssize_t count = 0;
  do {
    count = ::read(descriptor_, buffer_.get() + end_, buffer_bytes - end_);
  } while (count < 0 && errno == EINTR);
  if (count <= 0) {
    if (count < 0) failure_ = "the file cannot be read further: " + system_text(errno);
    ended_ = true;
    return false;
  }
  const auto size = static_cast<std::size_t>(count);
  digest_.add({buffer_.get() + end_, size});
  bytes_read_ += size;
  end_ += size;
  return true;
}

}  // namespace cutover::dump
