// Reads a profile from a TOML file (docs/LOAD.md has every key). What is absent keeps the default
// of profile.h; what is wrong, or not a key, is an error that names file, line and key.
#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "load/profile.h"

namespace cutover::load {

inline constexpr std::size_t profile_bytes_max = 1U << 20;

// `file` is its name in errors; the profile's name is the name's stem.
[[nodiscard]] tl::expected<Profile, std::string> read_profile(std::string_view text,
                                                              const std::string& file);

}  // namespace cutover::load
