#include "fakes/kv/kv_client.h"

#include <algorithm>
#include <string>

namespace cutover::fakes {
namespace {

sim::Call call_of(std::string_view site, std::string_view operation, std::string_view key) {
  sim::Call call;
  call.service = Service::kv;
  call.site = site;
  call.operation = operation;
  call.key = key;
  call.reads = operation != "put" && operation != "remove";
  return call;
}

sim::Latency there_and_back(Duration whole) {
  sim::Latency latency;
  latency.before = whole / 2;
  latency.after = whole - latency.before;
  return latency;
}

std::uint64_t hash_of_put(std::string_view value, const KvPutOptions& options) {
  // A put without options is by far the most frequent, and values are long.
  const std::uint64_t hash = sim::hash_of(value);
  if (!options.expiration && !options.expiration_ttl && options.metadata.empty()) return hash;
  std::string all = std::to_string(hash);
  all.append(" ").append(std::to_string(options.expiration_ttl.value_or(0)));
  all.append(" ").append(std::to_string(options.expiration.value_or(0)));
  return sim::hash_of(all.append(" ").append(options.metadata));
}

std::uint64_t hash_of_keys(std::span<const std::string> keys) {
  std::string all;
  for (const std::string& key : keys) all.append(key).append(1, '\0');
  return sim::hash_of(all);
}

std::uint64_t hash_of_query(const KvListQuery& query) {
  return sim::hash_of(std::to_string(query.limit) + " " + query.cursor);
}

}  // namespace

KvClient::KvClient(KvService& service, sim::Gate& gate, sim::Process& process, std::size_t location)
    : service_(service), gate_(gate), process_(process), location_(location) {}

Outcome<std::optional<KvValue>> KvClient::get(std::string_view key) {
  const KvService::Options& options = service_.options();
  const Duration latency =
      service_.remembers(location_, key) ? options.cached_read_latency : options.cold_read_latency;
  return gate_.call(
      process_, call_of("kv.get", "get", key), there_and_back(latency), nullptr, 0,
      [&](const sim::Twist& twist) { return service_.get(location_, key, twist.age); });
}

Outcome<std::vector<std::optional<std::string>>> KvClient::get_many(
    std::span<const std::string> keys) {
  const KvService::Options& options = service_.options();
  const bool quick = std::all_of(keys.begin(), keys.end(), [&](const std::string& key) {
    return service_.remembers(location_, key);
  });
  const Duration latency = quick ? options.cached_read_latency : options.cold_read_latency;
  const std::string_view first = keys.empty() ? std::string_view() : keys.front();
  return gate_.call(process_, call_of("kv.get_many", "get_many", first), there_and_back(latency),
                    nullptr, hash_of_keys(keys), [&](const sim::Twist& twist) {
                      return service_.get_many(location_, keys, twist.age);
                    });
}

Outcome<void> KvClient::put(std::string_view key, std::string_view value,
                            const KvPutOptions& options) {
  return gate_.call(process_, call_of("kv.put", "put", key),
                    there_and_back(service_.options().write_latency), nullptr,
                    hash_of_put(value, options),
                    [&] { return service_.put(location_, key, value, options); });
}

Outcome<void> KvClient::remove(std::string_view key) {
  return gate_.call(process_, call_of("kv.remove", "remove", key),
                    there_and_back(service_.options().write_latency), nullptr, 0,
                    [&] { return service_.remove(location_, key); });
}

Outcome<KvPage> KvClient::list(const KvListQuery& query) {
  sim::Call call = call_of("kv.list", "list", query.prefix);
  call.with_cursor = !query.cursor.empty();
  return gate_.call(process_, call, there_and_back(service_.options().list_latency), nullptr,
                    hash_of_query(query), [&](const sim::Twist& twist) {
                      return service_.list(query, {twist.age, twist.page_keys});
                    });
}

Duration KvClient::staleness_bound() const {
  return service_.options().cache_ttl;
}

}  // namespace cutover::fakes
