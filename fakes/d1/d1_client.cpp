#include "fakes/d1/d1_client.h"

#include <algorithm>
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

bool can_be_repeated(std::span<const Statement> statements) {
  return std::all_of(statements.begin(), statements.end(), [](const Statement& statement) {
    return fakes::can_be_repeated(statement.sql);
  });
}

// A lost connection or a reset, that is; overload is for the caller to hear of.
bool passes(const Failure& failure) {
  return failure.retryable &&
         (failure.kind == FailureKind::connection_lost || failure.kind == FailureKind::unavailable);
}

}  // namespace

D1Client::D1Client(D1Service& service, sim::Gate& gate, sim::Process& process)
    : service_(service), gate_(gate), process_(process) {}

Outcome<ResultSet> D1Client::query(const Statement& statement) {
  return call("d1.query", "query", std::span(&statement, 1), sim::payload_of(statement),
              [&] { return service_.query(statement); });
}

Outcome<std::vector<ResultSet>> D1Client::batch(std::span<const Statement> statements) {
  return call("d1.batch", "batch", statements, hash_of_statements(statements),
              [&] { return service_.batch(statements); });
}

template <class Effect>
auto D1Client::call(std::string_view site, std::string_view operation,
                    std::span<const Statement> statements, std::uint64_t payload, Effect effect)
    -> decltype(effect()) {
  sim::Call call = call_of(site, operation, statements);
  const sim::Latency latency = latency_of(statements);
  int attempts_left = can_be_repeated(statements) ? service_.options().read_attempts_max : 1;
  while (true) {
    auto outcome = gate_.call(process_, call, latency, &service_.queue(), payload, effect);
    if (outcome || !passes(outcome.error()) || --attempts_left <= 0) return outcome;
    {
      const sim::Quiet quiet;
      service_.count_repeat();
    }
    call.repeat = true;
  }
}

sim::Latency D1Client::latency_of(std::span<const Statement> statements) const {
  sim::Latency latency;
  latency.before = service_.options().network_latency;
  latency.service = std::min(service_.time_of(statements), service_.options().query_time_max);
  latency.after = service_.options().network_latency;
  return latency;
}

}  // namespace cutover::fakes
