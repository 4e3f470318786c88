// cutover generate: a seeded dump of any size, for rehearsals and measurements.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "adapters/dump/dump_writer.h"
#include "app/commands.h"
#include "app/console.h"
#include "scenarios/generate.h"

namespace cutover::app {
namespace {

// Expirations lie near this date, so that a dump made today is not half expired: 2035-01-01.
constexpr std::int64_t far_ahead = 2'051'222'400;

struct GenerateArguments {
  scenarios::GeneratorOptions options;
  std::uint64_t keys = 1000;
  std::string out;
};

int generate(const GenerateArguments& arguments, const Common& common) {
  auto writer = dump::DumpWriter::create(arguments.out, dump::DumpForm::lines);
  if (!writer) return usage_error(writer.error());
  const scenarios::DumpGenerator generator(arguments.options);
  ProgressLine line("generate", common.quiet || common.json);
  for (std::uint64_t i = 0; i < arguments.keys; ++i) {
    const auto written = (*writer)->write(generator.record(i));
    if (!written) return usage_error(written.error());
    if (i % 1000 == 0) {
      line.update(static_cast<std::int64_t>(i), static_cast<std::int64_t>(arguments.keys));
    }
  }
  line.clear();
  const auto finished = (*writer)->finish();
  if (!finished) return usage_error(finished.error());
  if (common.json) {
    std::printf("{\"entries\": %llu, \"sha256\": \"%s\"}\n",
                static_cast<unsigned long long>(finished->entries), finished->sha256.c_str());
  } else {
    std::printf("%llu entries in %s\nsha256 %s\n",
                static_cast<unsigned long long>(finished->entries), arguments.out.c_str(),
                finished->sha256.c_str());
  }
  return exit_pass;
}

}  // namespace

Run add_generate(CLI::App& program, Common& common) {
  auto arguments = std::make_shared<GenerateArguments>();
  arguments->options.now_seconds = far_ahead;
  CLI::App* command = program.add_subcommand(
      "generate", "write a dump of generated books; the same seed gives the same bytes");
  command->footer("Example: cutover generate --keys 100000 --seed 7 --out dump.ndjson.gz");
  command->add_option("--keys", arguments->keys, "how many records")
      ->capture_default_str()
      ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{1'000'000'000}));
  command->add_option("--seed", arguments->options.seed, "the seed")->capture_default_str();
  command->add_option("--odd", arguments->options.odd_per_thousand, "odd records in a thousand")
      ->capture_default_str()
      ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{1000}));
  command
      ->add_option("--at", arguments->options.now_seconds,
                   "date near which entries expire, seconds since 1970")
      ->capture_default_str()
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{2'147'000'000}));
  command->add_option("--out", arguments->out, "the file; .gz and .zst are packed")->required();
  return [arguments, &common] { return generate(*arguments, common); };
}

}  // namespace cutover::app
