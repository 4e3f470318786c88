#include "core/api/authorise.h"

#include "core/api/secrets.h"
#include "core/api/user_token.h"

namespace cutover::api {
namespace {

constexpr std::string_view scheme = "bearer ";

// The token of "Authorization: Bearer TOKEN". The scheme is compared without case, as HTTP has it.
std::optional<std::string_view> bearer_token(const HttpRequest& request) {
  const auto value = request.header("Authorization");
  if (!value || value->size() <= scheme.size()) return std::nullopt;
  for (std::size_t i = 0; i < scheme.size(); ++i) {
    const char given = (*value)[i];
    const char small = given >= 'A' && given <= 'Z' ? static_cast<char>(given + 32) : given;
    if (small != scheme[i]) return std::nullopt;
  }
  return value->substr(scheme.size());
}

tl::unexpected<Problem> unauthorized(std::string message) {
  return tl::unexpected<Problem>(
      Problem{401, "UNAUTHORIZED", std::move(message), {{"WWW-Authenticate", "Bearer"}}, {}});
}

bool is_admin(std::string_view token, const ApiOptions& options) {
  return !options.admin_token.empty() && same_secret(token, options.admin_token);
}

Checked<void> authorise_user(std::string_view user, std::string_view token,
                             const ApiOptions& options, std::int64_t now) {
  if (is_admin(token, options)) return {};
  if (options.user_secret.empty()) {
    return refuse(403, "FORBIDDEN", "libraries are closed: this service has no user secret");
  }
  const auto subject = verify_user_token(options.user_secret, token, now);
  if (!subject) return unauthorized(std::string(name_of(subject.error())));
  if (!same_secret(*subject, user)) {
    return refuse(403, "FORBIDDEN", "this token is another user's");
  }
  return {};
}

}  // namespace

Checked<void> authorise(Access access, std::string_view user, const HttpRequest& request,
                        const ApiOptions& options, std::int64_t now) {
  if (access == Access::everybody) return {};
  if (access == Access::admin && options.admin_token.empty()) {
    return refuse(403, "FORBIDDEN", "admin routes are closed: this service has no admin token");
  }
  if (access == Access::user && options.user_secret.empty() && options.admin_token.empty()) {
    return refuse(403, "FORBIDDEN", "libraries are closed: this service has no user secret");
  }
  const auto token = bearer_token(request);
  if (!token) return unauthorized("this needs the header Authorization: Bearer TOKEN");
  if (access == Access::user) return authorise_user(user, *token, options, now);
  if (!is_admin(*token, options)) return refuse(403, "FORBIDDEN", "this is not the admin token");
  return {};
}

}  // namespace cutover::api
