// The URL of a deployment, taken apart.
#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace cutover::target {

struct BaseUrl {
  std::string origin;  // "https://api.example.net:8443"
  std::string path;    // "/staging", or ""; what every route comes after
};

// http or https, a host, maybe a port and a path; no user, query or fragment. With `tokens` plain
// http is refused for other machines: a token would cross the network in the clear. The error names
// the flag.
[[nodiscard]] tl::expected<BaseUrl, std::string> read_base_url(std::string_view url, bool tokens);

}  // namespace cutover::target
