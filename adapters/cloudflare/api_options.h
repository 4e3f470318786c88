// Checks of ApiOptions, and the base URL taken apart.
#pragma once

#include <string>

#include <tl/expected.hpp>

#include "adapters/cloudflare/api_client.h"

namespace cutover::cloudflare {

struct BaseUrl {
  std::string origin;  // "https://api.cloudflare.com"
  std::string path;    // "/client/v4", or ""
};

// The error names what is wrong, and never shows the token.
[[nodiscard]] tl::expected<BaseUrl, std::string> checked(const ApiOptions& options);

}  // namespace cutover::cloudflare
