// Workerd: Cloudflare's local runtime as a child process, with the bridge Worker (bridge.js)
// inside.
//
// It keeps its data in a folder of its own that goes away with it; so does the process, however
// this one ends. Every wait is bounded: 20 s for the start, 60 s for an answer. Not for several
// threads.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <tl/expected.hpp>
#include <vector>

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
  explicit Workerd(std::filesystem::path folder);
  tl::expected<int, std::string> spawn(const std::string& program);  // the port that it listens on
  void stop();
  [[nodiscard]] std::string last_words() const;

  std::filesystem::path folder_;
  pid_t process_ = -1;
  std::unique_ptr<httplib::Client> client_;
};

}  // namespace cutover::conformance
