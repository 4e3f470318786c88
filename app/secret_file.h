// Secrets in files that only their owner may read. No message ever shows a secret.
#pragma once

#include <string>

#include <tl/expected.hpp>

namespace cutover::app {

// The first line of the file: 16 to 4,096 printable bytes.
tl::expected<std::string, std::string> read_secret(const std::string& path);

// The same; when there is no such file, it is made first, with mode 0600 and 256 random bits in it.
tl::expected<std::string, std::string> read_or_make_secret(const std::string& path);

}  // namespace cutover::app
