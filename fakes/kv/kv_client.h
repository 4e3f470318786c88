// KvClient: the KvStore port of one process, seen from one location.
//
// A call reaches the service in half of its latency, has its effect there, and is answered in the
// other half; all of that, and every misbehaviour, is the gate's. A read that the location can
// answer by itself is quick, any other is cold.
#pragma once

#include <cstddef>

#include "core/ports/kv_store.h"
#include "fakes/kv/kv_service.h"
#include "fakes/sim/gate.h"

namespace cutover::fakes {

class KvClient final : public KvStore {
 public:
  // All three must outlive the client.
  KvClient(KvService& service, sim::Gate& gate, sim::Process& process, std::size_t location);

  Outcome<std::optional<KvValue>> get(std::string_view key) override;
  Outcome<std::vector<std::optional<std::string>>> get_many(
      std::span<const std::string> keys) override;
  Outcome<void> put(std::string_view key, std::string_view value,
                    const KvPutOptions& options) override;
  Outcome<void> remove(std::string_view key) override;
  Outcome<KvPage> list(const KvListQuery& query) override;
  [[nodiscard]] Duration staleness_bound() const override;

 private:
  KvService& service_;
  sim::Gate& gate_;
  sim::Process& process_;
  std::size_t location_;
};

}  // namespace cutover::fakes
