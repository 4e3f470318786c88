#include "fakes/d1/d1_client.h"

#include <string>

#include "fakes/d1/statement_text.h"
#include "fakes/sim/payload.h"

namespace cutover::fakes {
namespace {

sim::Call call_of(std::string_view site, std::string_view operation,
                  std::span<const Statement> statements) {
  sim::Call call;
  call.service = Service::d1;
  call.site = site;
  call.operation = operation;
  call.statements = static_cast<std::int64_t>(statements.size());
  // A batch goes by its first statement: its author puts the one that says what it is for there.
  if (!statements.empty()) call.key = short_name(statements.front().sql);
  return call;
}

std::uint64_t hash_of_statements(std::span<const Statement> statements) {
  std::uint64_t hash = 0;
  for (const Statement& statement : statements) {
    hash = hash * 0x9E3779B97F4A7C15U + sim::payload_of(statement);
  }
  return hash;
}

}  // namespace

D1Client::D1Client(D1Service& service, sim::Gate& gate, sim::Process& process)
    : service_(service), gate_(gate), process_(process) {}

Outcome<ResultSet> D1Client::query(const Statement& statement) {
  const std::span<const Statement> statements(&statement, 1);
  return gate_.call(process_, call_of("d1.query", "query", statements), latency_of(statements),
                    &service_.queue(), sim::payload_of(statement),
                    [&] { return service_.query(statement); });
}

Outcome<std::vector<ResultSet>> D1Client::batch(std::span<const Statement> statements) {
  return gate_.call(process_, call_of("d1.batch", "batch", statements), latency_of(statements),
                    &service_.queue(), hash_of_statements(statements),
                    [&] { return service_.batch(statements); });
}

sim::Latency D1Client::latency_of(std::span<const Statement> statements) const {
  sim::Latency latency;
  latency.before = service_.options().network_latency;
  latency.service = service_.time_of(statements);
  latency.after = service_.options().network_latency;
  return latency;
}

}  // namespace cutover::fakes
