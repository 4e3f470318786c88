#include "core/api/user_token.h"

#include <optional>

#include <simdjson.h>

#include "core/api/base64url.h"
#include "core/api/json_writer.h"
#include "core/api/secrets.h"
#include "core/books/json_document.h"
#include "core/ports/check.h"

namespace cutover::api {
namespace {

namespace dom = simdjson::dom;

// The object in one part of the token, in `document`'s memory.
std::optional<dom::object> object_in(std::string_view part, books::JsonDocument& document) {
  const auto bytes = from_base64url(part);
  if (!bytes || document.parse(*bytes)) return std::nullopt;
  dom::object object;
  if (document.root().get_object().get(object) != simdjson::SUCCESS) return std::nullopt;
  return object;
}

bool has(const dom::object& object, std::string_view name) {
  return object.at_key(name).error() == simdjson::SUCCESS;
}

std::optional<std::string_view> text_at(const dom::object& object, std::string_view name) {
  std::string_view text;
  if (object.at_key(name).get_string().get(text) != simdjson::SUCCESS) return std::nullopt;
  return text;
}

std::optional<std::int64_t> seconds_at(const dom::object& object, std::string_view name) {
  std::int64_t seconds = 0;
  if (object.at_key(name).get_int64().get(seconds) != simdjson::SUCCESS) return std::nullopt;
  return seconds;
}

}  // namespace

std::string_view name_of(TokenFault fault) {
  switch (fault) {
    case TokenFault::malformed: return "the token is not a JWT of this service";
    case TokenFault::other_algorithm: return "the token is not signed with HS256";
    case TokenFault::bad_signature: return "the token's signature is wrong";
    case TokenFault::expired: return "the token has expired, or is not valid yet";
  }
  return "?";
}

std::string mint_user_token(std::string_view secret, std::string_view subject,
                            std::int64_t expires_at) {
  CUTOVER_CHECK(!secret.empty(), "a token is signed with a secret");
  JsonWriter header;
  header.begin_object().text("alg", "HS256").text("typ", "JWT").end_object();
  JsonWriter claims;
  claims.begin_object().text("sub", subject).number("exp", expires_at).end_object();
  const std::string text = to_base64url(header.take()) + "." + to_base64url(claims.take());
  return text + "." + to_base64url(hmac_sha256(secret, text));
}

tl::expected<std::string, TokenFault> verify_user_token(std::string_view secret,
                                                        std::string_view token, std::int64_t now) {
  CUTOVER_CHECK(!secret.empty(), "nothing is valid without a secret");
  const auto fault = [](TokenFault what) { return tl::unexpected(what); };
  if (token.size() > user_token_bytes_max) return fault(TokenFault::malformed);
  const std::size_t first = token.find('.');
  const std::size_t last = token.rfind('.');
  if (first == std::string_view::npos || last == first) return fault(TokenFault::malformed);
  const std::string_view payload = token.substr(first + 1, last - first - 1);
  if (payload.find('.') != std::string_view::npos) return fault(TokenFault::malformed);

  books::JsonDocument document;
  const auto header = object_in(token.substr(0, first), document);
  if (!header || has(*header, "crit")) return fault(TokenFault::malformed);
  if (text_at(*header, "alg") != "HS256") return fault(TokenFault::other_algorithm);
  const auto signature = from_base64url(token.substr(last + 1));
  if (!signature) return fault(TokenFault::malformed);
  if (!same_secret(*signature, hmac_sha256(secret, token.substr(0, last)))) {
    return fault(TokenFault::bad_signature);
  }

  const auto claims = object_in(payload, document);
  if (!claims) return fault(TokenFault::malformed);
  const auto subject = text_at(*claims, "sub");
  const auto expires_at = seconds_at(*claims, "exp");
  if (!subject || subject->empty() || !expires_at) return fault(TokenFault::malformed);
  if (now >= *expires_at) return fault(TokenFault::expired);
  if (has(*claims, "nbf")) {
    const auto not_before = seconds_at(*claims, "nbf");
    if (!not_before) return fault(TokenFault::malformed);
    if (now < *not_before) return fault(TokenFault::expired);
  }
  return std::string(*subject);
}

}  // namespace cutover::api
