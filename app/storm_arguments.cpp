#include "app/storm_arguments.h"

#include <malloc.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "app/whole_file.h"

namespace cutover::app {

void keep_freed_memory() {
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
  mallopt(M_TOP_PAD, 16 << 20);
}

void add_scenario_option(CLI::App& command, chaos::StormCase& played) {
  command.add_option("--scenario", played.scenario, "what is played")
      ->capture_default_str()
      ->check(CLI::IsMember({chaos::StormCase{}.scenario}));
}

void add_world_options(CLI::App& command, chaos::StormCase& played) {
  const auto add = [&command](const char* name, std::uint64_t& number, std::uint64_t low,
                              std::uint64_t high, const char* meaning) {
    command.add_option(name, number, meaning)->capture_default_str()->check(CLI::Range(low, high));
  };
  add("--keys", played.keys, 1, 100'000, "entries of the source");
  add("--locations", played.locations, 1, 100, "KV locations");
  add("--migrators", played.migrators, 1, 2, "migrators at once");
  add("--writers", played.writers, 0, 100, "live writers");
  add("--readers", played.readers, 0, 100, "live readers");
  add("--operations", played.operations, 0, 10'000, "of each reader and writer");
  add("--isolates", played.isolates, 0, 100, "with the whole live system and its users");
  add("--storm-seconds", played.storm_seconds, 0, 1'000'000, "virtual time until the calm");
}

tl::expected<chaos::CaseFile, std::string> read_case(const std::string& path) {
  const auto text = read_whole_file(path, 64U << 20);
  if (!text) return tl::unexpected(text.error());
  auto file = chaos::case_from_json(*text);
  if (!file) return tl::unexpected(path + ": " + file.error());
  return file;
}

tl::expected<void, std::string> write_case(const std::string& path, const chaos::CaseFile& file) {
  return write_whole_file(path, to_json(file));
}

void print_violations(const std::vector<chaos::Violation>& violations, std::size_t lines_max) {
  for (std::size_t i = 0; i < violations.size() && i < lines_max; ++i) {
    const chaos::Violation& violation = violations[i];
    std::printf("  %s  %s%s%s\n", violation.invariant.c_str(), violation.about.c_str(),
                violation.about.empty() ? "" : ": ", violation.text.c_str());
  }
  if (violations.size() > lines_max) {
    std::printf("  and %zu more\n", violations.size() - lines_max);
  }
}

}  // namespace cutover::app
