// DayAfter: one isolate of the live system after the storm, with backends that can be switched off,
// and what the checks of that day have in common.
//
// A check is a function on it; it asks through the HTTP interface, as users and operators do, and
// adds what it finds. All of it runs in one process of the world, in virtual time; calls switch.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chaos/invariants/switched_ports.h"
#include "chaos/live_system.h"
#include "chaos/storm_run.h"

namespace cutover::chaos {

class DayAfter {
 public:
  DayAfter(const Aftermath& of, scenarios::Isolate& isolate, std::vector<Violation>& found);

  // One answer to a search.
  struct Reading {
    int status = 0;
    std::string source;
    bool stale = false;
    std::string book;   // its bytes
    std::string title;  // as JSON
  };
  Reading search(const std::string& isbn);
  api::HttpResponse admin(const std::string& method, const std::string& path,
                          const std::string& body, api::Pairs query = {});
  api::HttpResponse shelf(const std::string& user, const std::string& path, api::Pairs query);

  void report(std::string_view invariant, std::string_view about, std::string text);
  // Lets time pass; the isolate's housekeeping runs once a second.
  void pass(Duration duration);
  // Every book's entry in KV runs out, those that say "nobody has it" too.
  void empty_the_cache();
  // Until the phase is d1 and the flag is on. False: it does not come to that, which is reported as
  // violating `rollback`.
  bool cut_over();
  [[nodiscard]] std::string phase();
  // ISBNs in D1 with a title, and these titles as JSON; at most `count`, chosen by hash.
  struct Standing {
    std::string isbn;
    std::string title;
  };
  [[nodiscard]] std::vector<Standing> some_books(int count);

  const Aftermath& aftermath;
  scenarios::World& world;
  Runtime& runtime;
  SwitchedKv kv;
  SwitchedDatabase d1;
  SwitchedProvider provider;
  api::System system;

 private:
  bool migrate();
  std::int64_t percent();

  std::vector<Violation>& found_;
};

// The checks, in the order in which they are made. Each leaves every backend switched on.
void check_dry_run(DayAfter& day, const migrate::Totals& rerun);
void check_status(DayAfter& day);
void check_shelves(DayAfter& day);
void check_tiers(DayAfter& day);        // in phase d1
void check_unsure(DayAfter& day);       // in phase d1
void check_absence(DayAfter& day);      // in phase d1
void check_recovery(DayAfter& day);     // in phase d1
void check_corrections(DayAfter& day);  // in phase d1
void check_flag(DayAfter& day);         // in phase d1
void check_rolled_back(DayAfter& day);  // from phase d1 on; leaves it rolled back

}  // namespace cutover::chaos
