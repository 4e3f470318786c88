#include "adapters/process/child.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

extern char** environ;

namespace cutover::process {

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
  if (error == 0) {
    char bytes[4096];
    for (ssize_t count = 0; (count = read(pipe_ends[0], bytes, sizeof bytes)) != 0;) {
      if (count > 0) end.output.append(bytes, static_cast<std::size_t>(count));
      if (count < 0 && errno != EINTR) break;
    }
  }
  close(pipe_ends[0]);
  if (error != 0) return tl::unexpected(words.front() + ": " + std::strerror(error));
  int status = 0;
  rusage used{};
  while (wait4(child, &status, 0, &used) < 0 && errno == EINTR) {
  }
  end.peak_bytes = std::int64_t{used.ru_maxrss} * 1024;  // Linux counts in KiB
  end.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return end;
}

}  // namespace cutover::process
