#include "fakes/d1/authorizer.h"

#include <sqlite3.h>
#include <strings.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace cutover::fakes {
namespace {

bool same_name(std::string_view left, std::string_view right) {
  return left.size() == right.size() && strncasecmp(left.data(), right.data(), left.size()) == 0;
}

bool begins_with(std::string_view name, std::string_view beginning) {
  return name.size() >= beginning.size() && same_name(name.substr(0, beginning.size()), beginning);
}

template <std::size_t size>
bool is_one_of(std::string_view name, const std::array<std::string_view, size>& names) {
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view other) { return same_name(name, other); });
}

// The PRAGMAs that D1 has, by the argument that they may have. workerd takes some more words for
// true and false ("none", "onn", "01"); nobody means them.
constexpr std::array<std::string_view, 7> pragmas_of_switches = {
    "foreign_keys",       "defer_foreign_keys", "ignore_check_constraints",
    "legacy_alter_table", "recursive_triggers", "reverse_unordered_selects",
    "case_sensitive_like"};
constexpr std::array<std::string_view, 8> switch_values = {"on",  "off", "true", "false",
                                                           "yes", "no",  "1",    "0"};
constexpr std::array<std::string_view, 6> pragmas_of_one_name = {
    "table_info", "table_xinfo", "index_list", "index_info", "index_xinfo", "foreign_key_list"};
constexpr std::array<std::string_view, 2> pragmas_of_any_name = {"foreign_key_check",
                                                                 "quick_check"};
constexpr std::array<std::string_view, 3> pragmas_of_nothing = {"optimize", "data_version",
                                                                "page_size"};

bool is_function_allowed(std::string_view name) {
  // ALTER TABLE uses these inside; SQLite itself keeps them from anybody else, and load_extension
  // from everybody.
  if (begins_with(name, "sqlite_rename_") || same_name(name, "sqlite_drop_column")) return true;
  return !begins_with(name, "sqlite_");
}

bool is_reserved(std::string_view name) {
  return begins_with(name, "_cf_");
}

bool creates(int action) {
  switch (action) {
    case SQLITE_CREATE_TABLE:
    case SQLITE_CREATE_INDEX:
    case SQLITE_CREATE_TRIGGER:
    case SQLITE_CREATE_VIEW:
    case SQLITE_CREATE_VTABLE: return true;
    default: return false;
  }
}

bool changes_schema(int action) {
  switch (action) {
    case SQLITE_CREATE_TABLE:
    case SQLITE_CREATE_INDEX:
    case SQLITE_CREATE_VTABLE:
    case SQLITE_DROP_TABLE:
    case SQLITE_DROP_INDEX:
    case SQLITE_DROP_VTABLE:
    case SQLITE_ALTER_TABLE: return true;
    default: return false;
  }
}

std::string_view text_of(const char* text) {
  return text == nullptr ? "" : text;
}

}  // namespace

Authorizer::Authorizer(sqlite3* database) : database_(database) {
  sqlite3_set_authorizer(database_, &Authorizer::decide, this);
}

Authorizer::~Authorizer() {
  sqlite3_set_authorizer(database_, nullptr, nullptr);
}

Authorizer::ServiceScope::ServiceScope(Authorizer& authorizer)
    : authorizer_(authorizer), before_(authorizer.is_service_) {
  authorizer_.is_service_ = true;
}

Authorizer::ServiceScope::~ServiceScope() {
  authorizer_.is_service_ = before_;
}

void Authorizer::begin_statement() {
  refused_transaction_ = false;
  target_ = {};
}

bool Authorizer::take_schema_changed() {
  const bool changed = schema_changed_;
  schema_changed_ = false;
  return changed;
}

int Authorizer::decide(void* self, int action, const char* first, const char* second,
                       const char* database, const char* /*trigger*/) {
  auto& authorizer = *static_cast<Authorizer*>(self);
  if (authorizer.is_service_) return SQLITE_OK;
  // Of "temp.x" the action does not tell that it is temporary.
  if (text_of(database) == "temp" && (creates(action) || action == SQLITE_PRAGMA)) {
    return SQLITE_DENY;
  }
  if (action == SQLITE_PRAGMA) {
    return allows_pragma(text_of(first), second) ? SQLITE_OK : SQLITE_DENY;
  }
  return authorizer.allows(action, text_of(first), text_of(second)) ? SQLITE_OK : SQLITE_DENY;
}

bool Authorizer::allows(int action, std::string_view first, std::string_view second) {
  if (changes_schema(action)) schema_changed_ = true;
  switch (action) {
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT: refused_transaction_ = true; return false;
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
    case SQLITE_CREATE_TEMP_TABLE:
    case SQLITE_CREATE_TEMP_INDEX:
    case SQLITE_CREATE_TEMP_TRIGGER:
    case SQLITE_CREATE_TEMP_VIEW: return false;
    case SQLITE_FUNCTION: return is_function_allowed(second);
    case SQLITE_READ: return !is_reserved(first);
    case SQLITE_INSERT:
    case SQLITE_UPDATE:
    case SQLITE_DELETE: note_write(action, first, second); return !is_reserved(first);
    case SQLITE_CREATE_VTABLE:
      return !is_reserved(first) && (same_name(second, "fts5") || same_name(second, "fts5vocab") ||
                                     begins_with(second, "rtree"));
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE: return true;
    default: return !is_reserved(first) && !is_reserved(second);
  }
}

bool Authorizer::allows_pragma(std::string_view name, const char* argument) {
  const bool has_argument = argument != nullptr;
  const bool names_nothing_reserved = !has_argument || !is_reserved(argument);
  if (is_one_of(name, pragmas_of_switches)) {
    return !has_argument || is_one_of(argument, switch_values);
  }
  if (is_one_of(name, pragmas_of_one_name)) return has_argument && names_nothing_reserved;
  if (is_one_of(name, pragmas_of_any_name)) return names_nothing_reserved;
  return same_name(name, "table_list") || (is_one_of(name, pragmas_of_nothing) && !has_argument);
}

void Authorizer::note_write(int action, std::string_view table, std::string_view column) {
  if (begins_with(table, "sqlite_")) return;
  if (target_.table.empty()) target_.table = table;
  if (!same_name(target_.table, table)) return;
  if (action == SQLITE_INSERT) target_.inserts = true;
  if (action == SQLITE_DELETE) target_.deletes = true;
  if (action == SQLITE_UPDATE) {
    target_.updates = true;
    target_.updated_columns.emplace(column);
  }
}

}  // namespace cutover::fakes
