// accept: the whole acceptance run (`cutover verify`): the rehearsal on a dump, then storms, every
// fault at every call, planted defects, and what the test suite has shown; one report.
//
// The rehearsal judges this migration of this dump. The rest judges the program that does it: a
// migration is as good as what would have happened had a call failed.
#pragma once

#include <string>

#include <tl/expected.hpp>

#include "acceptance/profile.h"
#include "reports/evidence.h"
#include "scenarios/verify.h"

namespace cutover::acceptance {

struct AcceptanceOptions {
  scenarios::VerifyOptions rehearsal;
  Profile profile;
  std::string corpus;  // folder of past failures; empty, or not there: none are played
  // What the test suite said (`./cutover test` writes it), and why it may not be used: it is of
  // another build, or it is not there. When the latter is not empty, the former is not read.
  std::string tests;
  std::string no_tests;
  // What of the core the tests run (`./cutover --preset coverage test` writes it); empty: it was
  // not measured after this build.
  std::string coverage;
  // For planted defects: folder of the patches, folder of the built probes.
  std::string defects;
  std::string probes;
};

// The report of the run, whatever its verdict; interrupted, it is unknown and says so. The error is
// for input that cannot be used at all (it names the file); nothing was judged then.
tl::expected<reports::Report, std::string> accept(const AcceptanceOptions& options,
                                                  scenarios::ProgressSink& progress);

}  // namespace cutover::acceptance
