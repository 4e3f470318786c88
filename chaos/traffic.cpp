#include "chaos/traffic.h"

#include <variant>

#include "chaos/storm_run.h"
#include "core/books/transform.h"
#include "core/store/live_books.h"
#include "fakes/sim/sanitizers.h"
#include "scenarios/generate.h"

namespace cutover::chaos {
namespace {

using scenarios::Isolate;
using scenarios::World;

std::uint64_t chance(Isolate& isolate, std::uint64_t below) {
  return isolate.runtime.random_number("traffic") % below;
}

void write_books(World& world, Isolate& isolate, const StormCase& played, Aftermath& aftermath) {
  for (std::uint64_t i = 0; i < played.operations; ++i) {
    isolate.runtime.sleep(std::chrono::milliseconds(chance(isolate, 2000)));
    const std::string isbn = scenarios::isbn13_of(chance(isolate, played.keys + 5));
    write_book(world, isolate, isbn, chance(isolate, 1000), aftermath);
  }
}

void read_books(Isolate& isolate, const StormCase& played) {
  for (std::uint64_t i = 0; i < played.operations; ++i) {
    isolate.runtime.sleep(std::chrono::milliseconds(chance(isolate, 1500)));
    const std::string isbn = scenarios::isbn13_of(chance(isolate, played.keys + 5));
    static_cast<void>(isolate.kv.get("book:isbn:" + isbn));
  }
}

}  // namespace

void start_traffic(World& world, const StormCase& played, Aftermath& aftermath) {
  for (std::uint64_t i = 0; i < played.writers; ++i) {
    world.start("writer-" + std::to_string(i + 1), i % played.locations, scenarios::no_limits(),
                [&](Isolate& isolate) { write_books(world, isolate, played, aftermath); });
  }
  for (std::uint64_t i = 0; i < played.readers; ++i) {
    world.start("reader-" + std::to_string(i + 1), i % played.locations, scenarios::no_limits(),
                [&](Isolate& isolate) { read_books(isolate, played); });
  }
}

void write_book(World& world, Isolate& isolate, const std::string& isbn, std::uint64_t number,
                Aftermath& aftermath) {
  const std::string key = "book:isbn:" + isbn;
  const std::string value =
      R"({"title":"live )" + std::to_string(number) + R"(","authors":["A. Writer"]})";
  books::Transform transform;
  auto made = transform({key, value, std::nullopt});
  auto* row = std::get_if<books::BookRow>(&made);
  if (row == nullptr) return;  // not an ISBN: a case written by hand may say anything
  row->source_time = isolate.runtime.wall().millis();
  {
    const sim::Quiet quiet;
    aftermath.written[row->isbn].insert(row->title);
  }
  const Duration asked = world.scheduler().now();
  const auto saved = store::save_live_book(isolate.d1, *row);
  if (!saved) return;
  {
    const sim::Quiet quiet;
    // D1 was set back meanwhile: its word was about what is gone.
    const bool gone = asked <= aftermath.restored_at;
    if (saved->written && !gone) {
      aftermath.acknowledged.push_back(
          {row->isbn, *row->source_time, world.scheduler().now(), row->title});
    }
  }
  static_cast<void>(isolate.kv.put(key, value, {}));
}

}  // namespace cutover::chaos
