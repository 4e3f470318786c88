#include "adapters/dump/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include "core/ports/check.h"

namespace cutover::dump {
namespace {

std::string cannot_write(const std::string& path, int error) {
  std::string text =
      "cannot write '" + path + "': " + std::generic_category().message(error) + ". ";
  switch (error) {
    case ENOENT: return text + "Create its folder first.";
    case ENOSPC:
    case EDQUOT: return text + "Make room on the disk or name another place.";
    case EACCES:
    case EPERM:
    case EROFS: return text + "Name a place where files may be created.";
    default: return text + "Name another place.";
  }
}

// A rename is on the disk only once its folder is. Best effort: some file systems refuse it.
void flush_folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

}  // namespace

tl::expected<std::unique_ptr<OutputFile>, std::string> OutputFile::create(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) {
    return tl::unexpected(cannot_write(path, EISDIR));
  }
  const int descriptor =
      ::open((path + ".tmp").c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (descriptor < 0) return tl::unexpected(cannot_write(path, errno));
  return std::unique_ptr<OutputFile>(new OutputFile(path, descriptor));
}

OutputFile::OutputFile(std::string path, int descriptor)
    : path_(std::move(path)), temporary_path_(path_ + ".tmp"), descriptor_(descriptor) {}

OutputFile::~OutputFile() {
  if (!finished_ && failure_.empty()) discard();
}

tl::expected<void, std::string> OutputFile::write(std::string_view bytes) {
  CUTOVER_CHECK(!finished_, "nothing is written to a finished file");
  if (!failure_.empty()) return tl::unexpected(failure_);
  digest_.add(bytes);
  bytes_written_ += bytes.size();
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(errno);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

tl::expected<void, std::string> OutputFile::finish() {
  CUTOVER_CHECK(!finished_, "a file is finished once");
  if (!failure_.empty()) return tl::unexpected(failure_);
  if (::fsync(descriptor_) != 0) return fail(errno);
  const int closed = ::close(std::exchange(descriptor_, -1));
  if (closed != 0) return fail(errno);
  if (std::rename(temporary_path_.c_str(), path_.c_str()) != 0) return fail(errno);
  finished_ = true;
  flush_folder_of(path_);
  return {};
}

tl::unexpected<std::string> OutputFile::fail(int error) {
  failure_ = cannot_write(path_, error);
  discard();
  return tl::unexpected(failure_);
}

void OutputFile::discard() {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
  ::unlink(temporary_path_.c_str());
}

}  // namespace cutover::dump
