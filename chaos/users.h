// Users: what people ask of one isolate in a storm, and what they note of the answers.
//
// They search, keep libraries and read them, and send what they should not: wrong ISBNs, ratings,
// filters, bodies and tokens. Each request notes which answers are right (Exchange), and what the
// entry may be afterwards (ShelfNote). Everything is drawn from the isolate's stream "users".
#pragma once

#include <string>

#include "chaos/live_system.h"
#include "core/api/api.h"
#include "scenarios/live/http.h"

namespace cutover::chaos {

class Users {
 public:
  // `keys` is the number of the source's entries; from `healthy` on nothing goes wrong any more.
  // All must outlive it.
  Users(api::System& system, scenarios::Isolate& isolate, sim::Scheduler& scheduler,
        std::uint64_t keys, Duration healthy, LiveRecord& record);

  // One request, or a few that belong together. Switches.
  void request();

  // The operator's requests, with the same notes of what must not be seen.
  api::HttpResponse admin(const std::string& method, const std::string& path, api::Pairs query,
                          const std::string& body);
  // A new migration, for as long as one request may take.
  void migrate();

 private:
  struct Change;
  std::uint64_t random() { return isolate_.runtime.random_number("users"); }
  api::HttpResponse send(api::HttpRequest request);
  void note(std::string what, std::vector<int> allowed, bool services, Duration asked,
            const api::HttpResponse& answer, std::string oddity = {});
  void search(const std::string& isbn);
  void search_unknown();
  void keep(const std::string& user, const std::string& isbn);
  void read_shelf(const std::string& user);
  void misbehave(const std::string& user, const std::string& isbn);
  void write(const std::string& user, const std::string& isbn, const Change& change);

  api::System& system_;
  scenarios::Isolate& isolate_;
  sim::Scheduler& scheduler_;
  std::uint64_t keys_;
  Duration healthy_;
  LiveRecord& record_;
};

using scenarios::authorised;
using scenarios::json_after;

}  // namespace cutover::chaos
