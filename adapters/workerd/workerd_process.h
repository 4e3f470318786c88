// WorkerdProcess: Cloudflare's local runtime as a child process.
//
// It keeps its files in a folder of its own that goes away with it; so does the process, however
// this one ends. Every wait is bounded: 20 s for the start, 3 s for the end. Not for several
// threads.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

namespace cutover::workerd {

struct Setup {
  std::string config;  // capnp text, with one socket named "http" at 127.0.0.1:0
  // Beside it: names such as "src/index.js", relative and without "..", and their bytes.
  std::vector<std::pair<std::string, std::string>> files;
  std::vector<std::string> folders;    // empty ones
  std::vector<std::string> arguments;  // such as "-dstorage=storage"
};

class WorkerdProcess {
 public:
  // The program: what CUTOVER_WORKERD names, or else what was installed in `node_modules`. The
  // error says what to do.
  static tl::expected<std::string, std::string> find(const std::filesystem::path& node_modules);

  // Listens when this returns. The error has the process's last words.
  static tl::expected<std::unique_ptr<WorkerdProcess>, std::string> start(
      const std::string& program, const Setup& setup);
  ~WorkerdProcess();  // stops
  WorkerdProcess(const WorkerdProcess&) = delete;
  WorkerdProcess& operator=(const WorkerdProcess&) = delete;

  [[nodiscard]] int port() const { return port_; }

  // At once and without warning, as SIGKILL does.
  void kill();

  // The end of what it printed.
  [[nodiscard]] std::string last_words() const;

 private:
  explicit WorkerdProcess(std::filesystem::path folder);
  tl::expected<void, std::string> spawn(const std::string& program, const Setup& setup);
  void stop();

  std::filesystem::path folder_;
  pid_t process_ = -1;
  int port_ = 0;
};

}  // namespace cutover::workerd
