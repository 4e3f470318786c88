// cutover serve: the system that goes live, on embedded stores.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <thread>

#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/console.h"
#include "app/serve_settings.h"
#include "app/serve_system.h"

namespace cutover::app {
namespace {

struct ServeArguments {
  std::string config;
  std::map<std::string, std::string> values;  // by setting; those with an option
  std::map<std::string, bool> switches;
  CLI::App* command = nullptr;
};

std::optional<std::string> from_environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

// What was typed, and nothing else.
std::map<std::string, std::string> typed_flags(const ServeArguments& arguments) {
  std::map<std::string, std::string> flags;
  for (const SettingRule& rule : setting_rules()) {
    const std::string name(rule.name);
    if (arguments.command->count("--" + name) == 0) continue;
    flags[name] = rule.is_switch ? "true" : arguments.values.at(name);
  }
  return flags;
}

void announce(const ServePlaces& places, const ServeSettings& settings, const Common& common) {
  const std::string data = std::filesystem::absolute(settings.data).lexically_normal().string();
  if (common.json) {
    nlohmann::ordered_json json;
    json["url"] = places.url;
    json["data"] = data;
    json["kv"] = places.kv;
    json["d1"] = places.d1;
    json["adminTokenFile"] = places.admin_token_file;
    json["userSecretFile"] = places.user_secret_file;
    json["provider"] = places.provider;
    json["imported"] = places.imported;
    std::printf("%s\n",
                json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
  } else {
    std::printf("serving %s\n", places.url.c_str());
    std::printf("data         %s\n", data.c_str());
    std::printf("KV           %s\n", places.kv.c_str());
    std::printf("D1           %s\n", places.d1.c_str());
    std::printf("provider     %s\n", places.provider.c_str());
    std::printf("admin token  in %s\n", places.admin_token_file.empty()
                                            ? "the environment (ADMIN_TOKEN)"
                                            : places.admin_token_file.c_str());
    std::printf("user tokens  cutover token --data %s --user NAME\n", settings.data.c_str());
    if (places.imported > 0) {
      std::printf("imported     %lld records\n", static_cast<long long>(places.imported));
    }
    std::printf("Ctrl-C stops it: requests are finished, a migration stays resumable.\n");
  }
  std::fflush(stdout);
}

int serve(const ServeArguments& arguments, const Common& common) {
  const auto settings = read_settings(typed_flags(arguments), from_environment, arguments.config);
  if (!settings) return usage_error(settings.error());
  watch_signals();
  auto system = ServeSystem::start(*settings, common.quiet || common.json);
  if (!system) return usage_error(system.error());
  announce((*system)->places(), *settings, common);
  constexpr auto step = std::chrono::milliseconds(50);
  for (int steps = 0; !stop_requested(); ++steps) {
    std::this_thread::sleep_for(step);
    if (steps % 20 == 19) (*system)->tick();
  }
  if ((*system)->stop()) {
    if (!common.json) std::printf("stopped\n");
    return exit_pass;
  }
  std::fprintf(stderr, "cutover: stopped; some work was cut off, what was committed is kept\n");
  std::fflush(nullptr);
  std::_Exit(exit_unknown);  // what still runs uses the system: it must not be destroyed
}

}  // namespace

Run add_serve(CLI::App& program, Common& common) {
  auto arguments = std::make_shared<ServeArguments>();
  CLI::App* command = program.add_subcommand(
      "serve", "serve the HTTP API on embedded stores; works without any configuration");
  arguments->command = command;
  command->footer(
      "Example: cutover serve --import kv-backup.ndjson.gz\n"
      "Each setting is a key of the TOML file too (--config), without the dashes. The "
      "environment's\n"
      "ENABLE_D1_READS, ADMIN_TOKEN and GOOGLE_BOOKS_API_KEY count before the file, flags before\n"
      "them. docs/SERVE.md explains all of it.");
  command->add_option("--config", arguments->config, "a TOML file with settings");
  for (const SettingRule& rule : setting_rules()) {
    const std::string name = "--" + std::string(rule.name);
    const std::string help(rule.help);
    if (rule.is_switch)
      command->add_flag(name, arguments->switches[std::string(rule.name)], help);
    else
      command->add_option(name, arguments->values[std::string(rule.name)], help);
  }
  return [arguments, &common] { return serve(*arguments, common); };
}

}  // namespace cutover::app
