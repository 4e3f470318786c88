// CallBounds: how much one call of a connection may cost: steps of SQLite's machine, and bytes of
// the rows that it answers with. So no statement runs for ever or fills the memory, and where it is
// ended depends on nothing but the statement and the data.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/ports/database.h"

struct sqlite3;

namespace cutover::sqlite {

struct SqlError;
[[nodiscard]] SqlError answer_too_large();  // SQLITE_TOOBIG

class CallBounds {
 public:
  // Zero: no bound. The database must outlive this.
  CallBounds(sqlite3* database, std::int64_t steps_max, std::size_t answer_bytes_max);
  CallBounds(const CallBounds&) = delete;
  CallBounds& operator=(const CallBounds&) = delete;

  // Until the next one, nothing counts when it is not bounded.
  void begin_call(bool bounded);
  // What the connection does by itself, such as undoing a call that was ended, is not bounded.
  void suspend(bool suspended) { suspended_ = suspended; }
  // Counts a row of the answer; false: that is too much.
  [[nodiscard]] bool take(const SqlRow& row);

 private:
  static int on_progress(void* self);

  std::int64_t steps_max_;
  std::size_t answer_bytes_max_;
  std::int64_t steps_ = 0;
  std::size_t bytes_ = 0;
  bool bounded_ = true;
  bool suspended_ = false;
};

}  // namespace cutover::sqlite
