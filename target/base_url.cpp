#include "target/base_url.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace cutover::target {
namespace {

constexpr std::size_t url_bytes_max = 2000;
constexpr int port_max = 65'535;

bool is_url_byte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view("-._~:/[]%").find(c) != std::string_view::npos;
}

struct Authority {
  std::string_view host;  // of an IPv6 address, with its brackets
  std::string_view port;  // empty: the scheme's
};

Authority split(std::string_view text) {
  const std::size_t bracket = text.find(']');
  const std::size_t colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon == std::string_view::npos) return {text, {}};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

bool is_port(std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port > 0 && port <= port_max;
}

bool is_this_machine(std::string_view host) {
  return host == "127.0.0.1" || host == "localhost" || host == "[::1]";
}

}  // namespace

tl::expected<BaseUrl, std::string> read_base_url(std::string_view url, bool tokens) {
  const auto refused = [](const char* why) { return tl::unexpected(std::string(why)); };
  const bool tls = url.starts_with("https://");
  const std::size_t begin = tls ? 8 : url.starts_with("http://") ? 7 : 0;
  if (begin == 0 || url.size() > url_bytes_max ||
      !std::all_of(url.begin(), url.end(), is_url_byte)) {
    return refused(
        "--target: must be http://HOST[:PORT][/PATH] or https://..., without a user, "
        "a query or a fragment");
  }
  const std::size_t slash = std::min(url.find('/', begin), url.size());
  const Authority authority = split(url.substr(begin, slash - begin));
  if (authority.host.empty()) return refused("--target: there is no host in the URL");
  const bool with_port = authority.host.size() < slash - begin;
  if (with_port && !is_port(authority.port)) {
    return refused("--target: the port must be a whole number from 1 to 65535");
  }
  if (tokens && !tls && !is_this_machine(authority.host)) {
    return refused(
        "--target: must be https:// when a token is sent: over http:// it would cross "
        "the network in the clear");
  }
  BaseUrl parts{std::string(url.substr(0, slash)), std::string(url.substr(slash))};
  while (parts.path.ends_with('/')) parts.path.pop_back();
  return parts;
}

}  // namespace cutover::target
