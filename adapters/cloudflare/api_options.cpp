#include "adapters/cloudflare/api_options.h"

#include <algorithm>
#include <cctype>

namespace cutover::cloudflare {
namespace {

constexpr std::size_t id_bytes_max = 64;
constexpr std::size_t token_bytes_max = 4096;
constexpr std::size_t url_bytes_max = 2000;

bool is_alnum(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

bool is_url_byte(char c) {
  return is_alnum(c) || std::string_view("-._~:/[]%").find(c) != std::string_view::npos;
}

// "127.0.0.1:8787" and the like.
bool is_this_machine(std::string_view authority) {
  for (const std::string_view host : {"127.0.0.1", "localhost", "[::1]"}) {
    if (authority == host) return true;
    if (authority.starts_with(host) && authority[host.size()] == ':') return true;
  }
  return false;
}

}  // namespace

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= id_bytes_max &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_alnum(c) || c == '-' || c == '_'; });
}

tl::expected<BaseUrl, std::string> checked(const ApiOptions& options) {
  const std::string_view url = options.base_url;
  const bool tls = url.starts_with("https://");
  const std::size_t host = tls ? 8 : url.starts_with("http://") ? 7 : 0;
  if (host == 0 || url.size() > url_bytes_max || url.size() == host || url[host] == '/' ||
      !std::all_of(url.begin(), url.end(), is_url_byte)) {
    return tl::unexpected(
        std::string("the API's base URL must be https://HOST[:PORT][/PATH], or http:// for a "
                    "server on this machine"));
  }
  const std::size_t slash = std::min(url.find('/', host), url.size());
  if (!tls && !is_this_machine(url.substr(host, slash - host))) {
    return tl::unexpected(
        std::string("the API's base URL must be https://: over http:// the token would cross the "
                    "network in the clear"));
  }
  if (!is_id(options.account)) {
    return tl::unexpected(
        std::string("the account id must be 1 to 64 letters, digits, - or _; it stands in the "
                    "address of Cloudflare's dashboard"));
  }
  const bool printable = std::all_of(options.token.begin(), options.token.end(),
                                     [](char c) { return c > ' ' && c < 127; });
  if (options.token.empty() || options.token.size() > token_bytes_max || !printable) {
    return tl::unexpected(std::string("the API token must be 1 to 4096 printable bytes"));
  }
  BaseUrl parts{std::string(url.substr(0, slash)), std::string(url.substr(slash))};
  while (parts.path.ends_with('/')) parts.path.pop_back();
  return parts;
}

}  // namespace cutover::cloudflare
