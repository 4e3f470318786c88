#include "tests/contracts/simulate_server.h"

#include <array>
#include <chrono>

#include "adapters/http/server.h"
#include "core/ports/random.h"
#include "fakes/cloudflare/simulator.h"

namespace cutover::contracts {
namespace {

using faults::Fault;

constexpr const char* server_token = "the-token-of-the-contracts";
constexpr const char* account_id = "0123456789abcdef0123456789abcdef";

constexpr std::array trouble = {
    Fault::unavailable,         Fault::overloaded,           Fault::lost_before,
    Fault::lost_after,          Fault::timeout_before,       Fault::timeout_after,
    Fault::queue_full,          Fault::storage_reset_before, Fault::storage_reset_after,
    Fault::memory_reset_before, Fault::cpu_reset_after,      Fault::code_updated_before,
    Fault::code_updated_after,  Fault::starting_up,          Fault::short_page,
    Fault::empty_page,          Fault::stale_answer,         Fault::cursor_refused,
};

std::unique_ptr<simulate::Cloud> make_cloud() {
  simulate::Cloud::Options options;
  options.requests_max = 0;
  // The client checks points in time by its own clock.
  options.start = UnixTime{
      std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch())
          .count()};
  return std::make_unique<simulate::Cloud>(options);
}

class Server final : public SimulateServer {
 public:
  Server() : simulator_(make_cloud(), server_token, [] { return Duration{0}; }) {
    simulator_.entrance().enter_and_change([this](simulate::Cloud& cloud) {
      namespace_ = cloud.add_namespace("BOOK_CACHE");
      database_ = cloud.add_database("bookstrack");
      return true;
    });
    http::ServerOptions options;
    options.connection.limits.body_bytes_max = 100U << 20;
    options.connection.body_bytes_max = [this](const api::HttpRequest& request) {
      return simulator_.body_bytes_max(request);
    };
    server_ = std::move(*http::HttpServer::start(options, [this](const api::HttpRequest& request) {
      auto answer = simulator_.answer(request);
      if (!answer) throw http::NoAnswer{};
      return std::move(*answer);
    }));
  }

  std::string base_url() const override {
    return "http://127.0.0.1:" + std::to_string(server_->port()) + "/client/v4";
  }
  std::string account() const override { return account_id; }
  std::string token() const override { return server_token; }
  std::string namespace_id() const override { return namespace_; }
  std::string database_id() const override { return database_; }

  void settle() override {
    simulator_.entrance().enter_and_change([](simulate::Cloud& cloud) {
      cloud.advance(std::chrono::seconds(61));
      return true;
    });
  }
  std::optional<std::int64_t> now() override {
    return simulator_.entrance().enter(
        [](simulate::Cloud& cloud) { return cloud.wall().seconds(); });
  }

  void set_faults(std::uint64_t per_mille) override {
    simulator_.entrance().enter_and_change([&](simulate::Cloud& cloud) {
      cloud.faults().set_rule([this, per_mille](const sim::Call& call) -> std::optional<Fault> {
        if (random_.below(1'000) >= per_mille) return std::nullopt;
        const Fault fault = trouble[random_.below(trouble.size())];
        if (!faults::applies(fault, call)) return std::nullopt;
        ++seen_;
        return fault;
      });
      return true;
    });
  }
  std::uint64_t faults_seen() override {
    return simulator_.entrance().enter([this](simulate::Cloud&) { return seen_; });
  }
  scenarios::FinalState final_state() override {
    return simulator_.entrance().enter([this](simulate::Cloud& cloud) {
      return scenarios::final_state(*cloud.databases.at(database_).service);
    });
  }

 private:
  simulate::Simulator simulator_;
  std::string namespace_;
  std::string database_;
  std::unique_ptr<http::HttpServer> server_;
  RandomStream random_{1, "trouble over HTTP"};
  std::uint64_t seen_ = 0;
};

}  // namespace

std::unique_ptr<SimulateServer> start_simulate() {
  return std::make_unique<Server>();
}

}  // namespace cutover::contracts
