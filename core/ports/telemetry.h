// Telemetry: small typed events. Progress lines, metrics, logs and the recorded history all read
// this one stream, so nothing is reported that was not measured.
//
// An event carries keys, counts and reasons, never a stored value or a token (DESIGN 6.12).
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <variant>

namespace cutover {

struct Field {
  std::string_view name;  // static text
  std::variant<std::int64_t, std::string_view> value;
};

class Telemetry {
 public:
  Telemetry() = default;
  Telemetry(const Telemetry&) = delete;
  Telemetry& operator=(const Telemetry&) = delete;
  virtual ~Telemetry() = default;

  // Never fails, never switches, and keeps nothing of its arguments. `name` is static text such
  // as "migrate.chunk". May be called from any task.
  virtual void emit(std::string_view name, std::span<const Field> fields) = 0;

  void emit(std::string_view name, std::initializer_list<Field> fields) {
    emit(name, std::span<const Field>(fields.begin(), fields.size()));
  }
};

}  // namespace cutover
