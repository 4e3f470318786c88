#include "property-tests/worlds/drawn_world.h"

#include <algorithm>
#include <array>
#include <ostream>
#include <span>
#include <string>

#include "property-tests/worlds/drawn_faults.h"
#include "scenarios/generate.h"

namespace cutover::worlds {
namespace {

using chaos::Happen;
using chaos::HappenRow;
using chaos::StormCase;
using Number = std::uint64_t;

// The whole range, however small RapidCheck's size is at the moment.
rc::Gen<Number> from_to(Number low, Number high) {
  return rc::gen::resize(rc::kNominalSize, rc::gen::inRange<Number>(low, high + 1));
}

// One of these; shrinks towards the first.
rc::Gen<Number> one_of(std::vector<Number> list) {
  return rc::gen::map(from_to(0, list.size() - 1), [list](Number i) { return list.at(i); });
}

template <class T>
rc::Gen<std::vector<T>> up_to(int count, const rc::Gen<T>& element) {
  return rc::gen::resize(count, rc::gen::container<std::vector<T>>(element));
}

// Half of them are reads and writes, and half of all are early, while the migration is at work.
rc::Gen<Command> any_command() {
  constexpr Number kinds = chaos::happen_count;
  const auto what = rc::gen::map(from_to(0, 2 * kinds - 1), [](Number i) {
    if (i < kinds) return i % 3 == 2 ? Happen::read_book : Happen::write_book;
    return chaos::happen_table()[i - kinds].what;
  });
  return rc::gen::build<Command>(
      rc::gen::set(&Command::what, what),
      rc::gen::set(&Command::at_ms, rc::gen::oneOf(from_to(0, 2'500), from_to(0, 60'000))),
      rc::gen::set(&Command::target, from_to(0, 15)),
      rc::gen::set(&Command::amount, from_to(0, 1'000)));
}

// Early calls more often: a small migration's page is read within its first ten.
rc::Gen<DrawnFault> any_fault() {
  return rc::gen::build<DrawnFault>(
      rc::gen::set(&DrawnFault::role, from_to(0, 11)),
      rc::gen::set(&DrawnFault::ordinal,
                   rc::gen::oneOf(from_to(0, 12), from_to(0, 40), from_to(0, 400))),
      rc::gen::set(&DrawnFault::choice, from_to(0, 1'000)),
      rc::gen::set(&DrawnFault::size, from_to(0, 9'999)));
}

rc::Gen<StormCase> any_numbers() {
  using C = StormCase;
  return rc::gen::build<StormCase>(
      // Another seed is another world, not a smaller one.
      rc::gen::set(&C::seed, rc::gen::noShrink(from_to(1, 1'000'000))),
      rc::gen::set(&C::keys, from_to(1, 12)), rc::gen::set(&C::locations, from_to(1, 3)),
      rc::gen::set(&C::migrators, one_of({1, 1, 1, 2, 0})),
      rc::gen::set(&C::isolates, one_of({0, 0, 0, 0, 1, 2})),
      rc::gen::set(&C::writers, from_to(0, 2)), rc::gen::set(&C::readers, from_to(0, 2)),
      rc::gen::set(&C::operations, from_to(0, 6)), rc::gen::set(&C::storm_seconds, from_to(5, 60)),
      rc::gen::set(&C::kv_cache_seconds, one_of({60, 60, 30})),
      rc::gen::set(&C::list_lag_seconds, one_of({0, 0, 30, 60})),
      rc::gen::set(&C::cursor_life_seconds, one_of({0, 0, 5, 120})),
      rc::gen::set(&C::clock_skew_ms, one_of({0, 0, 2'000, 30'000})),
      rc::gen::set(&C::d1_queries, one_of({1'000, 200, 70, 50, C::ample})),
      rc::gen::set(&C::odd_per_mille, one_of({0, 150, 500})),
      rc::gen::set(&C::rare_per_mille, one_of({0, 500})),
      rc::gen::set(&C::expiring_per_mille, one_of({0, 0, 100, 600})));
}

// Does such a world know it? The live system has an operator, whose happenings need one.
bool is_possible(const HappenRow& row, const StormCase& world) {
  return world.isolates > 0 ? !row.migrator_only : !row.live_only;
}

std::string target_of(const HappenRow& row, const StormCase& world, Number number) {
  const auto pick = [number](std::span<const std::string> list) {
    return list[number % list.size()];
  };
  if (row.target == "service") {
    static const std::array<std::string, 3> services = {"d1", "kv", "provider"};
    return pick(std::span(services).first(world.isolates > 0 ? 3 : 2));
  }
  if (row.target == "role") {
    auto roles = roles_of(world);
    // What brings happenings about is no isolate: without it a brown-out would never end.
    std::erase(roles, "weather");
    return pick(roles);
  }
  return row.target == "isbn" ? scenarios::isbn13_of(number % (world.keys + 2)) : "";
}

}  // namespace

rc::Gen<DrawnWorld> any_world() {
  return rc::gen::build<DrawnWorld>(rc::gen::set(&DrawnWorld::world, any_numbers()),
                                    rc::gen::set(&DrawnWorld::commands, up_to(12, any_command())),
                                    rc::gen::set(&DrawnWorld::faults, up_to(6, any_fault())));
}

StormCase case_of(const DrawnWorld& drawn) {
  StormCase played = drawn.world;
  played.scenario = played.isolates > 0 ? "live" : "migration";
  for (const Command& command : drawn.commands) {
    const HappenRow& row = chaos::row_of(command.what);
    if (!is_possible(row, played)) continue;
    const Number amounts = row.amount_max - row.amount_min + 1;
    played.happenings.push_back({std::min(command.at_ms, played.storm_seconds * 1000), row.what,
                                 target_of(row, played, command.target),
                                 row.amount_min + command.amount % amounts});
  }
  std::stable_sort(played.happenings.begin(), played.happenings.end());
  return played;
}

void showValue(const DrawnWorld& drawn, std::ostream& out) {
  const StormCase played = case_of(drawn);
  out << "seed " << played.seed;
  for (const chaos::CaseNumber& number : chaos::case_numbers()) {
    out << ", " << number.name << " " << played.*number.member;
  }
  for (const chaos::Happening& happening : played.happenings) {
    out << "\n  " << chaos::describe(happening);
  }
  const auto roles = roles_of(played);
  for (const DrawnFault& fault : drawn.faults) {
    out << "\n  fault " << fault.choice << " at call " << fault.ordinal << " of "
        << roles[fault.role % roles.size()];
  }
  out << "\n";
}

}  // namespace cutover::worlds
