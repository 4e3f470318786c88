// CloudflareKv: a Workers KV namespace, through Cloudflare's API.
//
//   get       POST .../bulk/get with metadata. A value with U+FFFD in it, or too large for a bulk
//             read, is read again alone (GET .../values/KEY), because bulk reads are text.
//   get_many  POST .../bulk/get: one request for up to 100 keys.
//   put       PUT .../bulk with one entry, because that carries value, metadata and expiry whole;
//             bytes that are not UTF-8 go as Base64.
//   remove    DELETE .../values/KEY
//   list      GET .../keys
//
// What KV would refuse is refused here in KV's words, without asking (adapters/sqlite/kv_rules.h).
// The API lists at least 10 keys, so for a smaller limit a page of 10 is cut, and the cursor says
// where. Expiry is checked against this machine's clock.
//
// How stale the API's answers can be is not documented: staleness_bound() is KV's minute.
// Failures: adapters/cloudflare/verdict.h. Safe to use from any thread; blocks it.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "adapters/cloudflare/api_client.h"
#include "core/ports/kv_store.h"

namespace cutover::cloudflare {

struct Question;

class CloudflareKv final : public KvStore {
 public:
  // Nothing is asked yet. `api` and `runtime` must outlive the store. The error names what is wrong
  // with the id.
  static tl::expected<std::unique_ptr<CloudflareKv>, std::string> create(
      ApiClient& api, Runtime& runtime, const std::string& namespace_id);

  Outcome<std::optional<KvValue>> get(std::string_view key) override;
  Outcome<std::vector<std::optional<std::string>>> get_many(
      std::span<const std::string> keys) override;
  Outcome<void> put(std::string_view key, std::string_view value,
                    const KvPutOptions& options) override;
  Outcome<void> remove(std::string_view key) override;
  Outcome<KvPage> list(const KvListQuery& query) override;

  [[nodiscard]] Duration staleness_bound() const override { return std::chrono::seconds(60); }

 private:
  CloudflareKv(ApiClient& api, Runtime& runtime, const std::string& namespace_id);

  Outcome<ApiAnswer> ask(const Question& question, ApiRequest request);
  Outcome<std::optional<std::string>> bytes_of(std::string_view key);
  Outcome<std::string> metadata_of(std::string_view key);

  ApiClient& api_;
  Runtime& runtime_;
  const std::string base_;  // "/storage/kv/namespaces/ID"
};

}  // namespace cutover::cloudflare
