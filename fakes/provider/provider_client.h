// ProviderClient: the BookProvider port of one process, on a simulated provider. A call arrives in
// half of its latency and is answered in the other half; kills are the gate's.
#pragma once

#include "core/ports/book_provider.h"
#include "fakes/provider/provider_service.h"
#include "fakes/sim/gate.h"

namespace cutover::fakes {

class ProviderClient final : public BookProvider {
 public:
  // All three must outlive the client.
  ProviderClient(ProviderService& service, sim::Gate& gate, sim::Process& process);

  Outcome<std::optional<std::string>> find(std::string_view isbn13) override;

 private:
  ProviderService& service_;
  sim::Gate& gate_;
  sim::Process& process_;
};

}  // namespace cutover::fakes
