// User tokens: who may use which library (plan defect U01).
//
// A JWT (RFC 7519) signed with HS256: {"alg":"HS256","typ":"JWT"}.{"sub":USER,"exp":SECONDS}. Any
// other algorithm, `none` included, is refused, whatever its signature; so is a token without `exp`
// or with a `crit` header. `nbf` counts when it is there; other claims are ignored.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace cutover::api {

inline constexpr std::size_t user_token_bytes_max = 4096;

[[nodiscard]] std::string mint_user_token(std::string_view secret, std::string_view subject,
                                          std::int64_t expires_at);  // seconds since 1970

enum class TokenFault : std::uint8_t { malformed, other_algorithm, bad_signature, expired };
[[nodiscard]] std::string_view name_of(TokenFault fault);  // for people

// The subject. `now` in seconds since 1970; a token is good before its `exp`, not at it.
[[nodiscard]] tl::expected<std::string, TokenFault> verify_user_token(std::string_view secret,
                                                                      std::string_view token,
                                                                      std::int64_t now);

}  // namespace cutover::api
