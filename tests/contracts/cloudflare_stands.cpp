#include "tests/contracts/cloudflare_stands.h"

#include <utility>

#include "adapters/cloudflare/cloudflare_database.h"
#include "adapters/cloudflare/cloudflare_kv.h"
#include "adapters/threads/thread_runtime.h"

namespace cutover::contracts {
namespace {

// The client's side of one server.
struct Reached {
  explicit Reached(const StartServer& start) : server(start()) {
    cloudflare::ApiOptions options;
    options.base_url = server->base_url();
    options.account = server->account();
    options.token = server->token();
    options.requests_max = 0;
    auto opened = cloudflare::ApiClient::create(options, runtime);
    EXPECT_TRUE(opened) << opened.error();
    if (opened) api = std::move(*opened);
  }

  std::unique_ptr<CloudflareServer> server;
  threads::ThreadRuntime runtime;
  std::unique_ptr<cloudflare::ApiClient> api;
};

class ReachedKv final : public KvStand {
 public:
  explicit ReachedKv(const StartServer& start)
      : reached_(start),
        kv_(std::move(*cloudflare::CloudflareKv::create(*reached_.api, reached_.runtime,
                                                        reached_.server->namespace_id()))) {}
  void run(const std::function<void(KvStore&)>& body) override { body(*kv_); }
  void settle() override { reached_.server->settle(); }
  std::int64_t now() override {
    return reached_.server->now().value_or(reached_.runtime.wall().seconds());
  }

 private:
  Reached reached_;
  std::unique_ptr<cloudflare::CloudflareKv> kv_;
};

class ReachedDatabase final : public DatabaseStand {
 public:
  explicit ReachedDatabase(const StartServer& start)
      : reached_(start),
        database_(std::move(*cloudflare::CloudflareDatabase::create(
            *reached_.api, reached_.server->database_id()))) {}
  void run(const std::function<void(Database&)>& body) override { body(*database_); }

 private:
  Reached reached_;
  std::unique_ptr<cloudflare::CloudflareDatabase> database_;
};

}  // namespace

KvCase cloudflare_kv_case(std::string name, StartServer start) {
  return {std::move(name),
          [start = std::move(start)] { return std::make_unique<ReachedKv>(start); }};
}

DatabaseCase cloudflare_database_case(std::string name, StartServer start) {
  return {std::move(name),
          [start = std::move(start)] { return std::make_unique<ReachedDatabase>(start); }};
}

}  // namespace cutover::contracts
