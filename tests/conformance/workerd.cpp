#include "tests/conformance/workerd.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <httplib.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <thread>

namespace cutover::conformance {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr auto start_time_max = std::chrono::seconds(20);
constexpr auto stop_time_max = std::chrono::seconds(3);
constexpr time_t answer_seconds_max = 60;
constexpr int control_fd = 3;

const fs::path here = fs::path(CUTOVER_SOURCE_DIR) / "tests" / "conformance";

// The services are those inside the program. KV's clock can be moved.
constexpr std::string_view config_text = R"(using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "bridge", worker = (
      compatibilityDate = "2026-11-17",
      modules = [(name = "bridge.js", esModule = embed "bridge.js")],
      bindings = [
        (name = "CLOCK", service = (name = "kv", props = (json = "{{\"namespace\": \"0\"}}"))),
{stores}      ])),
    (name = "kv", worker = (
      compatibilityDate = "2026-11-17",
      modules = [(name = "kv.js", bundled = "/workerd/kv.js")],
      durableObjectNamespaces = [(className = "KVNamespace", uniqueKey = "kv", enableSql = true)],
      durableObjectStorage = (localDisk = "storage"),
      bindings = [
        (name = "SHARD", durableObjectNamespace = "KVNamespace"),
        (name = "BLOBS", service = "storage"),
        (name = "TEST_CLOCK", json = "true"),
      ])),
    (name = "d1", worker = (
      compatibilityDate = "2026-11-17",
      modules = [(name = "d1.js", bundled = "/workerd/d1.js")],
      durableObjectNamespaces = [(className = "D1Database", uniqueKey = "d1", enableSql = true)],
      durableObjectStorage = (localDisk = "storage"),
      bindings = [(name = "DATABASE", durableObjectNamespace = "D1Database")])),
    (name = "storage", disk = (path = "storage", writable = true)),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "bridge")],
);
)";

constexpr std::string_view store_text =
    R"(        (name = "KV{0}", kvNamespace =
          (name = "kv", props = (json = "{{\"namespace\": \"{0}\"}}"))),
        (name = "D1_{0}", wrapped = (moduleName = "cloudflare-internal:d1-api",
          innerBindings = [(name = "fetcher", service =
            (name = "d1", props = (json = "{{\"database\": \"{0}\"}}")))])),
)";

std::string whole_config() {
  std::string all;
  for (std::size_t store = 0; store < Workerd::stores; ++store) {
    all.append(fmt::format(fmt::runtime(store_text), store));
  }
  return fmt::format(fmt::runtime(config_text), fmt::arg("stores", all));
}

// Where its files are fastest: nothing needs to last.
fs::path make_folder() {
  const fs::path shared_memory = "/dev/shm";
  std::error_code none;
  const bool usable = fs::is_directory(shared_memory, none) && access("/dev/shm", W_OK) == 0;
  std::string pattern =
      ((usable ? shared_memory : fs::temp_directory_path()) / "conformance-XXXXXX").string();
  return mkdtemp(pattern.data()) == nullptr ? fs::path() : fs::path(pattern);
}

// A line, at most so much later; empty when there is none.
std::string read_line(int file, Clock::time_point until) {
  std::string line;
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now());
    pollfd waiting{file, POLLIN, 0};
    if (left.count() <= 0 || poll(&waiting, 1, static_cast<int>(left.count())) <= 0) return {};
    char byte = 0;
    if (read(file, &byte, 1) != 1) return {};
    if (byte == '\n') return line;
    line.push_back(byte);
  }
}

// In the child, between fork and exec: only what is safe there.
[[noreturn]] void become(const char* program, const char* folder, int control) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // it never outlives the test
  if (chdir(folder) != 0) _exit(126);
  const int log = open("log", O_WRONLY | O_CREAT | O_TRUNC, 0600);
  const int kept = fcntl(control, F_DUPFD, control_fd + 1);  // may be control_fd itself
  if (log < 0 || kept < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0 || dup2(kept, control_fd) < 0) {
    _exit(126);
  }
  close(kept);
  execl(program, program, "serve", "--experimental", "--control-fd", "3", "-dstorage=storage",
        "config.capnp", static_cast<char*>(nullptr));
  _exit(127);
}

}  // namespace

tl::expected<std::string, std::string> Workerd::find() {
  std::error_code none;
  if (const char* named = std::getenv("CUTOVER_WORKERD"); named != nullptr && *named != '\0') {
    if (access(named, X_OK) == 0) return fs::absolute(named).string();
    return tl::unexpected(fmt::format("CUTOVER_WORKERD names '{}', which cannot be run", named));
  }
  for (const char* package : {"workerd-linux-64", "workerd-linux-arm64"}) {
    const fs::path path = here / "node_modules" / "@cloudflare" / package / "bin" / "workerd";
    if (fs::exists(path, none)) return path.string();
  }
  return tl::unexpected<std::string>(
      "workerd is not installed: run tests/conformance/install (it needs npm and a registry), or "
      "name the program in CUTOVER_WORKERD");
}

tl::expected<std::unique_ptr<Workerd>, std::string> Workerd::start(const std::string& program) {
  const fs::path folder = make_folder();
  if (folder.empty())
    return tl::unexpected(std::string("no folder could be made for workerd's data"));
  std::unique_ptr<Workerd> workerd(new Workerd(folder));
  const auto port = workerd->spawn(program);
  if (!port) return tl::unexpected(port.error());
  workerd->client_ = std::make_unique<httplib::Client>("127.0.0.1", *port);
  workerd->client_->set_keep_alive(true);
  workerd->client_->set_read_timeout(answer_seconds_max);
  return workerd;
}

Workerd::Workerd(fs::path folder) : folder_(std::move(folder)) {}

Workerd::~Workerd() {
  client_.reset();
  stop();
  std::error_code none;
  fs::remove_all(folder_, none);
}

tl::expected<int, std::string> Workerd::spawn(const std::string& program) {
  std::error_code failed;
  fs::create_directory(folder_ / "storage", failed);
  if (!failed) fs::copy_file(here / "bridge.js", folder_ / "bridge.js", failed);
  std::ofstream(folder_ / "config.capnp") << whole_config();
  int ends[2];
  if (failed || pipe2(ends, O_CLOEXEC) != 0) {
    return tl::unexpected(std::string("workerd's folder could not be filled"));
  }
  const std::string folder = folder_.string();
  process_ = fork();
  if (process_ == 0) become(program.c_str(), folder.c_str(), ends[1]);
  close(ends[1]);
  // {"event":"listen","socket":"http","port":N}
  const std::string line =
      process_ < 0 ? std::string() : read_line(ends[0], Clock::now() + start_time_max);
  close(ends[0]);
  const Json event = Json::parse(line, nullptr, false);
  if (!event.is_object() || !event.contains("port")) {
    return tl::unexpected(fmt::format("{} did not start: {}", program, last_words()));
  }
  return event.at("port").get<int>();
}

tl::expected<Workerd::Answers, std::string> Workerd::run(std::size_t store, std::int64_t now,
                                                         std::span<const Json> operations) {
  const Json asked = {{"store", store},
                      {"now", now},
                      {"ops", std::vector<Json>(operations.begin(), operations.end())}};
  const auto response = client_->Post("/run", asked.dump(), "application/json");
  if (!response) {
    return tl::unexpected(fmt::format("workerd does not answer ({}): {}",
                                      httplib::to_string(response.error()), last_words()));
  }
  const Json body = Json::parse(response->body, nullptr, false);
  if (response->status != 200 || !body.is_object() ||
      body.at("answers").size() != operations.size()) {
    return tl::unexpected(fmt::format("the bridge failed with {}: {} {}", response->status,
                                      response->body.substr(0, 500), last_words()));
  }
  Answers answers;
  answers.late = body.at("late");
  for (const Json& answer : body.at("answers")) {
    answers.answers.push_back(with_javascript_numbers(answer));
  }
  return answers;
}

void Workerd::stop() {
  if (process_ <= 0) return;
  kill(process_, SIGTERM);
  for (const auto until = Clock::now() + stop_time_max; Clock::now() < until;) {
    if (waitpid(process_, nullptr, WNOHANG) != 0) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
}

std::string Workerd::last_words() const {
  std::ifstream log(folder_ / "log");
  const std::string all{std::istreambuf_iterator<char>(log), {}};
  return all.size() <= 2000 ? all : all.substr(all.size() - 2000);
}

}  // namespace cutover::conformance
