#include "app/signed_report.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <ctime>
#include <filesystem>

#include <nlohmann/json.hpp>

#include "app/whole_file.h"
#include "core/books/sha256.h"
#include "reports/json_report.h"
#include "signoff/sign.h"
#include "signoff/signoff_file.h"

namespace cutover::app {
namespace {

// Empty, or what is wrong with --at.
std::string read_time(const std::string& at, signoff::UnixSeconds& now) {
  now = std::time(nullptr);
  if (at.empty()) return "";
  const auto time = signoff::utc_from(at);
  if (!time) return "--at: " + time.error();
  now = *time;
  return "";
}

}  // namespace

std::string SignedReportFiles::signoff_path() const {
  if (!signoff.empty()) return signoff;
  return (std::filesystem::path(report).parent_path() / "signoff.json").string();
}

void add_signed_report_files(CLI::App& command, SignedReportFiles& files) {
  command.add_option("report", files.report, "report.json as `cutover verify` wrote it")
      ->required();
  command.add_option("--signoff", files.signoff, "the sign-off [signoff.json beside the report]");
  command.add_option("--approvers", files.approvers,
                     "TOML file that says whose key may sign for which role");
  command.add_option("--at", files.at, "the time to go by, as 2026-11-27T09:30:00Z [now]");
}

tl::expected<SignedReport, std::string> read_signed_report(const SignedReportFiles& files,
                                                           bool must_be_there) {
  SignedReport result;
  const std::string wrong_time = read_time(files.at, result.now);
  if (!wrong_time.empty()) return tl::unexpected(wrong_time);

  const auto text = read_whole_file(files.report, reports::report_bytes_max);
  if (!text) return tl::unexpected(text.error());
  reports::ReadReport read = reports::from_json(*text);
  if (!read.report) return tl::unexpected(files.report + ": " + read.error);
  result.report = std::move(*read.report);
  result.sha256 = books::Sha256().hex(*text);

  if (!files.approvers.empty()) {
    const auto toml = read_whole_file(files.approvers, signoff::approvers_bytes_max);
    if (!toml) return tl::unexpected(toml.error());
    auto approvers = signoff::approvers_from_toml(*toml, files.approvers);
    if (!approvers) return tl::unexpected(approvers.error());
    result.approvers = std::move(*approvers);
  }

  const std::string path = files.signoff_path();
  std::error_code error;
  const bool absent = !std::filesystem::exists(path, error) && !error;
  if (absent && (files.signoff.empty() || !must_be_there)) {
    result.signoff = unsigned_of(result.facts());
    return result;
  }
  const auto json = read_whole_file(path, signoff::signoff_bytes_max);
  if (!json) return tl::unexpected(json.error());
  auto signoff = signoff::signoff_from_json(*json);
  if (!signoff) return tl::unexpected(path + ": " + signoff.error());
  result.signoff = std::move(*signoff);
  return result;
}

int print_checks(const signoff::Checks& checks, const std::string& passed, const Common& common) {
  const reports::Verdict verdict = verdict_of(checks);
  if (common.json) {
    nlohmann::ordered_json json = {{"verdict", std::string(name_of(verdict))},
                                   {"checks", nlohmann::ordered_json::array()}};
    for (const signoff::Check& check : checks) {
      json["checks"].push_back({{"verdict", std::string(name_of(check.verdict))},
                                {"what", check.what},
                                {"text", check.text}});
    }
    std::printf("%s\n", json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
    return exit_code_of(verdict);
  }
  for (const signoff::Check& check : checks) {
    std::printf("%-8s %-18s %s\n", std::string(name_of(check.verdict)).c_str(), check.what.c_str(),
                check.text.c_str());
  }
  const bool pass = verdict == reports::Verdict::pass;
  std::printf("\n%s: %s\n", std::string(name_of(verdict)).c_str(),
              pass                                ? passed.c_str()
              : verdict == reports::Verdict::fail ? "this is no sign-off to go live on"
                                                  : "this is no sign-off to go live on yet");
  return exit_code_of(verdict);
}

}  // namespace cutover::app
