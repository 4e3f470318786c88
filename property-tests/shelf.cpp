// A user's shelf against a plain map: any sequence of puts, patches, removals, reads and waits, by
// two users, gives the same answers and the same dates (plan defects U02, U05, U08, W10).
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <rapidcheck/state.h>

#include <algorithm>
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "core/ports/check.h"
#include "core/store/schema_migrations.h"
#include "core/store/shelf.h"
#include "fakes/sim/virtual_vfs.h"
#include "scenarios/direct_database.h"

namespace cutover::store {
namespace {

using Number = std::optional<std::int64_t>;
using Text = std::optional<std::string>;

const std::vector<std::string> users = {"ann", "bob"};
// The last one is no book; the others are of these years.
const std::vector<std::string> isbns = {"9780306406157", "9780141439518", "9780140328721",
                                        "9780261103573"};
const std::vector<std::int64_t> years = {2001, 2001, 1999};
constexpr std::size_t no_book = 3;

struct ModelEntry {
  std::int64_t id = 0;
  std::string status;
  Number rating;
  Text review;
  std::int64_t added_at = 0;
  Number started_at;
  Number completed_at;
};

using Place = std::pair<std::string, std::size_t>;  // user, and index into isbns

struct Model {
  std::int64_t now = sim::Scheduler::Options{}.start.micros / 1'000'000;
  std::int64_t last_id = 0;
  std::map<Place, ModelEntry> entries;
};

// One database on virtual time; calls on it take none, so only Wait moves the clock.
struct Sut {
  Sut() {
    const auto applied = apply(database, embedded_migrations(), false);
    CUTOVER_CHECK(applied && applied->ok(), "the migrations apply to an empty database");
    for (std::size_t i = 0; i < no_book; ++i) {
      const auto added = database.query(
          {"INSERT INTO Books (isbn, title, authors, publication_year, canonical_metadata) "
           "VALUES (?1, 'T', '[]', ?2, '{}')",
           {isbns[i], years[i]}});
      CUTOVER_CHECK(added.has_value(), "a book can be added");
    }
  }
  fakes::D1Service::Options options() const {
    fakes::D1Service::Options made;
    made.vfs = vfs.name();
    return made;
  }

  sim::Scheduler scheduler{sim::Scheduler::Options{}};
  sim::VirtualTimeVfs vfs{scheduler};
  fakes::D1Service service{scheduler, options()};
  scenarios::DirectDatabase database{service};
  Shelf shelf{database};
};

using Command = rc::state::Command<Model, Sut>;

ShelfChange any_change() {
  ShelfChange change;
  change.status = *rc::gen::element<Text>({}, "want_to_read", "reading", "completed");
  if (*rc::gen::arbitrary<bool>()) change.rating.emplace(*rc::gen::element<Number>({}, 1, 4, 5));
  if (*rc::gen::arbitrary<bool>()) change.review.emplace(*rc::gen::element<Text>({}, "", "good"));
  return change;
}

// The rules, written as a person would; false: nothing changed.
bool change_entry(ModelEntry& entry, const ShelfChange& change, std::int64_t now) {
  const ModelEntry before = entry;
  if (change.status && *change.status != entry.status) {
    entry.status = *change.status;
    if (entry.status == "reading" && !entry.started_at && !entry.completed_at) {
      entry.started_at = now;
    }
    if (entry.status == "completed" && !entry.completed_at) entry.completed_at = now;
  }
  if (change.rating) entry.rating = *change.rating;
  if (change.review) entry.review = *change.review;
  return entry.status != before.status || entry.rating != before.rating ||
         entry.review != before.review;
}

ShelfEnd put_into(Model& model, const Place& place, const ShelfChange& change) {
  if (place.second == no_book) return ShelfEnd::no_such_book;
  const auto found = model.entries.find(place);
  if (found != model.entries.end()) {
    return change_entry(found->second, change, model.now) ? ShelfEnd::changed : ShelfEnd::unchanged;
  }
  ModelEntry entry;
  entry.id = ++model.last_id;
  entry.added_at = model.now;
  change_entry(entry, change, model.now);
  if (entry.status.empty()) entry.status = "want_to_read";
  model.entries[place] = entry;
  return ShelfEnd::added;
}

ShelfEnd patch_in(Model& model, const Place& place, const ShelfChange& change) {
  const auto found = model.entries.find(place);
  if (found == model.entries.end()) return ShelfEnd::no_such_entry;
  return change_entry(found->second, change, model.now) ? ShelfEnd::changed : ShelfEnd::unchanged;
}

void check_entry(const ShelfBook& read, const ModelEntry& expected) {
  RC_ASSERT(read.id == expected.id);
  RC_ASSERT(read.status == Text(expected.status));
  RC_ASSERT(read.rating == expected.rating);
  RC_ASSERT(read.review == expected.review);
  RC_ASSERT(read.added_at == expected.added_at);
  RC_ASSERT(read.started_at == expected.started_at);
  RC_ASSERT(read.completed_at == expected.completed_at);
  // What holds whatever happened: time only goes on.
  if (read.started_at) RC_ASSERT(*read.started_at >= read.added_at);
  if (read.completed_at) RC_ASSERT(*read.completed_at >= read.added_at);
  if (read.started_at && read.completed_at) RC_ASSERT(*read.started_at <= *read.completed_at);
}

std::string any_user() {
  return *rc::gen::elementOf(users);
}
std::size_t any_isbn() {
  return *rc::gen::inRange<std::size_t>(0, isbns.size());
}

struct Put : Command {
  Place place{any_user(), any_isbn()};
  ShelfChange change = any_change();

  void apply(Model& model) const override { put_into(model, place, change); }
  void run(const Model& model, Sut& sut) const override {
    Model expected = model;
    const auto end = sut.shelf.put(place.first, isbns[place.second], change);
    RC_ASSERT(end.has_value());
    RC_ASSERT(*end == put_into(expected, place, change));
  }
  void show(std::ostream& out) const override {
    out << "put " << place.first << " " << place.second << " " << change.status.value_or("-");
  }
};

struct Patch : Command {
  Place place{any_user(), any_isbn()};
  ShelfChange change = any_change();

  void apply(Model& model) const override { patch_in(model, place, change); }
  void run(const Model& model, Sut& sut) const override {
    Model expected = model;
    const auto end = sut.shelf.patch(place.first, isbns[place.second], change);
    RC_ASSERT(end.has_value());
    RC_ASSERT(*end == patch_in(expected, place, change));
  }
  void show(std::ostream& out) const override {
    out << "patch " << place.first << " " << place.second << " " << change.status.value_or("-");
  }
};

struct Remove : Command {
  Place place{any_user(), any_isbn()};

  void apply(Model& model) const override { model.entries.erase(place); }
  void run(const Model& model, Sut& sut) const override {
    const auto end = sut.shelf.remove(place.first, isbns[place.second]);
    const bool was_there = model.entries.contains(place);
    RC_ASSERT(end.has_value());
    RC_ASSERT(*end == (was_there ? ShelfEnd::changed : ShelfEnd::no_such_entry));
  }
  void show(std::ostream& out) const override {
    out << "remove " << place.first << " " << place.second;
  }
};

struct Read : Command {
  std::string user = any_user();
  std::int64_t limit = *rc::gen::inRange<std::int64_t>(1, 4);
  ShelfFilter filter{*rc::gen::element<Text>({}, "reading", "completed"),
                     *rc::gen::element<Number>({}, 0, 4), *rc::gen::element<Number>({}, 1999, 2001),
                     *rc::gen::element<Number>({}, 2024, 2025, 2026)};

  bool matches(const ModelEntry& entry, std::size_t isbn) const {
    constexpr std::int64_t year_2025 = 1'735'689'600;
    constexpr std::int64_t year_2026 = 1'767'225'600;
    const std::int64_t added_year =
        entry.added_at < year_2025 ? 2024 : (entry.added_at < year_2026 ? 2025 : 2026);
    return (!filter.status || entry.status == *filter.status) &&
           (!filter.rating_min || (entry.rating && *entry.rating >= *filter.rating_min)) &&
           (!filter.year || years[isbn] == *filter.year) &&
           (!filter.added_year || added_year == *filter.added_year);
  }
  void run(const Model& model, Sut& sut) const override {
    std::vector<ModelEntry> expected;
    for (const auto& [place, entry] : model.entries) {
      if (place.first == user && matches(entry, place.second)) expected.push_back(entry);
    }
    std::sort(expected.begin(), expected.end(), [](const ModelEntry& a, const ModelEntry& b) {
      return std::pair(b.added_at, b.id) < std::pair(a.added_at, a.id);
    });
    std::size_t read = 0;
    std::optional<ShelfPlace> after;
    do {
      const auto page = sut.shelf.read(user, filter, limit, after);
      RC_ASSERT(page.has_value());
      RC_ASSERT(page->books.size() <= static_cast<std::size_t>(limit));
      RC_ASSERT(read + page->books.size() <= expected.size());
      for (const ShelfBook& book : page->books) check_entry(book, expected[read++]);
      after = page->next;
    } while (after);
    RC_ASSERT(read == expected.size());
  }
  void show(std::ostream& out) const override { out << "read " << user << " by " << limit; }
};

struct Wait : Command {
  // Within a second, over one, and over the turn of a year.
  std::int64_t seconds = *rc::gen::element<std::int64_t>(0, 1, 3600, 40 * 86'400);

  void apply(Model& model) const override { model.now += seconds; }
  void run(const Model&, Sut& sut) const override {
    sut.scheduler.spawn(sut.scheduler.start_process("clock"), "wait",
                        [&] { sut.scheduler.sleep(std::chrono::seconds(seconds)); });
    sut.scheduler.run();
  }
  void show(std::ostream& out) const override { out << "wait " << seconds << " s"; }
};

RC_GTEST_PROP(ShelfModel, AnySequenceOfCallsAnswersAsAMapWould, ()) {
  const Model model;
  Sut sut;
  rc::state::check(model, sut,
                   rc::state::gen::execOneOfWithArgs<Put, Put, Patch, Patch, Remove, Read, Wait>());
}

}  // namespace
}  // namespace cutover::store
