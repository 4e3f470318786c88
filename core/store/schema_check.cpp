#include "core/store/schema_check.h"

#include <algorithm>
#include <utility>

#include "core/ports/check.h"
#include "core/store/sql_text.h"

namespace cutover::store {
namespace {

constexpr std::string_view none = "none";

// Collects the differences of one table.
class TableComparison {
 public:
  TableComparison(const TableDescription& expected, const TableDescription& actual,
                  std::vector<SchemaDifference>& differences)
      : expected_(expected), actual_(actual), differences_(differences) {}

  void run() {
    lists(SchemaPart::option, expected_.options, actual_.options);
    columns();
    lists(SchemaPart::check, expected_.checks, actual_.checks);
    lists(SchemaPart::unique, expected_.uniques, actual_.uniques);
    lists(SchemaPart::foreign_key, texts(expected_.foreign_keys), texts(actual_.foreign_keys));
    indexes();
    triggers();
  }

 private:
  void add(Severity severity, SchemaPart part, std::string_view what, std::string_view expected,
           std::string_view actual) {
    differences_.push_back({severity, expected_.name, part, std::string(what),
                            std::string(expected), std::string(actual)});
  }

  // Parts without a name of their own, both sides ascending: each is there or is not.
  void lists(SchemaPart part, const std::vector<std::string>& expected,
             const std::vector<std::string>& actual) {
    std::vector<std::string> missing;
    std::vector<std::string> extra;
    std::set_difference(expected.begin(), expected.end(), actual.begin(), actual.end(),
                        std::back_inserter(missing));
    std::set_difference(actual.begin(), actual.end(), expected.begin(), expected.end(),
                        std::back_inserter(extra));
    for (const std::string& text : missing) add(Severity::failure, part, {}, text, none);
    for (const std::string& text : extra) add(Severity::failure, part, {}, none, text);
  }

  void columns() {
    for (const ColumnDescription& column : expected_.columns) {
      const ColumnDescription* other = find(actual_.columns, column.name);
      if (other == nullptr) {
        add(Severity::failure, SchemaPart::column, column.name, definition(column), none);
      } else {
        compare_columns(column, *other);
      }
    }
    for (const ColumnDescription& column : actual_.columns) {
      if (find(expected_.columns, column.name) != nullptr) continue;
      // Our INSERTs do not name this column, so it must be able to fill itself.
      const bool harmless = !column.not_null || !column.default_value.empty() || column.generated;
      add(harmless ? Severity::note : Severity::failure, SchemaPart::column, column.name, none,
          definition(column));
    }
  }

  void compare_columns(const ColumnDescription& a, const ColumnDescription& b) {
    const auto differ = [&](const std::string& expected, const std::string& actual) {
      if (expected != actual) add(Severity::failure, SchemaPart::column, a.name, expected, actual);
    };
    const auto nullable = [](const ColumnDescription& column) -> std::string {
      return column.not_null ? "NOT NULL" : "nullable";
    };
    const auto key = [](const ColumnDescription& column) -> std::string {
      return column.key_place == 0
                 ? "not in the primary key"
                 : "place " + std::to_string(column.key_place) + " in the primary key";
    };
    differ(a.type.empty() ? "no type" : a.type, b.type.empty() ? "no type" : b.type);
    differ(nullable(a), nullable(b));
    differ(default_text(a), default_text(b));
    differ(key(a), key(b));
    differ(a.generated ? "generated" : "stored as given",
           b.generated ? "generated" : "stored as given");
  }

  void indexes() {
    for (const IndexDescription& index : expected_.indexes) {
      const IndexDescription* other = find(actual_.indexes, index.name);
      const std::string actual = other == nullptr ? std::string(none) : definition(*other);
      if (definition(index) != actual) {
        add(Severity::failure, SchemaPart::index, index.name, definition(index), actual);
      }
    }
    for (const IndexDescription& index : actual_.indexes) {
      if (find(expected_.indexes, index.name) != nullptr) continue;
      add(index.unique ? Severity::failure : Severity::note, SchemaPart::index, index.name, none,
          definition(index));
    }
  }

  // Any trigger more than expected can refuse our writes or change them.
  void triggers() {
    for (const TriggerDescription& trigger : expected_.triggers) {
      const TriggerDescription* other = find(actual_.triggers, trigger.name);
      const std::string_view actual = other == nullptr ? none : other->text;
      if (trigger.text != actual) {
        add(Severity::failure, SchemaPart::trigger, trigger.name, trigger.text, actual);
      }
    }
    for (const TriggerDescription& trigger : actual_.triggers) {
      if (find(expected_.triggers, trigger.name) != nullptr) continue;
      add(Severity::failure, SchemaPart::trigger, trigger.name, none, trigger.text);
    }
  }

  template <class Named>
  static const Named* find(const std::vector<Named>& items, std::string_view name) {
    const auto found = std::find_if(items.begin(), items.end(), [&](const Named& item) {
      return lower_ascii(item.name) == lower_ascii(name);
    });
    return found == items.end() ? nullptr : &*found;
  }

  static std::string default_text(const ColumnDescription& column) {
    return column.default_value.empty() ? "no default" : "default " + column.default_value;
  }

  static std::string definition(const ColumnDescription& column) {
    std::string text = column.type.empty() ? "no type" : column.type;
    if (column.not_null) text += " NOT NULL";
    if (!column.default_value.empty()) text += " " + default_text(column);
    return text;
  }

  static std::string definition(const IndexDescription& index) {
    return std::string(index.unique ? "unique on (" : "on (") + index.columns + ")" +
           (index.where.empty() ? "" : " where " + index.where);
  }

  static std::vector<std::string> texts(const std::vector<ForeignKeyDescription>& keys) {
    std::vector<std::string> texts;
    for (const ForeignKeyDescription& key : keys) {
      texts.push_back("(" + key.columns + ") references " + key.parent + " on update " +
                      key.on_update + " on delete " + key.on_delete);
    }
    std::sort(texts.begin(), texts.end());
    return texts;
  }

  const TableDescription& expected_;
  const TableDescription& actual_;
  std::vector<SchemaDifference>& differences_;
};

const TableDescription* find_table(const SchemaDescription& schema, std::string_view name) {
  const auto found = std::find_if(
      schema.tables.begin(), schema.tables.end(),
      [&](const TableDescription& table) { return lower_ascii(table.name) == lower_ascii(name); });
  return found == schema.tables.end() ? nullptr : &*found;
}

}  // namespace

std::vector<SchemaDifference> compare(const SchemaDescription& expected,
                                      const SchemaDescription& actual) {
  std::vector<SchemaDifference> differences;
  for (const TableDescription& table : expected.tables) {
    const TableDescription* other = find_table(actual, table.name);
    if (other == nullptr) {
      differences.push_back(
          {Severity::failure, table.name, SchemaPart::table, {}, "a table", std::string(none)});
    } else {
      TableComparison(table, *other, differences).run();
    }
  }
  for (const TableDescription& table : actual.tables) {
    if (find_table(expected, table.name) != nullptr) continue;
    differences.push_back(
        {Severity::note, table.name, SchemaPart::table, {}, std::string(none), "a table"});
  }
  return differences;
}

Outcome<std::vector<SchemaDifference>> check_schema(Database& expected, Database& actual) {
  const Outcome<SchemaDescription> wanted = describe(expected);
  if (!wanted) return wanted.error();
  const Outcome<SchemaDescription> found = describe(actual);
  if (!found) return found.error();
  return compare(*wanted, *found);
}

std::string SchemaDifference::text() const {
  std::string place = table;
  if (part == SchemaPart::column) {
    place += "." + what;
  } else if (part != SchemaPart::table) {
    place += ", " + std::string(name_of(part)) + (what.empty() ? "" : " " + what);
  }
  return place + ": expected " + expected + ", found " + actual;
}

std::string_view name_of(Severity severity) {
  return severity == Severity::note ? "note" : "failure";
}

std::string_view name_of(SchemaPart part) {
  switch (part) {
    case SchemaPart::table: return "table";
    case SchemaPart::option: return "option";
    case SchemaPart::column: return "column";
    case SchemaPart::check: return "check";
    case SchemaPart::unique: return "unique";
    case SchemaPart::foreign_key: return "foreign key";
    case SchemaPart::index: return "index";
    case SchemaPart::trigger: return "trigger";
  }
  CUTOVER_CHECK(false, "every part has a name");
}

}  // namespace cutover::store
