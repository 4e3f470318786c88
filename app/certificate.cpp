#include "app/certificate.h"

#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include <nlohmann/json.hpp>

#include "app/console.h"
#include "app/storm_arguments.h"
#include "app/whole_file.h"
#include "chaos/certificate.h"

namespace cutover::app {
namespace {

constexpr std::size_t histories_max = 200;

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

// A line that describes an event begins with its time: "12.000345s process 3.1 task 7 …".
bool is_event(const std::string& line) {
  const std::size_t digits = line.find_first_not_of("0123456789.");
  return digits != 0 && digits != std::string::npos && line.compare(digits, 10, "s process ") == 0;
}

// What the other program prints for this seed: one line for each event.
std::vector<std::string> events_of_other(const std::string& program, const chaos::StormCase& base,
                                         std::uint64_t seed) {
  const chaos::StormCase played = chaos::draw_case(base, seed);
  faults::Storm storm(chaos::storm_of(played));
  static_cast<void>(chaos::StormRun(played, storm).play());
  const std::string path =
      (std::filesystem::temp_directory_path() /
       ("cutover-certificate-" +
        std::to_string(std::chrono::steady_clock::now().time_since_epoch().count()) + ".json"))
          .string();
  std::vector<std::string> events;
  if (!write_case(path, chaos::CaseFile{chaos::without_plan(played), storm.taken(), "", ""}))
    return events;
  const std::string command = quoted(program) + " replay --events " + quoted(path);
  if (std::FILE* pipe = popen(command.c_str(), "r")) {
    std::string line;
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) {
      if (c != '\n') {
        line += static_cast<char>(c);
        continue;
      }
      if (is_event(line)) events.push_back(line);
      line.clear();
    }
    static_cast<void>(pclose(pipe));
  }
  std::error_code ignored;
  std::filesystem::remove(path, ignored);
  return events;
}

std::string line_at(const std::vector<std::string>& events, std::size_t at) {
  return at < events.size() ? events[at] : "(the history ends before it)";
}

struct Difference {
  std::uint64_t seed = 0;
  std::size_t event = 0;
  std::string here;
  std::string there;  // empty: not asked for
  std::string note;
};

Difference explain(const chaos::PlayedHistory& here, std::size_t at, const std::string& against,
                   const chaos::StormCase& base) {
  Difference difference{here.certified.seed, at, line_at(here.events, at), "", ""};
  if (against.empty()) {
    difference.note = "--against PROGRAM, of the build that wrote it, shows the other side";
    return difference;
  }
  const std::vector<std::string> there = events_of_other(against, base, here.certified.seed);
  if (there.empty()) {
    difference.note = against + " printed no events for `replay --events`";
    return difference;
  }
  const auto [mine, other] =
      std::mismatch(here.events.begin(), here.events.end(), there.begin(), there.end());
  if (mine == here.events.end() && other == there.end()) {
    difference.note = against +
                      " now gives the same history as this program: the certificate is "
                      "of another version, or was altered";
    return difference;
  }
  difference.event = static_cast<std::size_t>(mine - here.events.begin());
  difference.here = line_at(here.events, difference.event);
  difference.there = line_at(there, difference.event);
  return difference;
}

void print(const Difference& difference) {
  std::printf("seed %" PRIu64 ": the first event that differs is number %zu\n  here:  %s\n",
              difference.seed, difference.event + 1, difference.here.c_str());
  if (!difference.there.empty()) std::printf("  there: %s\n", difference.there.c_str());
  if (!difference.note.empty()) std::printf("  %s\n", difference.note.c_str());
}

}  // namespace

int write_certificate(const std::string& path, const chaos::CampaignOptions& options) {
  chaos::Certificate certificate;
  certificate.program = CUTOVER_VERSION;
  certificate.build = chaos::this_build();
  certificate.base = options.base;
  certificate.base.seed = 0;
  std::size_t shards_seeds = 0;
  for (std::uint64_t i = 0; i < options.seeds && certificate.histories.size() < histories_max;
       ++i) {
    if (stop_requested()) break;
    const std::uint64_t seed = options.first + i;
    if (seed % options.shards != options.shard) continue;
    const bool is_first = shards_seeds++ == 0;
    if (!is_first && (options.twice_one_in == 0 || seed % options.twice_one_in != 0)) continue;
    certificate.histories.push_back(chaos::play_for_certificate(options.base, seed).certified);
  }
  const auto written = write_whole_file(path, to_json(certificate));
  if (!written) return usage_error(written.error());
  return exit_pass;
}

int check_certificate(const std::string& path, const std::string& against, const Common& common) {
  const auto text = read_whole_file(path, 256U << 20);
  if (!text) return usage_error(text.error());
  const auto certificate = chaos::certificate_from_json(*text);
  if (!certificate) return usage_error(path + ": " + certificate.error());
  std::vector<Difference> differences;
  std::uint64_t played = 0;
  for (const chaos::CertifiedHistory& history : certificate->histories) {
    if (stop_requested()) break;
    const auto here = chaos::play_for_certificate(certificate->base, history.seed);
    played += 1;
    if (const auto at = first_difference(here.certified, history)) {
      differences.push_back(explain(here, *at, against, certificate->base));
    }
  }
  const std::string build = chaos::this_build();
  if (common.json) {
    nlohmann::ordered_json json = {{"histories", certificate->histories.size()},
                                   {"played", played},
                                   {"same", played - differences.size()},
                                   {"here", build},
                                   {"there", certificate->build},
                                   {"differences", nlohmann::ordered_json::array()}};
    for (const Difference& one : differences) {
      json["differences"].push_back({{"seed", one.seed},
                                     {"event", one.event + 1},
                                     {"here", one.here},
                                     {"there", one.there},
                                     {"note", one.note}});
    }
    std::printf("%s\n", json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
  } else {
    std::printf("%" PRIu64 " of %" PRIu64 " seeds gave the same history here (%s) as there (%s)\n",
                played - differences.size(), played, build.c_str(), certificate->build.c_str());
    if (certificate->program != CUTOVER_VERSION) {
      std::printf("the certificate is of version %s, this program is version %s\n",
                  certificate->program.c_str(), CUTOVER_VERSION);
    }
    for (const Difference& one : differences) print(one);
  }
  if (!differences.empty()) return exit_fail;
  return played == 0 || played < certificate->histories.size() ? exit_unknown : exit_pass;
}

}  // namespace cutover::app
