// Probing: runs the probe of each planted defect, beside the core as it is and the canary, and says
// what was caught (requirement R8.7). Probes are programs of their own: `./cutover build defects`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "chaos/defects/catalogue.h"

namespace cutover::chaos {

struct ProbingOptions {
  std::string patches;                // folder of the catalogue
  std::string probes;                 // folder of the built programs
  std::uint64_t runs = 400;           // storms for each, before it counts as not caught
  unsigned jobs = 0;                  // probes at once; 0: one for each processor
  std::function<bool()> interrupted;  // asked between probes; may be empty
  std::function<void(std::size_t done, std::size_t all)> progress;  // may be empty; any thread
};

// What one probe came to.
struct Probed {
  const Defect* defect = nullptr;
  std::string program;  // of the probe: the defect's name, or "control"
  std::uint64_t runs_max = 0;
  bool canary = false;
  nlohmann::ordered_json found = nlohmann::ordered_json::object();  // a Hunted, as it printed it
  std::string problem;                                              // why there is nothing

  [[nodiscard]] bool caught() const { return found.value("caught", false); }
  [[nodiscard]] std::string signature() const;
  // By an invariant that means something.
  [[nodiscard]] bool caught_truly() const { return caught() && signature() != "canary"; }
  [[nodiscard]] std::uint64_t runs() const { return found.value("runs", std::uint64_t{0}); }
};

struct Probing {
  std::vector<Probed> defects;
  std::vector<Probed> controls;  // the core as it is, in the same worlds; the last is the canary
  double seconds = 0;

  [[nodiscard]] std::size_t caught() const;
  [[nodiscard]] std::size_t strayed() const;  // shrunk to a case that fails otherwise
  [[nodiscard]] bool control_is_clean() const;
  [[nodiscard]] bool canary_failed() const { return controls.back().signature() == "canary"; }
  // Everything is as it must be.
  [[nodiscard]] bool well() const;
  // Of a number that caught probes printed: "decisions", "shrinkSeconds". 0 of none.
  [[nodiscard]] double median_of(const char* member) const;
};

// Empty: the probes are there. Else what is missing, and what to do.
[[nodiscard]] std::string missing_probes(const ProbingOptions& options);

// `defects` must outlive the result, and is not empty.
[[nodiscard]] Probing probe(const std::vector<Defect>& defects, const ProbingOptions& options);

}  // namespace cutover::chaos
