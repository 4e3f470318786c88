#include "app/cloudflare.h"

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdlib>

#include "adapters/cloudflare/cloudflare_database.h"
#include "adapters/cloudflare/cloudflare_kv.h"
#include "app/secret_file.h"

namespace cutover::app {
namespace {

constexpr std::string_view scheme = "cloudflare:";

// The flag, or else the variable; empty: neither is given.
std::string given(const std::string& flag, const char* variable) {
  if (!flag.empty()) return flag;
  const char* value = std::getenv(variable);
  return value == nullptr ? std::string() : std::string(value);
}

tl::expected<std::string, std::string> token_of(const CloudflareFlags& flags) {
  if (!flags.token_file.empty()) return read_secret(flags.token_file);
  std::string token = given("", "CLOUDFLARE_API_TOKEN");
  if (!token.empty()) return token;
  return tl::unexpected(
      std::string("Cloudflare needs an API token: set CLOUDFLARE_API_TOKEN, or name a file that "
                  "holds it with --token-file"));
}

}  // namespace

void add_cloudflare_flags(CLI::App& command, CloudflareFlags& flags) {
  command.add_option("--account", flags.account,
                     "Cloudflare's account id (default: CLOUDFLARE_ACCOUNT_ID)");
  command.add_option("--token-file", flags.token_file,
                     "a file with Cloudflare's API token (default: CLOUDFLARE_API_TOKEN)");
  command.add_option("--api-base-url", flags.api_base_url,
                     "a server that answers like Cloudflare's API (default: "
                     "CLOUDFLARE_API_BASE_URL, or Cloudflare itself)");
}

bool is_cloudflare(std::string_view name) {
  return name.starts_with(scheme);
}

tl::expected<cloudflare::ApiClient*, std::string> Cloudflare::api() {
  if (api_) return api_.get();
  cloudflare::ApiOptions options;
  options.account = given(flags_.account, "CLOUDFLARE_ACCOUNT_ID");
  if (options.account.empty()) {
    return tl::unexpected(
        std::string("Cloudflare needs the account id: give --account, or set "
                    "CLOUDFLARE_ACCOUNT_ID"));
  }
  auto token = token_of(flags_);
  if (!token) return tl::unexpected(std::move(token.error()));
  options.token = std::move(*token);
  const std::string url = given(flags_.api_base_url, "CLOUDFLARE_API_BASE_URL");
  if (!url.empty()) {
    options.base_url = url;
    options.requests_max = 0;  // another server has no such limit, or says so with 429
  }
  auto opened = cloudflare::ApiClient::create(options, runtime_);
  if (!opened) {
    return tl::unexpected(opened.error() +
                          " (--account, --token-file and --api-base-url, or "
                          "CLOUDFLARE_ACCOUNT_ID, CLOUDFLARE_API_TOKEN and "
                          "CLOUDFLARE_API_BASE_URL)");
  }
  // A peer that closes while TLS writes must be a failed call, not the program's end.
  std::signal(SIGPIPE, SIG_IGN);
  api_ = std::move(*opened);
  return api_.get();
}

tl::expected<std::unique_ptr<KvStore>, std::string> Cloudflare::open_kv(std::string_view name) {
  const auto client = api();
  if (!client) return tl::unexpected(client.error());
  auto opened =
      cloudflare::CloudflareKv::create(**client, runtime_, std::string(name.substr(scheme.size())));
  if (!opened) return tl::unexpected(std::string(name) + ": " + opened.error());
  return std::unique_ptr<KvStore>(std::move(*opened));
}

tl::expected<std::unique_ptr<Database>, std::string> Cloudflare::open_d1(std::string_view name) {
  const auto client = api();
  if (!client) return tl::unexpected(client.error());
  auto opened =
      cloudflare::CloudflareDatabase::create(**client, std::string(name.substr(scheme.size())));
  if (!opened) return tl::unexpected(std::string(name) + ": " + opened.error());
  return std::unique_ptr<Database>(std::move(*opened));
}

}  // namespace cutover::app
