// Secrets: comparing and signing without telling anything by the time it takes.
#pragma once

#include <string>
#include <string_view>

namespace cutover::api {

// Equal? Takes the same time wherever the two differ, and hides their lengths.
[[nodiscard]] bool same_secret(std::string_view left, std::string_view right);

// HMAC-SHA256, 32 bytes.
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view bytes);

}  // namespace cutover::api
