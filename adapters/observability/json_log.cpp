#include "adapters/observability/json_log.h"

#include <fcntl.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <ctime>
#include <utility>

#include "adapters/observability/event_fields.h"

namespace cutover::observability {
namespace {

constexpr std::size_t text_bytes_max = 500;  // of one field

// Length of the UTF-8 sequence at `at`, or 0 when there is none.
std::size_t sequence_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  const std::size_t length = lead < 0x80                   ? 1
                             : lead >= 0xF0 && lead < 0xF5 ? 4
                             : lead >= 0xE0 && lead < 0xF0 ? 3
                             : lead >= 0xC2 && lead < 0xE0 ? 2
                                                           : 0;
  if (length == 0 || at + length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) return 0;
  }
  const bool overlong =
      (lead == 0xE0 && byte(at + 1) < 0xA0) || (lead == 0xF0 && byte(at + 1) < 0x90);
  const bool surrogate = lead == 0xED && byte(at + 1) >= 0xA0;
  const bool beyond = lead == 0xF4 && byte(at + 1) >= 0x90;
  return overlong || surrogate || beyond ? 0 : length;
}

void append_json(std::string& line, std::string_view text) {
  line.push_back('"');
  text = text.substr(0, text_bytes_max);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = sequence_at(text, at);
    const char c = text[at];
    if (length == 0) {
      line.append("\\ufffd");
    } else if (c == '"' || c == '\\') {
      line.append({'\\', c});
    } else if (length == 1 && static_cast<unsigned char>(c) < ' ') {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(c));
      line.append(escaped);
    } else {
      line.append(text.substr(at, length));
    }
    at += length == 0 ? 1 : length;
  }
  line.push_back('"');
}

std::string time_text() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  const std::time_t seconds = millis / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[40];
  const std::size_t size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  char fraction[8];
  std::snprintf(fraction, sizeof fraction, ".%03dZ", static_cast<int>(millis % 1000));
  return std::string(text, size) + fraction;
}

LogLevel level_of(std::string_view name, std::span<const Field> fields, bool requests) {
  if (name == "http.request") {
    if (number_in(fields, "status") >= 500) return LogLevel::warn;
    return requests ? LogLevel::info : LogLevel::debug;
  }
  if (name == "guard.finding") return LogLevel::error;
  if (name == "breaker.changed" || name == "lookup.malformed" || name == "migrate.mirror_failed" ||
      name == "migrate.not_verified" || name == "migrate.lease_not_released" || name == "retry") {
    return LogLevel::warn;
  }
  if (name == "lookup.shadow") {
    return text_in(fields, "result") == "same" ? LogLevel::debug : LogLevel::warn;
  }
  const bool detail = name.starts_with("lookup.") || name == "d1.call" || name == "provider.call" ||
                      name == "cache_metrics.flush";
  if (!detail) return LogLevel::info;
  for (const Field& field : fields) {
    if (field.name == "ok" && number_in(fields, "ok") == 0) return LogLevel::warn;
  }
  return LogLevel::debug;
}

constexpr std::string_view names[] = {"debug", "info", "warn", "error", "off"};

}  // namespace

bool parse_level(std::string_view text, LogLevel& level) {
  for (std::size_t i = 0; i < std::size(names); ++i) {
    if (names[i] != text) continue;
    level = static_cast<LogLevel>(i);
    return true;
  }
  return false;
}

struct JsonLog::State {
  JsonLogOptions options;
  std::unique_ptr<spdlog::logger> logger;
};

tl::expected<std::unique_ptr<JsonLog>, std::string> JsonLog::open(const JsonLogOptions& options) {
  auto state = std::make_unique<State>();
  state->options = options;
  try {
    spdlog::sink_ptr sink;
    if (options.file.empty()) {
      sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    } else {
      // Made by us first: what spdlog makes, everybody may read.
      const int file =
          ::open(options.file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
      if (file < 0) return tl::unexpected(options.file + ": the log file cannot be written");
      ::close(file);
      sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(options.file);
    }
    state->logger = std::make_unique<spdlog::logger>("cutover", std::move(sink));
  } catch (const spdlog::spdlog_ex&) {
    return tl::unexpected(options.file + ": the log file cannot be written");
  }
  state->logger->set_pattern("%v");
  state->logger->set_level(spdlog::level::trace);
  state->logger->flush_on(spdlog::level::info);
  state->logger->set_error_handler([](const std::string&) {});
  return std::unique_ptr<JsonLog>(new JsonLog(std::move(state)));
}

JsonLog::JsonLog(std::unique_ptr<State> state) : state_(std::move(state)) {}

JsonLog::~JsonLog() = default;

void JsonLog::emit(std::string_view name, std::span<const Field> fields) {
  const LogLevel level = level_of(name, fields, state_->options.requests);
  if (level < state_->options.level) return;
  std::string line = R"({"time":")" + time_text() + R"(","level":")";
  line.append(names[static_cast<std::size_t>(level)]).append(R"(","event":)");
  append_json(line, name);
  for (const Field& field : fields) {
    line.push_back(',');
    append_json(line, field.name);
    line.push_back(':');
    if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
      line.append(std::to_string(*number));
    } else {
      append_json(line, std::get<std::string_view>(field.value));
    }
  }
  line.push_back('}');
  state_->logger->log(spdlog::level::info, spdlog::string_view_t(line));
}

}  // namespace cutover::observability
