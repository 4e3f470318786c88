#include "adapters/sqlite/call_bounds.h"

#include <sqlite3.h>

#include <string>
#include <variant>

#include "adapters/sqlite/connection.h"

namespace cutover::sqlite {
namespace {

constexpr int steps_between_looks = 10'000;
constexpr std::size_t value_bytes = 16;  // at least, of any value

std::size_t bytes_of(const SqlValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return value_bytes + text->size();
  if (const auto* blob = std::get_if<Blob>(&value)) return value_bytes + blob->bytes.size();
  return value_bytes;
}

}  // namespace

SqlError answer_too_large() {
  SqlError error;
  error.code = error.extended_code = SQLITE_TOOBIG;
  error.message = "the answer is too large";
  return error;
}

CallBounds::CallBounds(sqlite3* database, std::int64_t steps_max, std::size_t answer_bytes_max)
    : steps_max_(steps_max), answer_bytes_max_(answer_bytes_max) {
  if (steps_max_ > 0) sqlite3_progress_handler(database, steps_between_looks, on_progress, this);
}

void CallBounds::begin_call(bool bounded) {
  steps_ = 0;
  bytes_ = 0;
  bounded_ = bounded;
}

bool CallBounds::take(const SqlRow& row) {
  if (answer_bytes_max_ == 0 || !bounded_) return true;
  for (const SqlValue& value : row) bytes_ += bytes_of(value);
  return bytes_ <= answer_bytes_max_;
}

// Anything but zero ends the statement with SQLITE_INTERRUPT.
int CallBounds::on_progress(void* self) {
  auto& bounds = *static_cast<CallBounds*>(self);
  if (bounds.suspended_ || !bounds.bounded_) return 0;
  bounds.steps_ += steps_between_looks;
  return bounds.steps_ > bounds.steps_max_ ? 1 : 0;
}

}  // namespace cutover::sqlite
