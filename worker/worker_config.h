// The workerd configuration that puts a Worker between our services: its KV and D1 bindings, and
// whatever it fetches, lead to `cutover simulate`'s address.
#pragma once

#include <cstddef>
#include <string>

#include "adapters/workerd/workerd_process.h"
#include "worker/worker_folder.h"

namespace cutover::worker {

// Where the services are, and what they are called there.
struct Services {
  int port = 0;
  std::string token;         // of the simulated account
  std::string namespace_id;  // every KV binding leads to this namespace
  std::string database_id;   // every D1 binding leads to this database
  std::size_t location = 0;  // from which KV is seen
};

// `secrets` become text bindings beside the folder's own variables, and win over them.
[[nodiscard]] workerd::Setup setup_of(const WorkerFolder& worker, const Services& services,
                                      const std::vector<NamedText>& secrets);

}  // namespace cutover::worker
