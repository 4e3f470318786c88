#include "signoff/key_file.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace cutover::signoff {
namespace {

constexpr std::size_t key_file_bytes_max = 4096;  // ours have 119

tl::expected<void, std::string> write_new_file(const std::string& path, const std::string& text,
                                               mode_t mode) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (file < 0 && errno == EEXIST) {
    return tl::unexpected(path +
                          ": is there already; a key is never overwritten, choose another "
                          "name with --out");
  }
  if (file < 0) return tl::unexpected(path + ": cannot be made: " + std::strerror(errno));
  const bool written =
      ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      ::fsync(file) == 0;
  const int why = errno;
  ::close(file);
  if (written) return {};
  ::unlink(path.c_str());
  return tl::unexpected(path + ": cannot be written: " + std::strerror(why));
}

// Wiped when it goes.
struct Secret {
  std::string text;
  explicit Secret(std::string given) : text(std::move(given)) {}
  ~Secret() { OPENSSL_cleanse(text.data(), text.size()); }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
};

}  // namespace

tl::expected<PublicKey, std::string> make_key_files(const std::string& path) {
  const SigningKey key = SigningKey::make();
  const Secret pem(key.to_pem());
  auto written = write_new_file(path, pem.text, 0600);
  if (!written) return tl::unexpected(written.error());
  written = write_new_file(path + ".pub", pem_of(key.public_key()), 0644);
  if (!written) {
    ::unlink(path.c_str());  // of no use to anybody yet
    return tl::unexpected(written.error());
  }
  return key.public_key();
}

tl::expected<SigningKey, std::string> read_key_file(const std::string& path) {
  // Not blocking, so that a pipe of this name cannot hold the program up.
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return tl::unexpected(path + ": cannot be read: " + std::strerror(errno));
  struct stat status {};
  const bool known = ::fstat(file, &status) == 0;
  Secret pem(std::string(key_file_bytes_max, '\0'));
  const ssize_t count = ::read(file, pem.text.data(), pem.text.size());
  ::close(file);
  if (!known || !S_ISREG(status.st_mode) || count < 0) {
    return tl::unexpected(path + ": cannot be read as a key file");
  }
  if ((status.st_mode & 0077) != 0) {
    return tl::unexpected(path + ": others may read this key; run: chmod 600 " + path);
  }
  auto key =
      SigningKey::from_pem(std::string_view(pem.text).substr(0, static_cast<std::size_t>(count)));
  if (!key) return tl::unexpected(path + ": " + key.error());
  return key;
}

}  // namespace cutover::signoff
