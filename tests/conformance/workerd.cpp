#include "tests/conformance/workerd.h"

#include <fmt/format.h>
#include <httplib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

namespace cutover::conformance {
namespace {

namespace fs = std::filesystem;
constexpr time_t answer_seconds_max = 60;

const fs::path here = fs::path(CUTOVER_SOURCE_DIR) / "tests" / "conformance";

// The services are those inside the program. KV's clock can be moved.
constexpr std::string_view config_text = R"(using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "bridge", worker = (
      compatibilityDate = "2026-11-17",
      modules = [(name = "bridge.js", esModule = embed "bridge.js")],
      bindings = [
        (name = "CLOCK", service = (name = "kv", props = (json = "{{\"namespace\": \"0\"}}"))),
{stores}      ])),
    (name = "kv", worker = (
      compatibilityDate = "2026-11-17",
      modules = [(name = "kv.js", bundled = "/workerd/kv.js")],
      durableObjectNamespaces = [(className = "KVNamespace", uniqueKey = "kv", enableSql = true)],
      durableObjectStorage = (localDisk = "storage"),
      bindings = [
        (name = "SHARD", durableObjectNamespace = "KVNamespace"),
        (name = "BLOBS", service = "storage"),
        (name = "TEST_CLOCK", json = "true"),
      ])),
    (name = "d1", worker = (
      compatibilityDate = "2026-11-17",
      modules = [(name = "d1.js", bundled = "/workerd/d1.js")],
      durableObjectNamespaces = [(className = "D1Database", uniqueKey = "d1", enableSql = true)],
      durableObjectStorage = (localDisk = "storage"),
      bindings = [(name = "DATABASE", durableObjectNamespace = "D1Database")])),
    (name = "storage", disk = (path = "storage", writable = true)),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "bridge")],
);
)";

constexpr std::string_view store_text =
    R"(        (name = "KV{0}", kvNamespace =
          (name = "kv", props = (json = "{{\"namespace\": \"{0}\"}}"))),
        (name = "D1_{0}", wrapped = (moduleName = "cloudflare-internal:d1-api",
          innerBindings = [(name = "fetcher", service =
            (name = "d1", props = (json = "{{\"database\": \"{0}\"}}")))])),
)";

std::string whole_config() {
  std::string all;
  for (std::size_t store = 0; store < Workerd::stores; ++store) {
    all.append(fmt::format(fmt::runtime(store_text), store));
  }
  return fmt::format(fmt::runtime(config_text), fmt::arg("stores", all));
}

}  // namespace

tl::expected<std::string, std::string> Workerd::find() {
  return workerd::WorkerdProcess::find(here / "node_modules");
}

tl::expected<std::unique_ptr<Workerd>, std::string> Workerd::start(const std::string& program) {
  workerd::Setup setup;
  setup.config = whole_config();
  std::ifstream bridge(here / "bridge.js", std::ios::binary);
  setup.files = {{"bridge.js", std::string{std::istreambuf_iterator<char>(bridge), {}}}};
  setup.folders = {"storage"};
  setup.arguments = {"-dstorage=storage"};
  auto process = workerd::WorkerdProcess::start(program, setup);
  if (!process) return tl::unexpected(process.error());
  std::unique_ptr<Workerd> started(new Workerd(std::move(*process)));
  return started;
}

Workerd::Workerd(std::unique_ptr<workerd::WorkerdProcess> process)
    : process_(std::move(process)),
      client_(std::make_unique<httplib::Client>("127.0.0.1", process_->port())) {
  client_->set_keep_alive(true);
  client_->set_read_timeout(answer_seconds_max);
}

Workerd::~Workerd() = default;

tl::expected<Workerd::Answers, std::string> Workerd::run(std::size_t store, std::int64_t now,
                                                         std::span<const Json> operations) {
  const Json asked = {{"store", store},
                      {"now", now},
                      {"ops", std::vector<Json>(operations.begin(), operations.end())}};
  const auto response = client_->Post("/run", asked.dump(), "application/json");
  if (!response) {
    return tl::unexpected(fmt::format("workerd does not answer ({}): {}",
                                      httplib::to_string(response.error()),
                                      process_->last_words()));
  }
  const Json body = Json::parse(response->body, nullptr, false);
  if (response->status != 200 || !body.is_object() ||
      body.at("answers").size() != operations.size()) {
    return tl::unexpected(fmt::format("the bridge failed with {}: {} {}", response->status,
                                      response->body.substr(0, 500), process_->last_words()));
  }
  Answers answers;
  answers.late = body.at("late");
  for (const Json& answer : body.at("answers")) {
    answers.answers.push_back(with_javascript_numbers(answer));
  }
  return answers;
}

}  // namespace cutover::conformance
