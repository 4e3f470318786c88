// Tour: what the checks of one run share.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "target/reading.h"
#include "target/sample.h"
#include "target/visit.h"

namespace cutover::target {

struct AcceptanceOptions;

// An answer with a 4xx or 5xx that some check got, and to what.
struct Refusal {
  std::string to;  // for people
  Told told;
};

struct Tour {
  Visit& visit;
  const AcceptanceOptions& options;
  Told health;                   // what GET /health told when the run began
  std::optional<Sample> sample;  // nothing: there is no dump
  Reading reading;
  std::vector<Refusal> refusals;

  // Asks, and keeps a refusal for the checks of their form.
  Answer ask(const Ask& ask, const std::string& for_people);
  // A book that the reading found, by its ISBN; empty when it found none.
  [[nodiscard]] std::string known_isbn() const;
};

}  // namespace cutover::target
