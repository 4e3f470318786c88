// The live system in a storm: an isolate at each location with the whole System, users who search
// and keep libraries through its HTTP interface (users.h), and an operator who moves the rollout
// on, and back.
//
// An isolate that dies is replaced a second later, as the platform does. What users were told is
// noted here, for the invariants.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/api/system.h"
#include "scenarios/world.h"

namespace cutover::chaos {

struct StormCase;

// Stands in every secret of these worlds and in what users write: no log may show it.
inline constexpr std::string_view secret_mark = "s3cr3t";
inline constexpr std::string_view admin_token = "the admin's s3cr3t token of a storm";
inline constexpr std::string_view user_secret = "the s3cr3t of a storm's users";

// One answer to a search.
struct Answered {
  std::string isbn;
  int status = 0;
  std::string title;  // of a 200: as JSON, "null" when it has none
  Duration asked{0};  // of the world's time
  Duration answered{0};
  std::string source;      // of a 200: "cache", "d1", "provider"
  bool stale = false;      // ... as it says of itself
  std::uint64_t book = 0;  // ... hash of the book's bytes
  bool marked = false;     // ... the book itself says where it comes from
};

// Any other request, and the statuses that are right for it.
struct Exchange {
  std::string what;          // "PATCH an entry"
  std::vector<int> allowed;  // without trouble behind the service
  bool services = false;     // needs a service: 502, 503 and 504 are right in the storm
  int status = 0;
  Duration asked{0};
  std::string oddity;  // what else was wrong with the answer, for people; "" when nothing
};

// What one user's entry may be.
struct ShelfState {
  bool present = false;
  std::string status;
  std::int64_t rating = 0;  // 0: none
  std::string review;       // empty: none
  bool started = false;     // has a date of starting
  bool completed = false;

  friend auto operator<=>(const ShelfState&, const ShelfState&) = default;
};

struct ShelfNote {
  // What the entry may be by the answers so far: several after one that was lost.
  std::set<ShelfState> possible = {ShelfState{}};
  bool known = true;       // false: requests overlapped, so their order is not known
  bool confirmed = false;  // an answer said that the entry is there
  bool removed = false;    // somebody tried to remove it
  int in_flight = 0;
};

// One page of a shelf as it was answered.
struct ShelfItem {
  std::string isbn;
  std::string status;
  std::int64_t rating = 0;  // 0: none
  std::int64_t added_at = 0;
};
struct ShelfPage {
  std::string user;
  std::string status;           // the filter; empty: none
  std::int64_t rating_min = 0;  // the filter; 0: none
  std::size_t limit = 0;
  std::vector<ShelfItem> items;
  std::set<std::string> before;  // ISBNs on the pages before
};

struct Leak {
  std::string route;
  std::string mark;
};

struct LiveRecord {
  std::vector<Answered> answers;
  std::vector<Exchange> exchanges;
  std::map<std::pair<std::string, std::string>, ShelfNote> shelves;  // by user and ISBN
  std::vector<ShelfPage> pages;
  std::vector<Leak> leaks;
  std::set<std::string> stocked;           // ISBNs that the provider knows all the time
  std::set<std::string> unknown;           // ISBNs that nobody knows
  std::set<std::string> forgotten;         // ... or that a fault made it forget for a while
  std::vector<std::string> open_breakers;  // roles whose D1 breaker was open at the end of the calm
  std::int64_t isolates = 0;               // that were started
  std::int64_t moves = 0;                  // of the phase, rollbacks included
  std::int64_t rollbacks = 0;
  std::string last_phase;
  std::int64_t deploys = 0;  // of a new version: every isolate is replaced
};

[[nodiscard]] api::SystemOptions live_system_options();

// Starts it all in the world. `record` must outlive the world's run.
void start_live_system(scenarios::World& world, const StormCase& played, LiveRecord& record);

// One request that an operator sends by hand, from an isolate of its own.
void request_by_hand(scenarios::Isolate& isolate, const std::string& path, const std::string& body);

}  // namespace cutover::chaos
