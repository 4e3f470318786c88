// CloudflareDatabase: a D1 database, through Cloudflare's API.
//
//   POST {base}/accounts/{account}/d1/database/{id}/raw   {sql, params} or {batch: [...]}
//
// /raw and not /query, because rows there are arrays: no column is lost when two have one name, and
// an empty result still names its columns. A batch is one request and, as the binding's batch(),
// one transaction.
//
// A blob cannot be bound, and an integer beyond 2^53 would arrive as another one: both are refused
// here, as is what exceeds D1's limits; nothing is asked then. Blobs are read. The service answers
// within 30 s; what came of a statement that took longer is `unknown`, as every lost answer is:
// the API does not tell a read from a write.
//
// Failures: adapters/cloudflare/verdict.h. Safe to use from any thread; blocks it. meta is as the
// service counts.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "adapters/cloudflare/api_client.h"
#include "core/ports/database.h"

namespace cutover::cloudflare {

class CloudflareDatabase final : public Database {
 public:
  // Nothing is asked yet. `api` must outlive the database. The error names what is wrong with the
  // id.
  static tl::expected<std::unique_ptr<CloudflareDatabase>, std::string> create(
      ApiClient& api, const std::string& database_id);

  // A text of several statements answers with the last one's rows; its `changes` are all of them's.
  Outcome<ResultSet> query(const Statement& statement) override;

  // Each text must be one statement, so that results and statements can be matched.
  Outcome<std::vector<ResultSet>> batch(std::span<const Statement> statements) override;

 private:
  CloudflareDatabase(ApiClient& api, const std::string& database_id);

  Outcome<std::vector<ResultSet>> ask(std::string_view operation, std::string body);

  ApiClient& api_;
  const std::string path_;
};

}  // namespace cutover::cloudflare
