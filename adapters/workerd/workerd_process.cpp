#include "adapters/workerd/workerd_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <thread>

namespace cutover::workerd {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr auto start_time_max = std::chrono::seconds(20);
constexpr auto stop_time_max = std::chrono::seconds(3);
constexpr std::size_t last_words_max = 2000;
constexpr int control_fd = 3;

// Where its files are fastest: nothing needs to last.
fs::path make_folder() {
  const fs::path shared_memory = "/dev/shm";
  std::error_code none;
  const bool usable = fs::is_directory(shared_memory, none) && access("/dev/shm", W_OK) == 0;
  std::string pattern =
      ((usable ? shared_memory : fs::temp_directory_path(none)) / "workerd-XXXXXX").string();
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

// The N of {"event":"listen","socket":"http","port":N}; 0: there is none.
int port_in(const std::string& line) {
  constexpr std::string_view name = "\"port\":";
  const std::size_t at = line.find(name);
  int port = 0;
  if (at == std::string::npos) return 0;
  std::from_chars(line.data() + at + name.size(), line.data() + line.size(), port);
  return port;
}

// In the child, between fork and exec: only what is safe there.
[[noreturn]] void become(char* const* words, const char* folder, int control) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // it never outlives us
  if (chdir(folder) != 0) _exit(126);
  const int log = open("log", O_WRONLY | O_CREAT | O_TRUNC, 0600);
  const int kept = fcntl(control, F_DUPFD, control_fd + 1);  // may be control_fd itself
  if (log < 0 || kept < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0 || dup2(kept, control_fd) < 0) {
    _exit(126);
  }
  close(kept);
  execv(words[0], words);
  _exit(127);
}

bool fill(const fs::path& folder, const Setup& setup) {
  std::error_code failed;
  for (const std::string& name : setup.folders) fs::create_directories(folder / name, failed);
  const auto write = [&](const std::string& name, const std::string& bytes) {
    const fs::path path = folder / name;
    fs::create_directories(path.parent_path(), failed);
    std::ofstream out(path, std::ios::binary);
    out << bytes;
    out.close();
    return out.good();
  };
  bool written = write("config.capnp", setup.config);
  for (const auto& [name, bytes] : setup.files) written = written && write(name, bytes);
  return written && !failed;
}

}  // namespace

tl::expected<std::string, std::string> WorkerdProcess::find(const fs::path& node_modules) {
  std::error_code none;
  if (const char* named = std::getenv("CUTOVER_WORKERD"); named != nullptr && *named != '\0') {
    if (access(named, X_OK) == 0) return fs::absolute(named, none).string();
    return tl::unexpected("CUTOVER_WORKERD names '" + std::string(named) +
                          "', which cannot be run");
  }
  for (const char* package : {"workerd-linux-64", "workerd-linux-arm64"}) {
    const fs::path path = node_modules / "@cloudflare" / package / "bin" / "workerd";
    if (fs::exists(path, none)) return path.string();
  }
  return tl::unexpected<std::string>(
      "workerd is not installed: run tests/conformance/install (it needs npm and a registry), or "
      "name the program in CUTOVER_WORKERD");
}

tl::expected<std::unique_ptr<WorkerdProcess>, std::string> WorkerdProcess::start(
    const std::string& program, const Setup& setup) {
  const fs::path folder = make_folder();
  if (folder.empty()) {
    return tl::unexpected(std::string("no folder could be made for workerd's files"));
  }
  std::unique_ptr<WorkerdProcess> process(new WorkerdProcess(folder));
  const auto spawned = process->spawn(program, setup);
  if (!spawned) return tl::unexpected(spawned.error());
  return process;
}

WorkerdProcess::WorkerdProcess(fs::path folder) : folder_(std::move(folder)) {}

WorkerdProcess::~WorkerdProcess() {
  stop();
  std::error_code none;
  fs::remove_all(folder_, none);
}

tl::expected<void, std::string> WorkerdProcess::spawn(const std::string& program,
                                                      const Setup& setup) {
  int ends[2];
  if (!fill(folder_, setup) || pipe2(ends, O_CLOEXEC) != 0) {
    return tl::unexpected(std::string("workerd's folder could not be filled"));
  }
  std::vector<std::string> words = {program, "serve", "--experimental", "--control-fd",
                                    std::to_string(control_fd)};
  words.insert(words.end(), setup.arguments.begin(), setup.arguments.end());
  words.emplace_back("config.capnp");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const std::string folder = folder_.string();
  process_ = fork();
  if (process_ == 0) become(argv.data(), folder.c_str(), ends[1]);
  close(ends[1]);
  if (process_ > 0) port_ = port_in(read_line(ends[0], Clock::now() + start_time_max));
  close(ends[0]);
  if (port_ > 0) return {};
  return tl::unexpected(program + " did not start: " + last_words());
}

void WorkerdProcess::kill() {
  if (process_ <= 0) return;
  ::kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
  process_ = -1;
}

void WorkerdProcess::stop() {
  if (process_ <= 0) return;
  ::kill(process_, SIGTERM);
  for (const auto until = Clock::now() + stop_time_max; Clock::now() < until;) {
    if (waitpid(process_, nullptr, WNOHANG) != 0) {
      process_ = -1;
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  kill();
}

std::string WorkerdProcess::last_words() const {
  std::ifstream log(folder_ / "log");
  const std::string all{std::istreambuf_iterator<char>(log), {}};
  return all.size() <= last_words_max ? all : all.substr(all.size() - last_words_max);
}

}  // namespace cutover::workerd
