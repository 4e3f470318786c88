#include "tests/contracts/stand_in_api.h"

#include <atomic>
#include <charconv>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "adapters/dump/base64.h"
#include "adapters/http/server.h"
#include "adapters/sqlite/sqlite_database.h"
#include "adapters/sqlite/sqlite_kv.h"
#include "adapters/threads/thread_runtime.h"
#include "tests/adapters/sqlite/temporary_directory.h"

namespace cutover::contracts {
namespace {

using api::HttpRequest;
using api::HttpResponse;
using Json = nlohmann::json;

constexpr std::string_view account_path = "/client/v4/accounts/account-1";
constexpr std::string_view kv_path = "/storage/kv/namespaces/namespace-1";
constexpr std::string_view d1_path = "/d1/database/database-1";

HttpResponse success(Json result, Json result_info = nullptr) {
  Json body = {{"success", true}, {"errors", Json::array()}, {"messages", Json::array()}};
  body["result"] = std::move(result);
  if (!result_info.is_null()) body["result_info"] = std::move(result_info);
  HttpResponse response;
  response.body = body.dump();
  return response;
}

HttpResponse refusal(int status, int code, const std::string& message) {
  const Json body = {{"success", false},
                     {"errors", {{{"code", code}, {"message", message}}}},
                     {"messages", Json::array()},
                     {"result", nullptr}};
  HttpResponse response;
  response.status = status;
  response.body = body.dump();
  return response;
}

HttpResponse kv_refusal(const Failure& failure) {
  return refusal(failure.kind == FailureKind::limit_exceeded ? 413 : 400, 10001, failure.message);
}

std::string query_of(const HttpRequest& request, std::string_view name) {
  for (const auto& [key, value] : request.query) {
    if (key == name) return value;
  }
  return {};
}

SqlValue value_of(const Json& json) {
  if (json.is_null()) return std::monostate{};
  if (json.is_string()) return json.get<std::string>();
  if (json.is_number_integer()) return json.get<std::int64_t>();
  return json.get<double>();
}

// As JavaScript prints it: a whole REAL is an integer, a blob an array.
Json json_of(const SqlValue& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* blob = std::get_if<Blob>(&value)) {
    Json bytes = Json::array();
    for (const char byte : blob->bytes) bytes.push_back(static_cast<unsigned char>(byte));
    return bytes;
  }
  if (const auto* real = std::get_if<double>(&value)) {
    const auto whole = static_cast<std::int64_t>(*real);
    return static_cast<double>(whole) == *real ? Json(whole) : Json(*real);
  }
  return nullptr;
}

Json json_of(const ResultSet& set) {
  Json rows = Json::array();
  for (const SqlRow& row : set.rows) {
    Json& values = rows.emplace_back(Json::array());
    for (const SqlValue& value : row) values.push_back(json_of(value));
  }
  return {{"success", true},
          {"results", {{"columns", set.columns}, {"rows", std::move(rows)}}},
          {"meta",
           {{"changes", set.meta.changes},
            {"last_row_id", set.meta.last_row_id},
            {"rows_read", set.meta.rows_read},
            {"rows_written", set.meta.rows_written},
            {"duration", 0.25}}}};
}

class StandInApi final : public StandInServer {
 public:
  StandInApi()
      : kv_(std::move(*sqlite::SqliteKv::open(directory_.file("kv.sqlite"), runtime_))),
        d1_(std::move(*sqlite::SqliteDatabase::open(":memory:"))) {
    http::ServerOptions options;
    options.connection.limits.body_bytes_max = std::size_t{64} * 1024 * 1024;
    server_ = std::move(*http::HttpServer::start(
        options, [this](const HttpRequest& request) { return troubled_answer(request); }));
  }

  [[nodiscard]] std::string base_url() const override {
    return "http://127.0.0.1:" + std::to_string(server_->port()) + "/client/v4";
  }
  [[nodiscard]] std::string account() const override { return "account-1"; }
  [[nodiscard]] std::string token() const override { return "token-of-the-contract-tests"; }
  [[nodiscard]] std::string namespace_id() const override { return "namespace-1"; }
  [[nodiscard]] std::string database_id() const override { return "database-1"; }
  void set_trouble(const StandInTrouble& trouble) override {
    refused_one_in_ = trouble.refused_one_in;
    lost_one_in_ = trouble.lost_one_in;
  }

 private:
  HttpResponse troubled_answer(const HttpRequest& request) {
    const int number = ++requests_;
    const auto is_turn = [number](int one_in) { return one_in > 0 && number % one_in == 0; };
    if (is_turn(refused_one_in_)) return refusal(429, 971, "throttled");
    HttpResponse response = answer(request);
    if (is_turn(lost_one_in_)) return refusal(502, 0, "bad gateway");
    return response;
  }

  HttpResponse answer(const HttpRequest& request) {
    if (request.header("Authorization") != "Bearer " + token()) {
      return refusal(403, 10000, "Authentication error");
    }
    std::string_view path = request.path;
    if (!path.starts_with(account_path)) return refusal(404, 7003, "No route for that URI");
    path.remove_prefix(account_path.size());
    if (path.starts_with(kv_path)) return kv(request, path.substr(kv_path.size()));
    if (path.starts_with(d1_path)) return d1(request, path.substr(d1_path.size()));
    return refusal(404, 10013, "no such namespace or database");
  }

  HttpResponse kv(const HttpRequest& request, std::string_view path) {
    constexpr std::string_view values = "/values/";
    if (path == "/keys") return list(request);
    if (path == "/bulk/get") return bulk_get(Json::parse(request.body));
    if (path == "/bulk" && request.method == "PUT") return bulk_put(Json::parse(request.body));
    if (!path.starts_with(values)) return refusal(405, 10000, "no such route");
    const std::string_view key = path.substr(values.size());
    if (request.method == "DELETE") {
      const auto removed = kv_->remove(key);
      return removed ? success(Json::object()) : kv_refusal(removed.error());
    }
    auto value = kv_->get(key);
    if (!value) return kv_refusal(value.error());
    if (!*value) return refusal(404, 10009, "get: 'key not found'");
    HttpResponse response;
    response.content_type = "application/octet-stream";
    response.body = std::move((*value)->bytes);
    return response;
  }

  HttpResponse bulk_get(const Json& asked) {
    const auto keys = asked.at("keys").get<std::vector<std::string>>();
    const auto texts = kv_->get_many(keys);
    if (!texts) return kv_refusal(texts.error());
    Json values = Json::object();
    for (std::size_t i = 0; i < keys.size(); ++i) {
      Json& value = values[keys[i]] = nullptr;
      if (!(*texts)[i]) continue;
      value = *(*texts)[i];
      if (!asked.value("withMetadata", false)) continue;
      const std::string metadata = (**kv_->get(keys[i])).metadata;
      value = {{"value", value}, {"metadata", metadata.empty() ? Json() : Json::parse(metadata)}};
    }
    return success({{"values", std::move(values)}});
  }

  HttpResponse bulk_put(const Json& entries) {
    for (const Json& entry : entries) {
      KvPutOptions options;
      if (entry.contains("expiration_ttl")) options.expiration_ttl = entry["expiration_ttl"];
      if (entry.contains("expiration")) options.expiration = entry["expiration"];
      if (entry.contains("metadata")) options.metadata = entry["metadata"].dump();
      std::string value = entry.at("value");
      if (entry.value("base64", false)) value = dump::decode_base64(value).value();
      const auto stored = kv_->put(entry.at("key").get<std::string>(), value, options);
      if (!stored) return kv_refusal(stored.error());
    }
    return success(
        {{"successful_key_count", entries.size()}, {"unsuccessful_keys", Json::array()}});
  }

  HttpResponse list(const HttpRequest& request) {
    const std::string limit = query_of(request, "limit");
    KvListQuery query{query_of(request, "prefix"), 1000, query_of(request, "cursor")};
    std::from_chars(limit.data(), limit.data() + limit.size(), query.limit);
    if (query.limit < 10) return refusal(400, 10001, "limit: expected number to be >=10");
    const auto page = kv_->list(query);
    if (!page) return kv_refusal(page.error());
    Json keys = Json::array();
    for (const KvListedKey& listed : page->keys) {
      Json& key = keys.emplace_back(Json{{"name", listed.name}});
      if (listed.expiration) key["expiration"] = *listed.expiration;
      if (!listed.metadata.empty()) key["metadata"] = Json::parse(listed.metadata);
    }
    const std::size_t count = keys.size();
    return success(std::move(keys), {{"count", count}, {"cursor", page->cursor}});
  }

  HttpResponse d1(const HttpRequest& request, std::string_view path) {
    if (path != "/raw" || request.method != "POST") return refusal(405, 7001, "no such route");
    const Json asked = Json::parse(request.body);
    const Json statements = asked.value("batch", Json::array({asked}));
    std::vector<std::string> texts;
    for (const Json& statement : statements) texts.push_back(statement.at("sql"));
    std::vector<Statement> batch;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      Statement& statement = batch.emplace_back(Statement{texts[i], {}});
      for (const Json& param : statements[i].value("params", Json::array())) {
        statement.params.push_back(value_of(param));
      }
    }
    const auto results = d1_->batch(batch);
    if (!results) return refusal(400, 7500, results.error().message);
    Json answered = Json::array();
    for (const ResultSet& set : *results) answered.push_back(json_of(set));
    return success(std::move(answered));
  }

  std::atomic<int> refused_one_in_ = 0;
  std::atomic<int> lost_one_in_ = 0;
  std::atomic<int> requests_ = 0;
  TemporaryDirectory directory_;
  threads::ThreadRuntime runtime_;
  std::unique_ptr<sqlite::SqliteKv> kv_;
  std::unique_ptr<sqlite::SqliteDatabase> d1_;
  std::unique_ptr<http::HttpServer> server_;
};

}  // namespace

std::unique_ptr<StandInServer> start_stand_in_api() {
  return std::make_unique<StandInApi>();
}

}  // namespace cutover::contracts
