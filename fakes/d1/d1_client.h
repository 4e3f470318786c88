// D1Client: the Database port of one process.
//
// A call travels to the database, waits for its turn in the one queue, keeps the slot for the
// service time of its statements, has its effect, and is answered. All of that, and every
// misbehaviour, is the gate's. A call that only reads is repeated by the service after a transient
// failure (read_attempts_max): each attempt is a call of its own in histories and fault plans, and
// only the first costs budget.
#pragma once

#include "core/ports/database.h"
#include "fakes/d1/d1_service.h"
#include "fakes/sim/gate.h"

namespace cutover::fakes {

class D1Client final : public Database {
 public:
  // All three must outlive the client.
  D1Client(D1Service& service, sim::Gate& gate, sim::Process& process);

  Outcome<ResultSet> query(const Statement& statement) override;
  Outcome<std::vector<ResultSet>> batch(std::span<const Statement> statements) override;

 private:
  template <class Effect>
  auto call(std::string_view site, std::string_view operation,
            std::span<const Statement> statements, std::uint64_t payload, Effect effect)
      -> decltype(effect());
  [[nodiscard]] sim::Latency latency_of(std::span<const Statement> statements) const;

  D1Service& service_;
  sim::Gate& gate_;
  sim::Process& process_;
};

}  // namespace cutover::fakes
