// Workerd: Cloudflare's local runtime as a child process, with the bridge Worker (bridge.js)
// inside.
//
// An answer is waited for 60 s at most. Not for several threads.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "adapters/workerd/workerd_process.h"
#include "tests/conformance/json_values.h"

namespace httplib {
class Client;
}

namespace cutover::conformance {

class Workerd {
 public:
  // KV namespaces and databases, empty at the start. A store is a number below this.
  static constexpr std::size_t stores = 64;

  struct Answers {
    std::vector<Json> answers;  // one for each operation, in order
    bool late = false;          // answers that depend on time are worth nothing
  };

  // The program: CUTOVER_WORKERD, or what tests/conformance/install installed. Else why there is
  // none, and what to do.
  static tl::expected<std::string, std::string> find();
  static tl::expected<std::unique_ptr<Workerd>, std::string> start(const std::string& program);
  ~Workerd();
  Workerd(const Workerd&) = delete;
  Workerd& operator=(const Workerd&) = delete;

  // `now` is KV's time in ms at the first operation. Fails when the process does not answer.
  tl::expected<Answers, std::string> run(std::size_t store, std::int64_t now,
                                         std::span<const Json> operations);

 private:
  explicit Workerd(std::unique_ptr<workerd::WorkerdProcess> process);

  std::unique_ptr<workerd::WorkerdProcess> process_;
  std::unique_ptr<httplib::Client> client_;
};

}  // namespace cutover::conformance
