// cutover: the program. Chooses a command, runs it, and turns its end into an exit code.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "app/commands.h"
#include "app/console.h"
#include "reports/verdict.h"

namespace cutover::app {

int exit_code_of(reports::Verdict verdict) {
  switch (verdict) {
    case reports::Verdict::pass: return exit_pass;
    case reports::Verdict::fail: return exit_fail;
    case reports::Verdict::unknown: return exit_unknown;
  }
  return exit_internal;
}

int usage_error(const std::string& message) {
  std::fprintf(stderr, "cutover: %s\n", message.c_str());
  return exit_usage;
}

namespace {

std::string as_typed(int argc, char** argv) {
  std::string typed = "./cutover";
  for (int i = 1; i < argc; ++i) typed += std::string(" ") + argv[i];
  return typed;
}

// `cutover help [COMMAND]` is what people type first; CLI11 knows only --help.
int help(const CLI::App& program, int argc, char** argv) {
  if (argc <= 2) {
    std::fputs(program.help().c_str(), stdout);
    return exit_pass;
  }
  for (const CLI::App* command : program.get_subcommands([](const CLI::App*) { return true; })) {
    if (command->get_name() != argv[2]) continue;
    std::fputs(command->help().c_str(), stdout);
    return exit_pass;
  }
  return usage_error(std::string("there is no command '") + argv[2] + "'; see: cutover help");
}

int run(int argc, char** argv) {
  CLI::App program("Rehearses, verifies and signs off the move of BooksTrack from KV to D1.",
                   "cutover");
  program.footer(
      "Exit codes: 0 pass, 1 fail, 2 wrong usage or input, 3 unknown or interrupted, "
      "4 internal error.\ncutover help COMMAND explains one command with an example.");
  Common common;
  common.typed = as_typed(argc, argv);
  struct Command {
    const char* name;
    Run run;
  };
  const std::vector<Command> commands = {
      {"verify", add_verify(program, common)},     {"migrate", add_migrate(program, common)},
      {"validate", add_validate(program, common)}, {"backup", add_backup(program, common)},
      {"restore", add_restore(program, common)},   {"schema", add_schema(program, common)},
      {"generate", add_generate(program, common)}, {"serve", add_serve(program, common)},
      {"token", add_token(program, common)},       {"chaos", add_chaos(program, common)},
      {"explore", add_explore(program, common)},   {"replay", add_replay(program, common)},
      {"shrink", add_shrink(program, common)},     {"report", add_report(program, common)},
      {"defects", add_defects(program, common)},   {"simulate", add_simulate(program, common)},
      {"signoff", add_signoff(program, common)},   {"load", add_load(program, common)},
  };
  for (const Command& command : commands) {
    CLI::App* sub = program.get_subcommand(command.name);
    sub->add_flag("--json", common.json, "print the result as JSON");
    sub->add_flag("--quiet", common.quiet, "no progress");
  }
  if (argc >= 2 && std::string_view(argv[1]) == "help") return help(program, argc, argv);
  if (argc == 1) return help(program, argc, argv);
  try {
    program.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    const auto chosen = program.get_subcommands();
    std::fputs((chosen.empty() ? program.help() : chosen.front()->help()).c_str(), stdout);
    return exit_pass;
  } catch (const CLI::ParseError& error) {
    return usage_error(std::string(error.what()) + "; see: cutover help");
  }
  for (const Command& command : commands) {
    if (program.got_subcommand(command.name)) return command.run();
  }
  return usage_error(std::string("there is no command '") + argv[1] + "'; see: cutover help");
}

}  // namespace
}  // namespace cutover::app

int main(int argc, char** argv) {
  try {
    return cutover::app::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "cutover: internal error: %s\n", error.what());
    return cutover::app::exit_internal;
  }
}
