// ServeSystem: everything that `cutover serve` runs, put together and taken apart in order.
//
// Stores first, then what uses them, then the HTTP server; the end goes the other way round:
// requests, then deferred work, then the system, then the stores. Nothing of it is kept in memory
// only, so a process that is killed is replaced by starting another on the same data directory.
#pragma once

#include <memory>
#include <string>

#include <tl/expected.hpp>

#include "app/serve_settings.h"

namespace cutover::app {

// Where it was started, for people and scripts.
struct ServePlaces {
  std::string url;
  std::string kv;
  std::string d1;
  std::string admin_token_file;  // empty: from the environment
  std::string user_secret_file;
  std::string provider;
  std::int64_t imported = 0;      // records of the dump
  std::int64_t schema_files = 0;  // applied now
};

class ServeSystem {
 public:
  // The error names the file or the setting, and says what to do.
  static tl::expected<std::unique_ptr<ServeSystem>, std::string> start(
      const ServeSettings& settings, bool quiet);
  ~ServeSystem();
  ServeSystem(const ServeSystem&) = delete;
  ServeSystem& operator=(const ServeSystem&) = delete;

  [[nodiscard]] const ServePlaces& places() const;

  // The housekeeping, about once a second.
  void tick();

  // True: every request was answered, and deferred work has ended. Else something still runs and
  // uses this object, which therefore must not be destroyed: end the process.
  bool stop();

 private:
  struct Parts;
  explicit ServeSystem(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace cutover::app
