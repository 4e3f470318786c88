// The plan's two functional suites (R6.4, plan item 2.6), run through the HTTP API at any phase:
// book search, and user library. Each case is a row; the plan's own cases keep its words.
//
// What a case expects comes from the oracle and from the reference transform, never from the code
// that answers.
#pragma once

#include <string>
#include <vector>

#include "core/ports/kv_store.h"
#include "scenarios/live/operator.h"

namespace cutover::scenarios {

struct SuiteCase {
  std::string when;   // "cutover, d1_reads 25 %"
  std::string suite;  // "search", "library"
  std::string name;
  std::string expected;
  std::string seen;
  bool passed = false;
};

struct SearchSuiteInput {
  std::string when;
  std::string popular;  // an ISBN that KV has
  std::string missed;   // one that KV has no entry of; D1 may, and the provider has it
  // By the phase's table in docs/ROLLOUT.md: who answers for `missed`.
  std::string missed_source = "d1";  // "d1" or "provider"
  TimeSpan traffic;  // whose hit rate counts; too little traffic: that case is left out
};
// Switches.
[[nodiscard]] std::vector<SuiteCase> run_search_suite(Operator& person, Stage& stage,
                                                      const SearchSuiteInput& input);

// Adds twelve books of `sources` to a shelf of its own, reads it with every filter, and removes
// them again. Switches.
[[nodiscard]] std::vector<SuiteCase> run_library_suite(Operator& person, const std::string& when,
                                                       const std::vector<KvRecord>& sources);

}  // namespace cutover::scenarios
