#include "chaos/invariants/tables.h"

#include <algorithm>
#include <utility>

#include "core/books/transform.h"
#include "core/ports/check.h"

namespace cutover::chaos {

std::vector<SqlRow> read_rows(scenarios::World& world, std::string_view sql) {
  auto result = world.d1().connection().run({sql, {}});
  CUTOVER_CHECK(result.has_value(), "a world's database has the project's tables");
  return std::move(result->rows);
}

std::vector<SqlRow> read_rows(const Aftermath& aftermath, std::string_view sql) {
  return read_rows(aftermath.world, sql);
}

Violation violated(std::string_view invariant, std::string_view about, std::string text) {
  return {std::string(invariant), std::string(about), std::move(text)};
}

bool is_source(std::string_view key) {
  return key.starts_with(books::plan_prefix) || key.starts_with(books::legacy_prefix);
}

bool is_alone(const StormCase& played) {
  const auto begins_another = [](const Happening& happening) {
    return happening.what == Happen::double_start || happening.what == Happen::start_again ||
           happening.what == Happen::time_travel || happening.what == Happen::pause;
  };
  return played.isolates == 0 && played.migrators == 1 &&
         std::none_of(played.happenings.begin(), played.happenings.end(), begins_another);
}

bool has_live_traffic(const Aftermath& aftermath) {
  return aftermath.played.isolates > 0 || !aftermath.written.empty();
}

std::int64_t number_of(const SqlValue& value) {
  return is_null(value) ? 0 : as_int(value);
}

std::string text_of(const SqlValue& value) {
  return is_null(value) ? std::string() : std::string(as_text(value));
}

}  // namespace cutover::chaos
