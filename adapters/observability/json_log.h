// JsonLog: telemetry events as lines of JSON, for whoever collects logs.
//
//   {"time":"2026-01-31T12:00:00.123Z","level":"warn","event":"breaker.changed","service":"d1",...}
//
// What failed is a warning, what the guard finds an error, single requests, reads and calls are
// details (debug), everything else info. Events carry no stored values and no tokens (DESIGN 6.12),
// so neither do lines. Bytes that are not UTF-8 are replaced. A disk that is full loses lines,
// nothing else. Safe to use from any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "core/ports/telemetry.h"

namespace cutover::observability {

enum class LogLevel : std::uint8_t { debug, info, warn, error, off };
// "debug", "info", "warn", "error" or "off"; false for other words.
[[nodiscard]] bool parse_level(std::string_view text, LogLevel& level);

struct JsonLogOptions {
  std::string file;  // empty: stderr. Appended to; made with mode 0600 if absent
  LogLevel level = LogLevel::info;
  bool requests = false;  // "http.request" at info
};

class JsonLog final : public Telemetry {
 public:
  // The error names the file.
  static tl::expected<std::unique_ptr<JsonLog>, std::string> open(const JsonLogOptions& options);
  ~JsonLog() override;

  using Telemetry::emit;
  void emit(std::string_view name, std::span<const Field> fields) override;

 private:
  struct State;
  explicit JsonLog(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace cutover::observability
