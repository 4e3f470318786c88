#include "fakes/provider/provider_client.h"

#include <string>

namespace cutover::fakes {

ProviderClient::ProviderClient(ProviderService& service, sim::Gate& gate, sim::Process& process)
    : service_(service), gate_(gate), process_(process) {}

Outcome<std::optional<std::string>> ProviderClient::find(std::string_view isbn13) {
  sim::Call call;
  call.service = Service::provider;
  call.site = "provider.find";
  call.operation = "find";
  call.key = std::string(isbn13);
  call.reads = true;
  const Duration whole = service_.latency_of(isbn13);
  sim::Latency latency;
  latency.before = whole / 2;
  latency.after = whole - latency.before;
  return gate_.call(process_, call, latency, nullptr, 0, [&](const sim::Twist& twist) {
    if (twist.oddity == 0) return service_.find(isbn13);
    return service_.find_oddly(isbn13, static_cast<ProviderTrouble>(twist.oddity - 1));
  });
}

}  // namespace cutover::fakes
