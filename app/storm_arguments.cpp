#include "app/storm_arguments.h"

#include <malloc.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "app/whole_file.h"

namespace cutover::app {

namespace {

// "stormSeconds" -> "--storm-seconds"
std::string flag_of(std::string_view name) {
  std::string flag = "--";
  for (const char letter : name) {
    const bool capital = letter >= 'A' && letter <= 'Z';
    if (capital) flag += '-';
    flag += capital ? static_cast<char>(letter - 'A' + 'a') : letter;
  }
  return flag;
}

}  // namespace

void keep_freed_memory() {
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
  mallopt(M_TOP_PAD, 16 << 20);
}

void add_world_options(CLI::App& command, WorldOptions& options) {
  std::string names;
  for (const chaos::Scenario& scenario : chaos::scenarios()) {
    names += (names.empty() ? "" : ", ") + std::string(scenario.name);
  }
  command.add_option("--scenario", options.scenario, "one of " + names)
      ->capture_default_str()
      ->check(CLI::IsMember(chaos::scenario_names()));
  for (const chaos::CaseNumber& number : chaos::case_numbers()) {
    command
        .add_option_function<std::uint64_t>(
            flag_of(number.name),
            [&options, member = number.member](std::uint64_t value) {
              options.numbers.emplace_back(member, value);
            },
            number.meaning)
        ->check(CLI::Range(number.low, number.high));
  }
}

chaos::StormCase case_of(const WorldOptions& options) {
  chaos::StormCase played = chaos::case_of(*chaos::scenario_named(options.scenario));
  for (const auto& [member, value] : options.numbers) played.*member = value;
  return played;
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
