// cutover replay and cutover shrink: one case file.

#include <CLI/CLI.hpp>
#include <cinttypes>
#include <cstdio>
#include <fstream>
#include <memory>

#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/storm_arguments.h"
#include "chaos/show/account.h"
#include "chaos/show/case_test.h"
#include "chaos/show/story.h"
#include "chaos/show/timeline_html.h"
#include "chaos/show/trace_events.h"
#include "chaos/shrink.h"

namespace cutover::app {
namespace {

struct ReplayArguments {
  std::string file;
  std::string out;
  std::string html;
  std::string trace;
  std::string test;
  bool events = false;
};

// Writes what was asked for. The error names the file.
tl::expected<void, std::string> write_shown(const ReplayArguments& arguments,
                                            const chaos::Account& account) {
  const auto write = [](const std::string& path, const auto& make) {
    if (path.empty()) return true;
    std::ofstream out(path, std::ios::binary);
    out << make();
    out.close();
    return static_cast<bool>(out);
  };
  if (!write(arguments.html, [&] { return timeline_html_of(account, arguments.file); })) {
    return tl::unexpected("--html " + arguments.html + ": cannot be written");
  }
  if (!write(arguments.trace, [&] { return trace_events_of(account); })) {
    return tl::unexpected("--trace " + arguments.trace + ": cannot be written");
  }
  if (!write(arguments.test, [&] { return case_test_of(account.file); })) {
    return tl::unexpected("--test " + arguments.test + ": cannot be written");
  }
  return {};
}

int replay(const ReplayArguments& arguments, const Common& common) {
  const auto file = read_case(arguments.file);
  if (!file) return usage_error(file.error());
  const chaos::Played played = chaos::play_and_note(*file);
  const chaos::StormResult& result = played.result;
  const chaos::Account account = account_of(played);
  const auto written = write_shown(arguments, account);
  if (!written) return usage_error(written.error());
  const bool exact = file->digest.empty() || file->digest == result.digest;
  if (common.json) {
    nlohmann::ordered_json json;
    json["signature"] = result.signature();
    json["digest"] = result.digest;
    json["exact"] = exact;
    json["violations"] = nlohmann::ordered_json::array();
    for (const auto& violation : result.violations) {
      json["violations"].push_back({{"invariant", violation.invariant},
                                    {"about", violation.about},
                                    {"text", violation.text}});
    }
    json["unmatched"] = nlohmann::ordered_json::array();
    for (const auto& fault : played.unmatched)
      json["unmatched"].push_back(chaos::sentence_of(fault));
    std::printf("%s\n", json.dump(2).c_str());
    return result.violations.empty() ? exit_pass : exit_fail;
  }
  if (arguments.events) {
    for (const sim::Event& event : played.events) {
      std::printf("%s\n", describe(event).c_str());
    }
  }
  std::printf("seed %" PRIu64 ", %" PRIu64 " keys, %zu faults:\n", file->played.seed,
              file->played.keys, file->faults.size());
  for (const auto& fault : file->faults) std::printf("  %s\n", chaos::sentence_of(fault).c_str());
  for (const auto& happening : file->played.happenings) {
    std::printf("  %s\n", describe(happening).c_str());
  }
  for (const auto& happening : result.idle) {
    std::printf("found nothing to befall: %s\n", describe(happening).c_str());
  }
  for (const auto& deviation : result.unmatched) {
    std::printf("did not come about: %s\n", describe(deviation).c_str());
  }
  for (const auto& fault : played.unmatched) {
    std::printf("did not happen, its call never came: %s\n", chaos::sentence_of(fault).c_str());
  }
  std::printf("digest %s%s\n", result.digest.c_str(),
              file->digest.empty() ? ""
              : exact              ? ", as in the file"
                                   : ", not as in the file: the program has changed since");
  if (result.violations.empty()) {
    std::printf("every invariant holds\n");
  } else {
    std::printf("violated: %s\n", result.signature().c_str());
    print_violations(result.violations, 20);
  }
  std::printf("\n%s", print(chaos::story_of(account)).c_str());
  return result.violations.empty() ? exit_pass : exit_fail;
}

int shrink(const ReplayArguments& arguments, const Common& common) {
  const auto file = read_case(arguments.file);
  if (!file) return usage_error(file.error());
  const chaos::StormResult before = chaos::replay(*file);
  if (before.violations.empty()) {
    return usage_error(arguments.file + ": every invariant holds, so there is nothing to shrink");
  }
  if (!common.json) {
    std::printf("fails with %s, after %zu faults; again: ./cutover replay %s\n",
                before.signature().c_str(), file->faults.size(), arguments.file.c_str());
    std::fflush(stdout);
  }
  const chaos::Shrunk shrunk = chaos::shrink(*file);
  const std::string out = arguments.out.empty() ? arguments.file + ".small.json" : arguments.out;
  const auto written = write_case(out, shrunk.smallest);
  if (!written) return usage_error(written.error());
  if (common.json) {
    std::printf("%s", to_json(shrunk.smallest).c_str());
    return exit_pass;
  }
  const chaos::StormCase& played = shrunk.smallest.played;
  std::printf("smallest after %" PRIu64 " runs: %zu faults, %" PRIu64 " keys, %" PRIu64
              " writers, %" PRIu64 " readers\n",
              shrunk.runs, shrunk.smallest.faults.size(), played.keys, played.writers,
              played.readers);
  for (const chaos::Without& without : shrunk.without) {
    std::printf("  %s\n    without it: %s\n", without.what.c_str(),
                without.signature.empty() ? "every invariant holds" : without.signature.c_str());
  }
  std::printf("again: ./cutover replay %s\n", out.c_str());
  return exit_pass;
}

}  // namespace

Run add_replay(CLI::App& program, Common& common) {
  auto arguments = std::make_shared<ReplayArguments>();
  CLI::App* command = program.add_subcommand("replay", "play one case file again and judge it");
  command->footer(
      "Example: cutover replay chaos-cases/17-convergence.json\n"
      "Exit 0: every invariant holds; 1: violated.");
  command->add_option("case", arguments->file, "the case file")->required();
  command->add_flag("--events", arguments->events, "print the whole history");
  command->add_option("--html", arguments->html, "write a timeline, one page for a browser");
  command->add_option("--trace", arguments->trace, "write a trace for Perfetto");
  command->add_option("--test", arguments->test, "write a GoogleTest file that plays the case");
  return [arguments, &common] { return replay(*arguments, common); };
}

Run add_shrink(CLI::App& program, Common& common) {
  auto arguments = std::make_shared<ReplayArguments>();
  CLI::App* command = program.add_subcommand(
      "shrink", "find the smallest case that fails in the same way as a case file");
  command->footer("Example: cutover shrink chaos-cases/17-convergence.json --out small.json");
  command->add_option("case", arguments->file, "the case file")->required();
  command->add_option("--out", arguments->out, "the smaller file; CASE.small.json when not given");
  return [arguments, &common] { return shrink(*arguments, common); };
}

}  // namespace cutover::app
