// After each chunk of a migrator: the fates add up (conservation), the place in the listing never
// goes back (progress), and no live row went back (no_lost_update). A database that was set back in
// time begins anew.

#include <map>
#include <tuple>

#include "chaos/invariants/tables.h"
#include "chaos/invariants/watch.h"

namespace cutover::chaos {
namespace {

// A chunk is the batch that begins with the guard on the lease.
constexpr std::string_view chunk_statement = "UPDATE MigrationLease";

class LedgerWatch final : public Watch {
 public:
  explicit LedgerWatch(scenarios::World& world) : world_(world) {}

  void saw(const sim::EventView& event, std::string_view) override {
    if (event.kind == sim::EventKind::mark && event.result == row_of(Happen::time_travel).name) {
      places_.clear();
      live_.clear();
    }
    if (event.kind != sim::EventKind::call || event.result != "ok") return;
    if (event.what != "d1.batch" || event.key != chunk_statement) return;
    look_at_run();
    look_at_live_rows();
  }

 private:
  struct Place {
    std::int64_t chunk = 0;
    std::int64_t prefix = 0;
    std::string last_key;
  };
  struct Live {
    std::int64_t source_time = 0;
    std::int64_t version = 0;
  };

  void look_at_run() {
    for (const SqlRow& row : read_rows(world_, R"sql(
        SELECT run_id, chunk, prefix_index, last_key, listed,
               inserted + updated + unchanged + superseded + empty + expired + rejected + failed +
                 pending,
               (SELECT count(*) FROM MigrationOutcomes o WHERE o.run_id = r.run_id)
        FROM MigrationRuns r ORDER BY rowid DESC LIMIT 1)sql")) {
      const std::string run = text_of(row[0]);
      if (as_int(row[4]) != as_int(row[5]) || as_int(row[4]) != as_int(row[6])) {
        add("conservation", run,
            "after chunk " + std::to_string(as_int(row[1])) + ": listed " +
                std::to_string(as_int(row[4])) + ", fates " + std::to_string(as_int(row[5])) +
                ", outcomes " + std::to_string(as_int(row[6])));
      }
      const Place now{as_int(row[1]), as_int(row[2]), text_of(row[3])};
      Place& before = places_[run];
      // A page may end before a prefix does: the next prefix begins with an empty key.
      if (std::tie(now.chunk) < std::tie(before.chunk) ||
          std::tie(now.prefix, now.last_key) < std::tie(before.prefix, before.last_key)) {
        add("progress", run,
            "went back from chunk " + std::to_string(before.chunk) + " after " + before.last_key +
                " to chunk " + std::to_string(now.chunk) + " after " + now.last_key);
      }
      before = now;
    }
  }

  void look_at_live_rows() {
    std::map<std::string, Live> now;
    for (const SqlRow& row :
         read_rows(world_, "SELECT isbn, source_time, version FROM Books WHERE origin = 'live'")) {
      now.emplace(text_of(row[0]), Live{number_of(row[1]), as_int(row[2])});
    }
    for (const auto& [isbn, before] : live_) {
      const auto row = now.find(isbn);
      if (row == now.end()) {
        add("no_lost_update", isbn, "a chunk replaced or removed a live row");
      } else if (row->second.source_time < before.source_time ||
                 row->second.version < before.version) {
        add("no_lost_update", isbn, "a live row went back to an older value");
      }
    }
    live_ = std::move(now);
  }

  scenarios::World& world_;
  std::map<std::string, Place> places_;  // by run
  std::map<std::string, Live> live_;     // by ISBN, after the last chunk
};

}  // namespace

std::unique_ptr<Watch> make_ledger_watch(scenarios::World& world) {
  return std::make_unique<LedgerWatch>(world);
}

}  // namespace cutover::chaos
