#include "adapters/process/child.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

extern char** environ;

namespace cutover::process {
namespace {

// The peak of a program that runs; 0 when it has ended. What wait4() tells at the end (ru_maxrss)
// cannot be used: Linux counts into it what the parent held when it started the program.
std::int64_t peak_of(pid_t child) {
  std::ifstream status("/proc/" + std::to_string(child) + "/status");
  constexpr std::string_view name = "VmHWM:";  // in KiB
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(name)) return std::atoll(line.c_str() + name.size()) * 1024;
  }
  return 0;
}

// All that it prints until it closes its end, and its peak as far as it was seen until then.
void follow(int pipe_end, pid_t child, ChildEnd& end) {
  constexpr int look_every_ms = 5;
  while (true) {
    end.peak_bytes = std::max(end.peak_bytes, peak_of(child));
    pollfd readable{pipe_end, POLLIN, 0};
    const int ready = poll(&readable, 1, look_every_ms);
    if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
    char bytes[4096];
    const ssize_t count = ready < 0 ? -1 : read(pipe_end, bytes, sizeof bytes);
    if (count > 0) end.output.append(bytes, static_cast<std::size_t>(count));
    if (count == 0 || (count < 0 && errno != EINTR)) return;
  }
}

}  // namespace

tl::expected<ChildEnd, std::string> run_child(const std::vector<std::string>& words) {
  int pipe_ends[2];
  if (pipe2(pipe_ends, O_CLOEXEC) != 0) {
    return tl::unexpected(words.front() + ": " + std::strerror(errno));
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDOUT_FILENO);
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  pid_t child = 0;
  const int error =
      posix_spawn(&child, words.front().c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(pipe_ends[1]);
  ChildEnd end;
  if (error == 0) follow(pipe_ends[0], child, end);
  close(pipe_ends[0]);
  if (error != 0) return tl::unexpected(words.front() + ": " + std::strerror(error));
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  end.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return end;
}

}  // namespace cutover::process
