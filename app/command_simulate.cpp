// cutover simulate: the fakes as Cloudflare's and Google Books' HTTP API.

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <thread>

#include "adapters/http/server.h"
#include "app/commands.h"
#include "app/console.h"
#include "app/secret_file.h"
#include "fakes/cloudflare/simulator.h"
#include "fakes/cloudflare/snapshot.h"

namespace cutover::app {
namespace {

constexpr const char* simulate_token_variable = "CUTOVER_SIMULATE_TOKEN";
constexpr const char* state_file = "simulate.sqlite";
constexpr std::size_t token_bytes_min = 16;
constexpr std::size_t token_bytes_max = 4096;
constexpr int save_every_steps = 100;  // of 50 ms

struct SimulateArguments {
  int port = 8788;
  std::string token_file;
  std::string state;
  std::uint64_t seed = 1;
  bool follow_real_time = false;
  CLI::App* command = nullptr;
};

tl::expected<std::string, std::string> token_of(const SimulateArguments& arguments) {
  if (!arguments.token_file.empty()) return read_secret(arguments.token_file);
  const char* value = std::getenv(simulate_token_variable);
  if (value == nullptr) {
    return tl::unexpected(std::string("a token is needed: give --token-file FILE, or set ") +
                          simulate_token_variable);
  }
  const std::string token = value;
  if (token.size() < token_bytes_min || token.size() > token_bytes_max) {
    return tl::unexpected(std::string(simulate_token_variable) + ": must have 16 to 4096 bytes");
  }
  return token;
}

UnixTime real_time() {
  return UnixTime{
      std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch())
          .count()};
}

Duration steady_time() {
  return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch());
}

std::string path_of_state(const SimulateArguments& arguments) {
  return (std::filesystem::path(arguments.state) / state_file).string();
}

tl::expected<std::unique_ptr<simulate::Cloud>, std::string> open_cloud(
    const SimulateArguments& arguments) {
  simulate::Cloud::Options options;
  options.seed = arguments.seed;
  if (arguments.follow_real_time) options.start = real_time();
  if (arguments.state.empty()) return std::make_unique<simulate::Cloud>(options);
  std::error_code error;
  std::filesystem::create_directories(arguments.state, error);
  if (error) {
    return tl::unexpected(arguments.state + ": cannot be made: " + error.message());
  }
  const std::string path = path_of_state(arguments);
  if (!std::filesystem::exists(path, error)) return std::make_unique<simulate::Cloud>(options);
  auto snapshot = simulate::read_snapshot(path);
  if (!snapshot) return tl::unexpected(snapshot.error());
  if (arguments.command->count("--seed") > 0 && snapshot->seed != arguments.seed) {
    return tl::unexpected("--seed: " + path + " was made with seed " +
                          std::to_string(snapshot->seed) + "; leave the flag out");
  }
  return simulate::cloud_of(std::move(*snapshot),
                            arguments.follow_real_time ? real_time() : UnixTime{0});
}

// False: it could not be saved, and why was said.
bool save(const SimulateArguments& arguments, simulate::Simulator& simulator) {
  if (arguments.state.empty() || !simulator.entrance().take_changed()) return true;
  const auto snapshot = simulator.entrance().enter(simulate::take_snapshot);
  const auto written = simulate::write_snapshot(path_of_state(arguments), snapshot);
  if (written) return true;
  std::fprintf(stderr, "cutover: %s\n", written.error().c_str());
  simulator.entrance().enter_and_change([](simulate::Cloud&) { return true; });  // try again
  return false;
}

http::ServerOptions server_options(const SimulateArguments& arguments,
                                   simulate::Simulator& simulator) {
  http::ServerOptions options;
  options.port = arguments.port;
  options.connection.limits.body_bytes_max = 100U << 20;
  options.connection.body_bytes_max = [&simulator](const api::HttpRequest& request) {
    return simulator.body_bytes_max(request);
  };
  options.connection.refusal = [](const http::HttpProblem& problem) {
    return simulate::Simulator::refusal(problem.status, problem.message);
  };
  return options;
}

int simulate_services(const SimulateArguments& arguments, const Common& common) {
  const auto token = token_of(arguments);
  if (!token) return usage_error(token.error());
  auto cloud = open_cloud(arguments);
  if (!cloud) return usage_error(cloud.error());
  simulate::Simulator simulator(std::move(*cloud), *token, steady_time);
  if (arguments.follow_real_time) simulator.entrance().follow_real_time(true);
  watch_signals();
  const auto handler = [&simulator](const api::HttpRequest& request) {
    auto answer = simulator.answer(request);
    if (!answer) throw http::NoAnswer{};
    return std::move(*answer);
  };
  auto server = http::HttpServer::start(server_options(arguments, simulator), handler);
  if (!server) return usage_error(server.error());
  const std::string url = "http://127.0.0.1:" + std::to_string((*server)->port());
  if (common.json) {
    std::printf("{\"url\":\"%s\"}\n", url.c_str());
  } else {
    std::printf("listening on %s\n", url.c_str());
  }
  std::fflush(stdout);
  constexpr auto step = std::chrono::milliseconds(50);
  for (int steps = 1; !stop_requested(); ++steps) {
    std::this_thread::sleep_for(step);
    if (steps % save_every_steps == 0) save(arguments, simulator);
  }
  (*server)->stop();
  return save(arguments, simulator) ? exit_pass : exit_internal;
}

}  // namespace

Run add_simulate(CLI::App& program, Common& common) {
  auto arguments = std::make_shared<SimulateArguments>();
  CLI::App* command = program.add_subcommand(
      "simulate", "the simulated KV, D1 and Google Books as HTTP APIs, with faults on demand");
  arguments->command = command;
  command->footer(
      "Example: CUTOVER_SIMULATE_TOKEN=a-token-of-your-own cutover simulate --port 8788\n"
      "It listens on 127.0.0.1 only. docs/SIMULATE.md has the routes, the control API and what\n"
      "faults look like to a client.");
  command->add_option("--port", arguments->port, "port to listen on; 0: any that is free")
      ->check(CLI::Range(0, 65535));
  command->add_option("--token-file", arguments->token_file,
                      "file with the bearer token (default: the environment's "
                      "CUTOVER_SIMULATE_TOKEN)");
  command->add_option("--state", arguments->state,
                      "folder that keeps the state over restarts (default: memory only)");
  command->add_option("--seed", arguments->seed, "of ids and of chance");
  command->add_flag("--follow-real-time", arguments->follow_real_time,
                    "virtual time goes on with real time, and starts at today's date");
  return [arguments, &common] { return simulate_services(*arguments, common); };
}

}  // namespace cutover::app
