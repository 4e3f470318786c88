// Authorizer: what D1 lets a statement do, decided while SQLite compiles it.
//
// Refused: transactions and savepoints, ATTACH, TEMP objects, PRAGMAs off the list, functions and
// tables that tell about the engine, names that begin with _cf_. Sources: miniflare-observed
// section 4, cloudflare-facts B2. It also notes which table the statement writes, for its costs.
//
// One per database handle, for as long as the handle is used. Never switches.
#pragma once

#include <set>
#include <string>
#include <string_view>

struct sqlite3;

namespace cutover::fakes {

// What a compiled statement writes. Of several tables (triggers, cascades) the first one named.
struct WriteTarget {
  std::string table;  // empty: it writes no table, or was not compiled this time
  bool inserts = false;
  bool updates = false;
  bool deletes = false;
  std::set<std::string> updated_columns;  // of `table`
};

class Authorizer {
 public:
  explicit Authorizer(sqlite3* database);
  ~Authorizer();
  Authorizer(const Authorizer&) = delete;
  Authorizer& operator=(const Authorizer&) = delete;

  // While one lives, everything is allowed: for the service's own statements.
  class ServiceScope {
   public:
    explicit ServiceScope(Authorizer& authorizer);
    ~ServiceScope();
    ServiceScope(const ServiceScope&) = delete;
    ServiceScope& operator=(const ServiceScope&) = delete;

   private:
    Authorizer& authorizer_;
    bool before_;
  };

  // Before each statement of a client: forgets the statement before.
  void begin_statement();

  [[nodiscard]] bool refused_transaction() const { return refused_transaction_; }
  [[nodiscard]] const WriteTarget& target() const { return target_; }
  // True once after a statement that changes the schema.
  [[nodiscard]] bool take_schema_changed();

 private:
  static int decide(void* self, int action, const char* first, const char* second,
                    const char* database, const char* trigger);
  bool allows(int action, std::string_view first, std::string_view second);
  static bool allows_pragma(std::string_view name, const char* argument);  // null: none
  void note_write(int action, std::string_view table, std::string_view column);

  sqlite3* database_;
  bool is_service_ = false;
  bool refused_transaction_ = false;
  bool schema_changed_ = false;
  WriteTarget target_;
};

}  // namespace cutover::fakes
