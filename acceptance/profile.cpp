#include "acceptance/profile.h"

namespace cutover::acceptance {
namespace {

// What one needs while mending a dump.
Profile dump() {
  Profile profile;
  profile.name = "dump";
  return profile;
}

Profile quick() {
  Profile profile;
  profile.name = "quick";
  profile.drills = true;
  profile.storms = {{"migration", 300}, {"alone", 100}, {"two_migrators", 100},
                    {"ttl_wave", 60},   {"live", 20},   {"deploy", 10}};
  profile.single_keys = 20;
  return profile;
}

// From 2,000 storms of a scenario on, a site or fault that was never reached is a failure.
Profile standard() {
  Profile profile;
  profile.name = "standard";
  profile.drills = true;
  profile.storms = {{"migration", 10'000}, {"alone", 2'000}, {"two_migrators", 2'000},
                    {"ttl_wave", 2'000},   {"live", 600},    {"deploy", 300},
                    {"month", 2}};
  profile.single_keys = 100;
  profile.pair_keys = 20;
  profile.pair_one_in = 10;
  profile.needs_tests = true;
  return profile;
}

Profile full() {
  Profile profile = standard();
  profile.name = "full";
  profile.storms = {{"migration", 50'000}, {"alone", 10'000}, {"two_migrators", 10'000},
                    {"ttl_wave", 10'000},  {"live", 4'000},   {"deploy", 2'000},
                    {"month", 10}};
  profile.pair_one_in = 1;
  profile.defects = true;
  return profile;
}

}  // namespace

tl::expected<Profile, std::string> profile_named(std::string_view name) {
  if (name == "dump") return dump();
  if (name == "quick") return quick();
  if (name == "standard") return standard();
  if (name == "full") return full();
  return tl::unexpected("there is no profile '" + std::string(name) +
                        "'; choose dump, quick, standard or full");
}

}  // namespace cutover::acceptance
