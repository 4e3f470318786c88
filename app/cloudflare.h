// Cloudflare: real namespaces and databases as back ends of the commands. Wherever a command names
// a store or a database, "cloudflare:ID" may stand instead of a file.
//
// The account comes from --account or CLOUDFLARE_ACCOUNT_ID, the token from a file (--token-file)
// or CLOUDFLARE_API_TOKEN, never from the command line, which others can read. --api-base-url or
// CLOUDFLARE_API_BASE_URL names another server that answers like Cloudflare. Flags count before the
// environment. Errors name the flag and the variable, and never show the token.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "adapters/cloudflare/api_client.h"
#include "core/ports/database.h"
#include "core/ports/kv_store.h"

namespace CLI {
class App;
}  // namespace CLI

namespace cutover::app {

struct CloudflareFlags {
  std::string account;
  std::string token_file;
  std::string api_base_url;
};

void add_cloudflare_flags(CLI::App& command, CloudflareFlags& flags);

// "cloudflare:ID"?
[[nodiscard]] bool is_cloudflare(std::string_view name);

// One client for all back ends of a command: they share the connections and the API's pace.
class Cloudflare {
 public:
  // Both must outlive this object. Nothing is read or opened before it is needed.
  Cloudflare(const CloudflareFlags& flags, Runtime& runtime) : flags_(flags), runtime_(runtime) {}

  // `name` is "cloudflare:ID". This object must outlive what it opens. Nothing is asked yet.
  tl::expected<std::unique_ptr<KvStore>, std::string> open_kv(std::string_view name);
  tl::expected<std::unique_ptr<Database>, std::string> open_d1(std::string_view name);

 private:
  tl::expected<cloudflare::ApiClient*, std::string> api();

  const CloudflareFlags& flags_;
  Runtime& runtime_;
  std::unique_ptr<cloudflare::ApiClient> api_;
};

}  // namespace cutover::app
