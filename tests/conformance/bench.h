// Bench: runs sequences of operations on workerd and on a fake, side by side.
//
// Each sequence has a namespace and a database of its own; when they are used up, workerd is
// started anew. A sequence during which the machine was too slow is run again, in smaller pieces.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "tests/conformance/tally.h"
#include "tests/conformance/workerd.h"

namespace cutover::conformance {

class Bench {
 public:
  explicit Bench(std::string program) : program_(std::move(program)) {}

  // Compares until the end, or until the tally says stop. Anything but an empty text is trouble
  // with workerd itself.
  std::string run_kv(std::span<const Json> operations, Tally& tally);
  std::string run_d1(std::span<const Json> operations, Tally& tally);

  // For tests that speak with one store themselves.
  tl::expected<std::size_t, std::string> fresh_store();
  [[nodiscard]] Workerd& workerd() { return *workerd_; }

 private:
  template <class Fake>
  std::string run(std::span<const Json> operations, Tally& tally);

  std::string program_;
  std::unique_ptr<Workerd> workerd_;
  std::size_t next_store_ = 0;
};

// How many operations a test compares: CUTOVER_CONFORMANCE_OPERATIONS, or 2,000.
[[nodiscard]] std::int64_t operations_wanted();

}  // namespace cutover::conformance
