#include "acceptance/profile.h"

#include <fmt/format.h>

#include "reports/figures.h"

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

std::uint64_t storms_of(const Profile& profile) {
  std::uint64_t storms = 0;
  for (const StormBudget& budget : profile.storms) storms += budget.storms;
  return storms;
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

std::string less_than_standard(std::string_view name) {
  if (name.empty()) return {};
  const auto profile = profile_named(name);
  if (!profile) return "this program does not know what it plays";
  const Profile whole = standard();
  std::vector<std::string> parts;
  if (!profile->drills) {
    parts.emplace_back("phases, rollbacks, risks and the plan's load were not rehearsed");
  }
  if (storms_of(*profile) < storms_of(whole)) {
    parts.push_back(fmt::format("{} storms were played, not {}",
                                reports::count_text(storms_of(*profile)),
                                reports::count_text(storms_of(whole))));
  }
  if (profile->single_keys == 0) {
    parts.emplace_back("no fault was played at each call of a migration");
  } else if (profile->pair_keys == 0) {
    parts.emplace_back("no pair of faults was played");
  }
  if (!profile->needs_tests) {
    parts.emplace_back("requirements that only the test suite shows were not asked for");
  }
  return fmt::format("{}", fmt::join(parts, "; "));
}

}  // namespace cutover::acceptance
