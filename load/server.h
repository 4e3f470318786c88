// Server: whoever answers a load's requests: simulated isolates, a server behind a URL, or a test's
// own.
#pragma once

#include "load/request.h"

namespace cutover::load {

class Server {
 public:
  Server() = default;
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  virtual ~Server() = default;

  // Answers, or says with status 0 that there was no answer. Called from many tasks at once; may
  // switch, and takes as long as the answer takes.
  virtual Reply ask(const Request& request) = 0;
};

}  // namespace cutover::load
