#include "tests/conformance/fake_kv.h"

#include <optional>
#include <utility>
#include <vector>

#include "adapters/sqlite/utf8.h"
#include "core/ports/check.h"

namespace cutover::conformance {
namespace {

// Far ahead of any machine's clock, because workerd sweeps away what has expired by that one. A
// tenth of a second into a second: the next 0.9 s of real time do not show.
sim::Scheduler::Options world_options() {
  sim::Scheduler::Options options;
  options.start = UnixTime{2'000'000'000'100'000};
  return options;
}

fakes::KvService::Options strongest() {
  fakes::KvService::Options options;
  options.cache_ttl = Duration{0};
  options.write_spacing = Duration{0};
  options.empty_pages = false;
  options.cached_read_latency = options.cold_read_latency = Duration{0};
  options.write_latency = options.list_latency = Duration{0};
  return options;
}

Json or_null(const std::optional<std::int64_t>& number) {
  return number ? Json(*number) : Json();
}

}  // namespace

FakeKv::FakeKv()
    : scheduler_(world_options()),
      gate_(scheduler_, plan_),
      service_(scheduler_, strongest()),
      process_(scheduler_.start_process("worker")),
      client_(service_, gate_, process_, 0) {}

std::int64_t FakeKv::now() const {
  return scheduler_.wall().millis();
}

void FakeKv::run(std::function<void()> body) {
  scheduler_.spawn(process_, "operation", std::move(body));
  scheduler_.run();
}

Json FakeKv::answer(const Json& operation) {
  const std::string name = operation.at("op");
  Json answered = Json::object();
  run([&] {
    if (name == "wait") {
      scheduler_.sleep(std::chrono::seconds(operation.at("seconds").get<std::int64_t>()));
    } else if (name == "get") {
      answered = get(operation);
    } else if (name == "get_many") {
      answered = get_many(operation);
    } else if (name == "put") {
      answered = put(operation);
    } else if (name == "list") {
      answered = list(operation);
    } else {
      CUTOVER_CHECK(name == "remove", "KV has no other operation");
      const auto removed = client_.remove(bytes_of(operation.at("key")));
      if (!removed) answered = answered_failure(removed.error());
    }
  });
  return answered;
}

Json FakeKv::get(const Json& operation) {
  const auto got = client_.get(bytes_of(operation.at("key")));
  if (!got) return answered_failure(got.error());
  const std::string as = operation.at("as");
  if (!got->has_value()) return {{as == "json" ? "json" : "value", nullptr}};
  const KvValue& value = **got;
  if (as == "metadata") {
    return {{"value", answered_bytes(value.bytes)}, {"metadata", value.metadata}};
  }
  if (as == "bytes" || as == "stream") return {{"value", answered_bytes(value.bytes)}};
  const std::string text = replace_malformed_utf8(value.bytes);
  if (as == "text") return {{"value", answered_text(text)}};
  CUTOVER_CHECK(as == "json", "there is no other way to read a value");
  // The other library reads past a byte order mark; JavaScript does not.
  const Json parsed = text.starts_with("\uFEFF") ? Json(Json::value_t::discarded)
                                                 : Json::parse(text, nullptr, false);
  if (parsed.is_discarded()) return {{"error", "not JSON"}};
  return {{"json", with_javascript_numbers(parsed)}};
}

Json FakeKv::get_many(const Json& operation) {
  std::vector<std::string> keys;
  for (const Json& key : operation.at("keys")) keys.push_back(bytes_of(key));
  const auto got = client_.get_many(keys);
  if (!got) return answered_failure(got.error());
  Json values = Json::array();
  for (const auto& value : *got) values.push_back(value ? answered_text(*value) : Json());
  return {{"values", std::move(values)}};
}

Json FakeKv::put(const Json& operation) {
  KvPutOptions options;
  if (operation.contains("ttl")) options.expiration_ttl = operation.at("ttl").get<std::int64_t>();
  if (operation.contains("expiration"))
    options.expiration = operation.at("expiration").get<std::int64_t>();
  options.metadata = operation.value("metadata", "");
  const auto put =
      client_.put(bytes_of(operation.at("key")), bytes_of(operation.at("value")), options);
  return put ? Json::object() : answered_failure(put.error());
}

Json FakeKv::list(const Json& operation) {
  KvListQuery query;
  query.prefix = bytes_of(operation.at("prefix"));
  query.limit = operation.at("limit").get<std::size_t>();
  query.cursor = operation.value("cursor", "");
  if (query.cursor == "last") query.cursor = cursor_;
  cursor_.clear();
  const auto page = client_.list(query);
  if (!page) return answered_failure(page.error());
  cursor_ = page->cursor;
  Json keys = Json::array();
  for (const KvListedKey& key : page->keys) {
    keys.push_back({{"name", answered_text(key.name)},
                    {"expiration", or_null(key.expiration)},
                    {"metadata", key.metadata}});
  }
  return {
      {"keys", std::move(keys)}, {"complete", page->complete}, {"cursor", !page->cursor.empty()}};
}

}  // namespace cutover::conformance
