// SchemaDescription: what tables a database has, as plain values that can be compared.
//
// Read through the Database port from sqlite_master and from the PRAGMAs that D1 allows. CHECKs,
// index conditions and table options are in no PRAGMA, so they are parsed out of the CREATE text.
// Left out: the bookkeeping of SQLite, of D1 and of the migrations themselves. See schema_check.h.
#pragma once

#include <string>
#include <vector>

#include "core/ports/database.h"
#include "core/ports/outcome.h"

namespace cutover::store {

struct ColumnDescription {
  std::string name;
  std::string type;  // upper case
  bool not_null = false;
  std::string default_value;   // an SQL expression, normalised; empty: none
  std::int64_t key_place = 0;  // from 1 in the primary key; 0: not in it
  bool generated = false;

  friend bool operator==(const ColumnDescription&, const ColumnDescription&) = default;
};

struct ForeignKeyDescription {
  std::string columns;    // "isbn" or "a, b"
  std::string parent;     // "Books(isbn)"; without columns when they are the primary key
  std::string on_update;  // "NO ACTION", "CASCADE", ...
  std::string on_delete;

  friend auto operator<=>(const ForeignKeyDescription&, const ForeignKeyDescription&) = default;
};

struct IndexDescription {
  std::string name;
  std::string columns;  // "user_id, rating desc"; expressions as normalised text
  bool unique = false;
  std::string where;  // normalised; empty: the whole table

  friend bool operator==(const IndexDescription&, const IndexDescription&) = default;
};

struct TriggerDescription {
  std::string name;
  std::string text;  // its CREATE statement, normalised

  friend bool operator==(const TriggerDescription&, const TriggerDescription&) = default;
};

struct TableDescription {
  std::string name;
  std::vector<ColumnDescription> columns;           // in the table's order
  std::vector<std::string> options;                 // "autoincrement", "strict", "without rowid"
  std::vector<std::string> checks;                  // normalised, without CHECK, ascending
  std::vector<std::string> uniques;                 // "user_id, isbn" of UNIQUE(...), ascending
  std::vector<ForeignKeyDescription> foreign_keys;  // ascending
  std::vector<IndexDescription> indexes;            // made by CREATE INDEX; by name
  std::vector<TriggerDescription> triggers;         // by name

  friend bool operator==(const TableDescription&, const TableDescription&) = default;
};

struct SchemaDescription {
  static constexpr std::size_t tables_max = 1'000;

  std::vector<TableDescription> tables;  // by name

  friend bool operator==(const SchemaDescription&, const SchemaDescription&) = default;
};

// Reads only, in a few batches: a schema change in between may be seen half. May switch. Fails as
// Database does, and with limit_exceeded when there are more than 1,000 tables.
Outcome<SchemaDescription> describe(Database& database);

}  // namespace cutover::store
