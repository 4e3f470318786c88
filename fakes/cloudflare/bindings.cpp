#include "fakes/cloudflare/bindings.h"

#include "fakes/cloudflare/d1_handlers.h"
#include "fakes/cloudflare/kv_handlers.h"

namespace cutover::simulate {
namespace {

constexpr std::size_t locations_max = 16;
constexpr std::size_t mib = 1U << 20;

}  // namespace

std::optional<Binding> binding_of(std::string_view header) {
  Binding binding;
  binding.is_kv = header.starts_with("kv/");
  if (!binding.is_kv && !header.starts_with("d1/")) return std::nullopt;
  std::string_view rest = header.substr(3);
  if (!binding.is_kv) {
    if (!is_database_id(rest)) return std::nullopt;
    binding.id = rest;
    return binding;
  }
  const std::size_t slash = rest.find('/');
  if (slash == std::string_view::npos || !is_namespace_id(rest.substr(0, slash))) {
    return std::nullopt;
  }
  const auto location = whole_number(rest.substr(slash + 1));
  if (!location || *location < 0 || *location >= static_cast<std::int64_t>(locations_max)) {
    return std::nullopt;
  }
  binding.id = rest.substr(0, slash);
  binding.location = static_cast<std::size_t>(*location);
  return binding;
}

std::size_t binding_body_bytes_max(const Binding& binding) {
  return binding.is_kv ? 26 * mib : 100 * mib;  // a batch is as long as its Worker's memory allows
}

Answer answer_binding(Desk& desk, const Binding& binding, const api::HttpRequest& request) {
  return binding.is_kv ? answer_kv_binding(desk, binding, request)
                       : answer_d1_binding(desk, binding, request);
}

}  // namespace cutover::simulate
