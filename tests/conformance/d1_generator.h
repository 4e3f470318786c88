// Random operations on D1 for RapidCheck, over the tables of one schema: rows in and out, batches
// that fail in their middle, limits, settings, and SQL that is refused.
#pragma once

#include "tests/conformance/d1_schema_generator.h"
#include "tests/conformance/json_values.h"

namespace cutover::conformance {

[[nodiscard]] rc::Gen<Json> any_d1_operation(const Schema& schema);

// {"sql", "bind"} of statements that work on these tables, mostly.
[[nodiscard]] Json a_table_statement(const Schema& schema);
// Of any other kind: expressions, pragmas, limits, mistakes.
[[nodiscard]] Json an_odd_statement(const Schema& schema);

// A value to bind, of every type that there is.
[[nodiscard]] rc::Gen<Json> any_bound_value();

}  // namespace cutover::conformance
