#include "core/store/schema_description.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "core/ports/check.h"
#include "core/store/sql_text.h"

namespace cutover::store {
namespace {

// ESCAPE: an underscore alone would match any character.
constexpr std::string_view select_objects =
    R"(SELECT type, name, tbl_name, sql FROM sqlite_master
       WHERE type IN ('table', 'index', 'trigger') AND tbl_name NOT LIKE 'sqlite\_%' ESCAPE '\'
         AND tbl_name NOT LIKE '\_cf\_%' ESCAPE '\'
         AND tbl_name NOT IN ('d1_migrations', 'SchemaChecksums')
       ORDER BY name)";

struct SchemaObjects {
  std::vector<std::string> tables;
  std::map<std::string, std::string> create_texts;                   // by name of table or index
  std::vector<std::pair<TriggerDescription, std::string>> triggers;  // and the table; by name
};

// The value of a column by its name: PRAGMAs may gain columns, and D1 answers with objects.
const SqlValue& field(const ResultSet& result, const SqlRow& row, std::string_view name) {
  const auto found = std::find(result.columns.begin(), result.columns.end(), name);
  CUTOVER_CHECK(found != result.columns.end(), "the PRAGMA has this column");
  return row.at(static_cast<std::size_t>(found - result.columns.begin()));
}

std::string text_field(const ResultSet& result, const SqlRow& row, std::string_view name) {
  return std::string(as_text(field(result, row, name)));
}

std::int64_t int_field(const ResultSet& result, const SqlRow& row, std::string_view name) {
  return as_int(field(result, row, name));
}

void append(std::string& list, std::string_view item) {
  if (!list.empty()) list += ", ";
  list += item;
}

// One PRAGMA per name, 100 to a batch.
Outcome<std::vector<ResultSet>> pragma_of_each(Database& database, std::string_view pragma,
                                               const std::vector<std::string>& names) {
  constexpr std::size_t batch_max = 100;
  std::vector<ResultSet> results;
  for (std::size_t start = 0; start < names.size(); start += batch_max) {
    const std::size_t stop = std::min(names.size(), start + batch_max);
    std::vector<std::string> texts;
    for (std::size_t i = start; i < stop; ++i) {
      texts.push_back("PRAGMA " + std::string(pragma) + "(" + quoted_name(names[i]) + ")");
    }
    std::vector<Statement> batch;
    for (const std::string& text : texts) batch.push_back({text, {}});
    Outcome<std::vector<ResultSet>> part = database.batch(batch);
    if (!part) return part.error();
    CUTOVER_CHECK(part->size() == texts.size(), "a batch gives one result per statement");
    std::move(part->begin(), part->end(), std::back_inserter(results));
  }
  return results;
}

Outcome<SchemaObjects> read_objects(Database& database) {
  const Outcome<ResultSet> result = database.query({select_objects, {}});
  if (!result) return result.error();
  SchemaObjects objects;
  for (const SqlRow& row : result->rows) {
    const std::string_view type = as_text(row.at(0));
    const std::string name(as_text(row.at(1)));
    if (type == "trigger") {
      objects.triggers.emplace_back(
          TriggerDescription{name, normalised(tokens_of(as_text(row.at(3))))}, as_text(row.at(2)));
      continue;
    }
    objects.create_texts[name] = as_text(row.at(3));
    if (type == "table") objects.tables.push_back(name);
  }
  if (objects.tables.size() > SchemaDescription::tables_max) {
    return Failure{Service::d1,
                   "query",
                   FailureKind::limit_exceeded,
                   false,
                   Duration(0),
                   Effect::not_applied,
                   "more than 1,000 tables: not described"};
  }
  return objects;
}

std::vector<ColumnDescription> columns_of(const ResultSet& table_xinfo) {
  std::vector<ColumnDescription> columns;
  for (const SqlRow& row : table_xinfo.rows) {
    ColumnDescription column;
    column.name = text_field(table_xinfo, row, "name");
    for (const char c : text_field(table_xinfo, row, "type")) {
      column.type += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    column.not_null = int_field(table_xinfo, row, "notnull") != 0;
    column.default_value = normalised(tokens_of(text_field(table_xinfo, row, "dflt_value")));
    column.key_place = int_field(table_xinfo, row, "pk");
    column.generated = int_field(table_xinfo, row, "hidden") >= 2;
    columns.push_back(std::move(column));
  }
  return columns;
}

// One row per column; rows of one key have one id, and the columns come in the order of `seq`.
std::vector<ForeignKeyDescription> foreign_keys_of(const ResultSet& list) {
  std::map<std::int64_t, ForeignKeyDescription> keys;
  std::map<std::int64_t, std::string> parent_columns;
  for (const SqlRow& row : list.rows) {
    const std::int64_t id = int_field(list, row, "id");
    ForeignKeyDescription& key = keys[id];
    append(key.columns, text_field(list, row, "from"));
    key.parent = text_field(list, row, "table");
    key.on_update = text_field(list, row, "on_update");
    key.on_delete = text_field(list, row, "on_delete");
    if (!is_null(field(list, row, "to"))) append(parent_columns[id], text_field(list, row, "to"));
  }
  std::vector<ForeignKeyDescription> sorted;
  for (auto& [id, key] : keys) {
    if (!parent_columns[id].empty()) key.parent += "(" + parent_columns[id] + ")";
    sorted.push_back(std::move(key));
  }
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

// The tokens inside the bracket that opens at `open`, which moves to the closing one.
std::vector<SqlToken> inside_brackets(const std::vector<SqlToken>& tokens, std::size_t& open) {
  std::vector<SqlToken> inside;
  std::size_t depth = 0;
  for (; open < tokens.size(); ++open) {
    const SqlToken& token = tokens[open];
    if (token.is_symbol(")") && --depth == 0) break;
    if (depth > 0) inside.push_back(token);
    if (token.is_symbol("(")) ++depth;
  }
  return inside;
}

std::vector<std::string> checks_of(const std::vector<SqlToken>& tokens) {
  std::vector<std::string> checks;
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (!tokens[i].is_word("CHECK") || !tokens[i + 1].is_symbol("(")) continue;
    checks.push_back(normalised(inside_brackets(tokens, ++i)));
  }
  std::sort(checks.begin(), checks.end());
  return checks;
}

std::vector<std::string> options_of(const std::vector<SqlToken>& tokens) {
  std::vector<std::string> options;
  std::size_t after_columns = 0;
  while (after_columns < tokens.size() && !tokens[after_columns].is_symbol("(")) ++after_columns;
  for (const SqlToken& token : inside_brackets(tokens, after_columns)) {
    if (token.is_word("AUTOINCREMENT")) options.emplace_back("autoincrement");
  }
  for (std::size_t i = after_columns; i < tokens.size(); ++i) {
    if (tokens[i].is_word("STRICT")) options.emplace_back("strict");
    if (tokens[i].is_word("WITHOUT")) options.emplace_back("without rowid");
  }
  std::sort(options.begin(), options.end());
  return options;
}

// Column names from the PRAGMA, with direction and collation where they are not the usual ones.
std::string index_columns(const ResultSet& index_xinfo) {
  std::string columns;
  for (const SqlRow& row : index_xinfo.rows) {
    if (int_field(index_xinfo, row, "key") == 0) continue;  // what SQLite appends by itself
    std::string column = text_field(index_xinfo, row, "name");
    const std::string collation = lower_ascii(text_field(index_xinfo, row, "coll"));
    if (collation != "binary") column += " collate " + collation;
    if (int_field(index_xinfo, row, "desc") != 0) column += " desc";
    append(columns, column);
  }
  return columns;
}

bool has_expression(const ResultSet& index_xinfo) {
  return std::any_of(index_xinfo.rows.begin(), index_xinfo.rows.end(), [&](const SqlRow& row) {
    return int_field(index_xinfo, row, "key") != 0 && is_null(field(index_xinfo, row, "name"));
  });
}

void read_index_text(const std::string& create_text, bool expression, IndexDescription& index) {
  const std::vector<SqlToken> tokens = tokens_of(create_text);
  std::size_t place = 0;
  while (place < tokens.size() && !tokens[place].is_symbol("(")) ++place;
  const std::vector<SqlToken> columns = inside_brackets(tokens, place);
  if (expression) index.columns = normalised(columns);
  if (place + 1 < tokens.size() && tokens[place + 1].is_word("WHERE")) {
    index.where =
        normalised({tokens.begin() + static_cast<std::ptrdiff_t>(place) + 2, tokens.end()});
  }
}

// UNIQUE(...) and CREATE INDEX; the primary key's own index is told by the columns.
Outcome<bool> describe_indexes(Database& database, const SchemaObjects& objects,
                               const ResultSet& index_list, TableDescription& table) {
  std::vector<std::string> names;
  for (const SqlRow& row : index_list.rows) names.push_back(text_field(index_list, row, "name"));
  const Outcome<std::vector<ResultSet>> infos = pragma_of_each(database, "index_xinfo", names);
  if (!infos) return infos.error();
  for (std::size_t i = 0; i < names.size(); ++i) {
    const SqlRow& row = index_list.rows[i];
    const std::string origin = text_field(index_list, row, "origin");
    if (origin == "pk") continue;
    IndexDescription index;
    index.name = names[i];
    index.columns = index_columns((*infos)[i]);
    if (origin == "u") {
      table.uniques.push_back(index.columns);
      continue;
    }
    index.unique = int_field(index_list, row, "unique") != 0;
    const auto text = objects.create_texts.find(names[i]);
    if (text != objects.create_texts.end()) {
      read_index_text(text->second, has_expression((*infos)[i]), index);
    }
    table.indexes.push_back(std::move(index));
  }
  std::sort(table.uniques.begin(), table.uniques.end());
  std::sort(table.indexes.begin(), table.indexes.end(),
            [](const IndexDescription& a, const IndexDescription& b) { return a.name < b.name; });
  return true;
}

}  // namespace

Outcome<SchemaDescription> describe(Database& database) {
  const Outcome<SchemaObjects> objects = read_objects(database);
  if (!objects) return objects.error();
  const auto columns = pragma_of_each(database, "table_xinfo", objects->tables);
  if (!columns) return columns.error();
  const auto foreign_keys = pragma_of_each(database, "foreign_key_list", objects->tables);
  if (!foreign_keys) return foreign_keys.error();
  const auto indexes = pragma_of_each(database, "index_list", objects->tables);
  if (!indexes) return indexes.error();

  SchemaDescription schema;
  for (std::size_t i = 0; i < objects->tables.size(); ++i) {
    TableDescription table;
    table.name = objects->tables[i];
    const std::vector<SqlToken> tokens = tokens_of(objects->create_texts.at(table.name));
    table.columns = columns_of((*columns)[i]);
    table.options = options_of(tokens);
    table.checks = checks_of(tokens);
    table.foreign_keys = foreign_keys_of((*foreign_keys)[i]);
    for (const auto& [trigger, owner] : objects->triggers) {
      if (lower_ascii(owner) == lower_ascii(table.name)) table.triggers.push_back(trigger);
    }
    const Outcome<bool> done = describe_indexes(database, *objects, (*indexes)[i], table);
    if (!done) return done.error();
    schema.tables.push_back(std::move(table));
  }
  return schema;
}

}  // namespace cutover::store
