// History: everything that happened in one simulated world, in order, with a running digest.
//
// Two runs are equal when their digests are; when they are not, first_difference() names the first
// event that differs. One world, one thread: no locking.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ports/outcome.h"

namespace cutover::sim {

enum class EventKind : std::uint8_t {
  call,       // a service took a port call: `what` is the site, `key` what it touched, `result`
              // what came of it there, at this very instant
  answer,     // ... and its caller got this answer; refusals by the platform have no `call`
  telemetry,  // the core emitted an event
  process,    // a process started or was killed: `key` is its role
  mark,       // the scenario noted something
  fault,      // the fault plan hit this call: `result` is the fault's name; its effect, where it
              // has one, follows
};

struct Event {
  Duration at{0};  // virtual time since the world began
  std::uint32_t process = 0;
  std::uint32_t incarnation = 0;
  std::uint32_t task = 0;
  EventKind kind = EventKind::mark;
  std::string what;           // "kv.get", "d1.batch", "migrate.chunk", "killed"
  std::string key;            // what it was about; may be empty
  std::string result;         // "ok", or the failure; for telemetry its fields
  std::uint64_t payload = 0;  // hash of the data that went in or came out

  friend bool operator==(const Event&, const Event&) = default;
};

// An event that borrows its texts: recording one allocates nothing unless events are kept.
struct EventView {
  Duration at{0};
  std::uint32_t process = 0;
  std::uint32_t incarnation = 0;
  std::uint32_t task = 0;
  EventKind kind = EventKind::mark;
  std::string_view what;
  std::string_view key;
  std::string_view result;
  std::uint64_t payload = 0;
};

// Sees each event once it is in the digest, and may look at the services then. It must not switch,
// record, or keep the event's texts.
class HistoryObserver {
 public:
  HistoryObserver() = default;
  HistoryObserver(const HistoryObserver&) = delete;
  HistoryObserver& operator=(const HistoryObserver&) = delete;
  virtual ~HistoryObserver() = default;
  virtual void happened(const EventView& event) = 0;
};

class History {
 public:
  // `nothing` is for measuring what a world costs without its history: no digest, no observers.
  enum class Keep : std::uint8_t { nothing, digest_only, events };
  explicit History(Keep keep);

  // One more who hears of every event from now on, until it is ignored. Until then it must live.
  void observe(HistoryObserver& observer) { observers_.push_back(&observer); }
  void ignore(const HistoryObserver& observer) { std::erase(observers_, &observer); }

  void record(Event event);
  void record_view(const EventView& event);

  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] const std::vector<Event>& events() const { return events_; }
  [[nodiscard]] std::string digest() const;  // 32 hex digits over all events so far

 private:
  void mix(const EventView& event);

  Keep keep_;
  std::vector<HistoryObserver*> observers_;
  std::uint64_t size_ = 0;
  std::uint64_t low_ = 0;
  std::uint64_t high_ = 0;
  std::vector<Event> events_;
};

// One line, readable: time, process, task, what, key, result.
[[nodiscard]] std::string describe(const Event& event);
[[nodiscard]] std::string_view name_of(EventKind kind);

// The index of the first event that differs, or nothing when the histories are equal. When they
// are not, both must have kept their events.
[[nodiscard]] std::optional<std::size_t> first_difference(const History& left,
                                                          const History& right);

// XXH3 of the bytes: the hash for payloads. The second form continues from an earlier hash.
[[nodiscard]] std::uint64_t hash_of(std::string_view bytes);
[[nodiscard]] std::uint64_t hash_of(std::string_view bytes, std::uint64_t earlier);

}  // namespace cutover::sim
