// What workerd's own KV and D1 bindings speak, so that a Worker runs unmodified with its stores
// here (miniflare-observed 8.1). docs/WORKER.md shows how workerd is told to.
//
// A request names its binding in a header that workerd's configuration adds, beside the token:
//
//   cutover-binding: kv/NAMESPACE_ID/LOCATION    LOCATION: 0 to 15; each has caches of its own
//   cutover-binding: d1/DATABASE_ID
//
// Failures are told as the bindings expect them, which make the errors that a Worker catches: for
// KV a status and a reason phrase, for D1 {"success":false,"error":...}. No answer at all is
// "Network connection lost.".
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "fakes/cloudflare/routes.h"

namespace cutover::simulate {

inline constexpr std::string_view binding_header = "cutover-binding";

struct Binding {
  bool is_kv = false;
  std::string id;
  std::size_t location = 0;  // of KV
};

// Nothing: it names no binding.
[[nodiscard]] std::optional<Binding> binding_of(std::string_view header);

// How large a body may be.
[[nodiscard]] std::size_t binding_body_bytes_max(const Binding& binding);

// The caller has checked the token.
Answer answer_binding(Desk& desk, const Binding& binding, const api::HttpRequest& request);
Answer answer_kv_binding(Desk& desk, const Binding& binding, const api::HttpRequest& request);
Answer answer_d1_binding(Desk& desk, const Binding& binding, const api::HttpRequest& request);

}  // namespace cutover::simulate
