// Schema check: compares a live database with the schema that the migration files make (R1.6).
//
// What is expected comes from a scratch database to which the same files were applied, so the
// expectation cannot drift from the files. It names each difference and says which of them can
// break the program; it never changes anything.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/ports/database.h"
#include "core/ports/outcome.h"
#include "core/store/schema_description.h"

namespace cutover::store {

enum class Severity : std::uint8_t {
  note,     // something more than expected, that no statement of ours minds
  failure,  // something missing or different, or something more that can refuse our writes
};

enum class SchemaPart : std::uint8_t {
  table,
  option,
  column,
  check,
  unique,
  foreign_key,
  index,
  trigger,
};

struct SchemaDifference {
  Severity severity = Severity::failure;
  std::string table;
  SchemaPart part = SchemaPart::table;
  std::string what;      // the column or index; empty where the part has no name
  std::string expected;  // "NOT NULL"; "none" for something unexpected
  std::string actual;    // "nullable"; "none" for something missing

  // "Books.title: expected NOT NULL, found nullable"
  [[nodiscard]] std::string text() const;

  friend bool operator==(const SchemaDifference&, const SchemaDifference&) = default;
};

// In the order of the expected tables, then the unexpected ones. Empty: the same schema. The order
// of columns does not count: a column added later is the last one.
[[nodiscard]] std::vector<SchemaDifference> compare(const SchemaDescription& expected,
                                                    const SchemaDescription& actual);

// describe() both and compare. Fails as Database does; may switch.
Outcome<std::vector<SchemaDifference>> check_schema(Database& expected, Database& actual);

[[nodiscard]] std::string_view name_of(Severity severity);  // "note", "failure"
[[nodiscard]] std::string_view name_of(SchemaPart part);    // "table", "foreign key", ...

}  // namespace cutover::store
