// Key files: the private one for its owner alone, the public one beside it as FILE.pub. Both PEM.
#pragma once

#include <string>

#include <tl/expected.hpp>

#include "signoff/key.h"

namespace cutover::signoff {

// Makes a pair. A file that is there is never overwritten. The error names the file.
[[nodiscard]] tl::expected<PublicKey, std::string> make_key_files(const std::string& path);

// A key that others may read is refused: it proves nothing any more.
[[nodiscard]] tl::expected<SigningKey, std::string> read_key_file(const std::string& path);

}  // namespace cutover::signoff
