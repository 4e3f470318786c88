// A small stand-in for Cloudflare's API in front of the SQLite adapters: the routes that
// adapters/cloudflare uses, and no more. It checks the token and the account, as the service does.
//
// It can be in trouble, by turns: of so many requests one is refused with 429, and another is
// applied and then answered with 502, which tells the client nothing.
#pragma once

#include <memory>
#include <string>

#include "tests/contracts/cloudflare_stands.h"

namespace cutover::contracts {

struct StandInTrouble {
  int refused_one_in = 0;  // 0: none
  int lost_one_in = 0;     // 0: none
};

class StandInServer : public CloudflareServer {
 public:
  virtual void set_trouble(const StandInTrouble& trouble) = 0;
};

// With a fresh namespace and a fresh database, and in no trouble.
[[nodiscard]] std::unique_ptr<StandInServer> start_stand_in_api();

}  // namespace cutover::contracts
