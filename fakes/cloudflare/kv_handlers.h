// The routes of Workers KV: namespaces, keys, values, metadata and bulk calls (cloudflare-facts
// A4).
//
// Each checks its request, then enters the world for one call through the gate.
#pragma once

#include <string_view>
#include <utility>

#include "fakes/cloudflare/failure_answer.h"
#include "fakes/cloudflare/routes.h"
#include "fakes/kv/kv_client.h"

namespace cutover::simulate {

Answer list_namespaces(Desk& desk, const Asked& asked);
Answer create_namespace(Desk& desk, const Asked& asked);
Answer get_namespace(Desk& desk, const Asked& asked);
Answer rename_namespace(Desk& desk, const Asked& asked);
Answer delete_namespace(Desk& desk, const Asked& asked);

Answer list_keys(Desk& desk, const Asked& asked);
Answer get_value(Desk& desk, const Asked& asked);
Answer put_value(Desk& desk, const Asked& asked);
Answer delete_value(Desk& desk, const Asked& asked);
Answer get_metadata(Desk& desk, const Asked& asked);

Answer put_bulk(Desk& desk, const Asked& asked);
Answer delete_bulk(Desk& desk, const Asked& asked);
Answer get_bulk(Desk& desk, const Asked& asked);

// The location from which the API sees every namespace.
inline constexpr std::size_t api_location = 0;

// Metadata as JSON; a text that is none (a dump may hold anything) is shown as a text.
[[nodiscard]] Json metadata_json(const std::string& text);

// Is it an identifier of a namespace: 32 hex digits?
[[nodiscard]] bool is_namespace_id(std::string_view id);

// Enters the world for the namespace that the second part of the path names. `visit` takes the
// cloud and the namespace. `method` is what the API calls this in its messages.
template <class Visit>
Answer visit_namespace(Desk& desk, const Asked& asked, std::string_view method, Visit&& visit) {
  const std::string& id = asked.parts.at(1);
  if (!is_namespace_id(id)) {
    return failure({400, 10011, std::string(method) + ": 'invalid namespace id'"});
  }
  const auto inside = [&](Cloud& cloud) -> Answer {
    const auto found = cloud.namespaces.find(id);
    if (found == cloud.namespaces.end()) return failure(namespace_not_found(method));
    return visit(cloud, found->second);
  };
  return asked.http.method == "GET" ? desk.entrance.enter(inside)
                                    : desk.entrance.enter_and_change(inside);
}

// One port call of the namespace's client: its outcome's value goes to `answer`.
template <class Call, class Answers>
Answer call_kv(Cloud& cloud, KvNamespace& place, std::string_view method, Call&& call,
               Answers&& answer) {
  auto outcome = cloud.call([&](sim::Process& process) {
    fakes::KvClient client(*place.service, cloud.gate(), process, api_location);
    return call(client);
  });
  if (!outcome) return std::nullopt;
  if (!*outcome) return kv_failure(method, outcome->error());
  return answer(*outcome);
}

}  // namespace cutover::simulate
