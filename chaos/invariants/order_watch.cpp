// D1 before KV (R0.2): when an isolate of the live system puts a book into KV, D1 holds that book
// or a newer one already.
//
// docs/LOOKUP.md has one exception: D1 refused every try, or could not be asked for the phase yet.
// It is granted to an isolate whose calls of D1 failed a short time before, or that learned the
// phase for the first time a short time before. The rollout must say that writes go to D1 for so
// long that every look-up under way knows it.

#include <charconv>
#include <map>
#include <optional>

#include <nlohmann/json.hpp>

#include "chaos/invariants/tables.h"
#include "chaos/invariants/watch.h"

namespace cutover::chaos {
namespace {

using std::chrono::seconds;

constexpr std::string_view book_key = "book:isbn:";
constexpr std::string_view phase_read = "SELECT RolloutState";
constexpr std::string_view version_name = "\"version\":";
// A look-up (10 s) and its deferred work (30 s).
constexpr Duration under_way = seconds(40);
// ... after the isolate learned of the phase (10 s).
constexpr std::int64_t phase_known_seconds = 50;

// Of the metadata beside a value; nothing: it is none of ours.
std::optional<std::int64_t> version_in(std::string_view metadata) {
  const std::size_t at = metadata.find(version_name);
  if (at == std::string_view::npos) return std::nullopt;
  std::int64_t version = 0;
  const char* begin = metadata.data() + at + version_name.size();
  const auto read = std::from_chars(begin, metadata.data() + metadata.size(), version);
  return read.ec == std::errc() ? std::optional(version) : std::nullopt;
}

class OrderWatch final : public Watch {
 public:
  explicit OrderWatch(scenarios::World& world) : world_(world) {}

  void saw(const sim::EventView& event, std::string_view role) override {
    if (!role.starts_with("api-")) return;
    if (event.kind == sim::EventKind::answer) {
      if (!event.what.starts_with("d1.")) return;
      if (event.result != "ok") {
        refused_at_[event.process] = event.at;
      } else if (event.key == phase_read) {
        knows_since_.try_emplace(event.process, event.at);
      }
      return;
    }
    if (event.kind != sim::EventKind::call || event.what != "kv.put" || event.result != "ok")
      return;
    if (!event.key.starts_with(book_key)) return;
    const auto knows = knows_since_.find(event.process);
    if (knows == knows_since_.end() || event.at - knows->second <= under_way) return;
    const auto refused = refused_at_.find(event.process);
    if (refused != refused_at_.end() && event.at - refused->second <= under_way) return;
    look_at(event.key);
  }

 private:
  void look_at(std::string_view key) {
    const fakes::StoredValuePtr put = world_.kv().standing(key);
    if (put == nullptr || !d1_is_written()) return;
    const std::int64_t version = version_in(put->value.metadata).value_or(0);
    const std::string isbn(key.substr(book_key.size()));
    const auto rows = read_rows(world_,
                                "SELECT version, canonical_metadata, title FROM Books "
                                "WHERE isbn = '" +
                                    isbn + "'");
    if (rows.empty()) {
      add("d1_before_kv", isbn, "was put into KV, and D1 has no such book");
    } else if (as_int(rows[0][0]) < version) {
      add("d1_before_kv", isbn,
          "KV got version " + std::to_string(version) + ", D1 stands at " +
              std::to_string(as_int(rows[0][0])));
    } else if (as_int(rows[0][0]) == version && !is_of(put->value.bytes, rows[0])) {
      add("d1_before_kv", isbn, "KV got another book than D1's version " + std::to_string(version));
    } else if (version == 0) {
      add("d1_before_kv", isbn, "was put into KV as if D1 did not know it");
    }
  }

  static bool is_of(std::string_view value, const SqlRow& row) {
    if (value == as_text(row[1])) return true;
    const std::string title = text_of(row[2]);
    return title.empty() || value.find(nlohmann::json(title).dump()) != std::string_view::npos;
  }

  // Do writes go to D1, and has it been so for a while?
  bool d1_is_written() {
    for (const SqlRow& row : read_rows(
             world_, "SELECT phase, writes_stopped, unixepoch() - changed_at FROM RolloutState")) {
      return as_text(row[0]) != "kv_only" && as_int(row[1]) == 0 &&
             as_int(row[2]) > phase_known_seconds;
    }
    return false;
  }

  scenarios::World& world_;
  // By process: when its last call failed that D1 did not take, and when it learned the phase.
  std::map<std::uint32_t, Duration> refused_at_;
  std::map<std::uint32_t, Duration> knows_since_;
};

}  // namespace

std::unique_ptr<Watch> make_order_watch(scenarios::World& world) {
  return std::make_unique<OrderWatch>(world);
}

}  // namespace cutover::chaos
