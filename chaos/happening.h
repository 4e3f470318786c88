// Happenings: what befalls a world at a moment, rather than one call: a service that is out, an
// isolate that is evicted, a deploy, an operator's mistake (DESIGN section 5, rows worker and
// operator). The table gives each its name; case files list them, and shrinking leaves them out
// one by one. What happens to a single call is in fakes/faults/fault_table.h.
#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace cutover::chaos {

// In the order of the table.
enum class Happen : std::uint8_t {
  outage,
  brown_out,
  full_database,
  export_running,
  evict,
  deploy,
  double_start,
  start_again,
  pause,
  time_travel,
  schema_again,
  rollback,
  flag,
  invalidate,
  clear_cache,
  write_book,
  read_book,
};
inline constexpr std::size_t happen_count = 17;

struct Happening {
  std::uint64_t at_ms = 0;  // of the world's time
  Happen what = Happen::outage;
  std::string target;        // a service, a role or a key, where the row says so; else empty
  std::uint64_t amount = 0;  // in the row's unit

  friend auto operator<=>(const Happening&, const Happening&) = default;
};

struct HappenRow {
  Happen what;
  std::string_view name;     // as in case files: "outage"
  std::string_view meaning;  // one line, for people
  std::string_view target;   // what `target` names: "service", "role"; empty: it has none
  std::string_view unit;     // of `amount`: "seconds", "percent"; empty: it has none
  std::uint64_t amount_min = 0;
  std::uint64_t amount_max = 0;
  bool live_only = false;      // needs the live system (isolates)
  bool migrator_only = false;  // plays only where there is no live system
};

// Every happening, in the order of the enumeration.
[[nodiscard]] std::span<const HappenRow> happen_table();
[[nodiscard]] const HappenRow& row_of(Happen what);
[[nodiscard]] const HappenRow* happen_named(std::string_view name);  // null: there is none

// One line: "at 12.500 s: outage d1, 30 seconds".
[[nodiscard]] std::string describe(const Happening& happening);

}  // namespace cutover::chaos
