#include "app/target_arguments.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdio>
#include <ctime>

#include "app/console.h"
#include "app/secret_file.h"
#include "target/acceptance.h"
#include "target/evidence.h"

namespace cutover::app {
namespace {

constexpr std::size_t sample_max = 1'000'000;  // what --sample all means

// Empty: it is no number and not "all".
std::optional<std::size_t> sample_of(const std::string& text) {
  if (text == "all") return sample_max;
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && number >= 1 && number <= sample_max ? std::optional(number) : std::nullopt;
}

std::optional<std::string> read_token(const std::string& file, std::string& token) {
  if (file.empty()) return std::nullopt;
  auto secret = read_secret(file);
  if (!secret) return secret.error();
  token = std::move(*secret);
  return std::nullopt;
}

void show(const reports::Criterion& criterion) {
  std::fprintf(stderr, "%-7s %s\n", std::string(reports::name_of(criterion.verdict)).c_str(),
               criterion.name.c_str());
  std::fprintf(stderr, "        %s\n", target::what_was_found(criterion).c_str());
}

}  // namespace

CLI::Option* add_target_flags(CLI::App& command, TargetArguments& arguments) {
  auto* target =
      command.add_option("--target", arguments.url,
                         "judge a deployment instead, over HTTP alone: its URL (docs/TARGET.md)");
  // An unset variable in a script must not turn this run into a rehearsal.
  target->check([](const std::string& url) { return url.empty() ? "the URL is empty" : ""; });
  const auto add = [&](const char* name, auto& value, const char* help) {
    return command.add_option(name, value, help)->needs(target);
  };
  add("--sample", arguments.sample, "with --target: books of the dump to look up, or all")
      ->capture_default_str();
  add("--requests", arguments.requests, "with --target: at most so many requests")
      ->capture_default_str()
      ->check(CLI::Range(std::size_t{100}, std::size_t{1'000'000}));
  add("--connections", arguments.connections, "with --target: so many requests at a time")
      ->capture_default_str()
      ->check(CLI::Range(std::size_t{1}, std::size_t{64}));
  add("--isbn", arguments.isbns, "with --target: a book that it has, where there is no dump");
  add("--unknown-isbn", arguments.unknown_isbns, "with --target: an ISBN that nobody has");
  auto* user = add("--user", arguments.user, "with --target: whose shelf is looked at");
  auto* token = add("--user-token-file", arguments.user_token_file,
                    "with --target: a file with the user's token, mode 0600");
  token->needs(user);
  add("--admin-token-file", arguments.admin_token_file,
      "with --target: a file with the admin's token, mode 0600");
  command
      .add_flag("--allow-writes", arguments.allow_writes,
                "with --target: put one marked book on the user's shelf, and take it away")
      ->needs(token);
  add("--ca-file", arguments.ca_file, "with --target: authorities to trust, PEM");
  return target;
}

tl::expected<reports::Report, std::string> verify_target(const TargetArguments& arguments,
                                                         const TargetRun& run,
                                                         const Common& common) {
  const auto sample = sample_of(arguments.sample);
  if (!sample) {
    return tl::unexpected(
        std::string("--sample: must be all, or a whole number from 1 to 1000000"));
  }
  target::AcceptanceOptions options;
  if (auto error = read_token(arguments.user_token_file, options.user_token)) {
    return tl::unexpected("--user-token-file: " + *error);
  }
  if (auto error = read_token(arguments.admin_token_file, options.admin_token)) {
    return tl::unexpected("--admin-token-file: " + *error);
  }
  options.url = arguments.url;
  options.ca_file = arguments.ca_file;
  options.dump = run.dump;
  options.sample = *sample;
  options.seed = run.seed;
  options.now_seconds = std::time(nullptr);
  options.isbns = arguments.isbns;
  options.unknown_isbns = arguments.unknown_isbns;
  options.user = arguments.user;
  options.allow_writes = arguments.allow_writes;
  options.limits.requests_max = arguments.requests;
  options.limits.connections = arguments.connections;
  options.started = run.started;
  options.tool_version = CUTOVER_VERSION;
  options.command = common.typed;
  options.interrupted = [] { return stop_requested(); };
  if (!common.quiet && !common.json) options.checked = show;
  return target::accept_target(options);
}

}  // namespace cutover::app
