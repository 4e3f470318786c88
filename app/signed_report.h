// What the commands on signed reports share: reading the files, the time, and printing checks.
#pragma once

#include <optional>
#include <string>

#include <tl/expected.hpp>

#include "app/commands.h"
#include "reports/evidence.h"
#include "signoff/approvers.h"
#include "signoff/judge.h"

namespace CLI {
class App;
}  // namespace CLI

namespace cutover::app {

// As given: a report, --signoff, --approvers and --at.
struct SignedReportFiles {
  std::string report;
  std::string signoff;    // empty: signoff.json in the report's folder
  std::string approvers;  // empty: no trust file
  std::string at;         // empty: now

  [[nodiscard]] std::string signoff_path() const;
};
void add_signed_report_files(CLI::App& command, SignedReportFiles& files);

struct SignedReport {
  reports::Report report;
  std::string sha256;  // of exactly the bytes that the report was read from
  signoff::SignOff signoff;
  std::optional<signoff::Approvers> approvers;
  signoff::UnixSeconds now = 0;

  // Valid as long as this is.
  [[nodiscard]] signoff::Facts facts() const {
    return {sha256, report, approvers ? &*approvers : nullptr, now};
  }
};

// A sign-off that is not there is one that nobody has signed, unless it was named and
// `must_be_there` says so. Errors name the file and what is wrong in it.
tl::expected<SignedReport, std::string> read_signed_report(const SignedReportFiles& files,
                                                           bool must_be_there);

// One line a check, and the verdict; with --json one object. Gives the verdict's exit code.
int print_checks(const signoff::Checks& checks, const std::string& passed, const Common& common);

}  // namespace cutover::app
