// Stands for the contracts that reach their store through Cloudflare's API, wherever that is
// served.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "tests/contracts/database_contract.h"
#include "tests/contracts/kv_contract.h"

namespace cutover::contracts {

// A server that answers like Cloudflare's API, with an empty namespace and an empty database in it.
// It lives as long as this object.
class CloudflareServer {
 public:
  virtual ~CloudflareServer() = default;
  [[nodiscard]] virtual std::string base_url() const = 0;  // "http://127.0.0.1:8787/client/v4"
  [[nodiscard]] virtual std::string account() const = 0;
  [[nodiscard]] virtual std::string token() const = 0;
  [[nodiscard]] virtual std::string namespace_id() const = 0;
  [[nodiscard]] virtual std::string database_id() const = 0;
  // Lets time pass until everything that was written is seen, and may be written again.
  virtual void settle() {}
  // The server's clock in seconds since 1970, when it is not this machine's.
  [[nodiscard]] virtual std::optional<std::int64_t> now() { return std::nullopt; }
};

using StartServer = std::function<std::unique_ptr<CloudflareServer>()>;

[[nodiscard]] KvCase cloudflare_kv_case(std::string name, StartServer start);
[[nodiscard]] DatabaseCase cloudflare_database_case(std::string name, StartServer start);

}  // namespace cutover::contracts
