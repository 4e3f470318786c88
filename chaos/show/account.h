// Account: a run in the order in which people think of it: who took part, which calls they made,
// what became of each, which fault hit it, and which calls touch what was violated.
//
// Made once, from the case, the recorded history and the violations; the story, the timeline and
// the trace all show this. Texts are as they were recorded: keys may hold any bytes, and making
// them harmless is each renderer's duty. Times are of the world's clock, from its start.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "chaos/case_file.h"
#include "chaos/show/call_notes.h"
#include "fakes/sim/history.h"

namespace cutover::chaos {

// What is known of one run.
struct Played {
  CaseFile file;
  StormResult result;
  std::vector<faults::PlannedFault> unmatched;  // faults of the case that did not happen
  std::vector<NotedCall> notes;                 // may be empty; then calls begin when taken
  std::vector<sim::Event> events;
};

// Plays the case, and keeps everything.
[[nodiscard]] Played play_and_note(const CaseFile& file);

// One life of a process, from its start to its end.
struct Life {
  std::uint32_t process = 0;
  std::uint32_t incarnation = 0;
  Duration from{0};
  Duration to{0};  // its last event, or its death
  bool killed = false;
};

// All processes of one role, one after the other, or several at once.
struct Lane {
  std::string role;
  std::vector<Life> lives;
  std::size_t calls = 0;
};

enum class CallEnd : std::uint8_t { ok, failed, died, open };

// How a fault hit a call.
enum class Hit : std::uint8_t { none, rejected, answer_lost, killed, slow, odd_answer };

// How a call is bound to a violation.
enum class Touch : std::uint8_t {
  none,
  names,    // its key names what the violation is about
  covers,   // a bulk read that begins at the last key before it
  follows,  // a batch that the same process sent after such a read
};

struct ShownCall {
  std::size_t lane = 0;
  std::size_t life = 0;  // of the lane
  std::uint32_t task = 0;
  std::string site;
  std::string key;
  std::uint32_t occurrence = 0;
  Duration begun{0};
  Duration ended{0};
  std::optional<Duration> taken;  // when the service did it; never, when it did not come that far
  std::string at_service;         // "ok", or the failure; empty when it was not taken
  std::string learned;            // what the caller was told; empty when it never was
  CallEnd end = CallEnd::open;
  std::string fault;  // its name; empty when none hit the call
  Hit hit = Hit::none;
  Touch touch = Touch::none;
};

// Something that is no call: what the core reported, a start, a death, a happening.
struct ShownNote {
  Duration at{0};
  std::size_t lane = 0;
  std::size_t life = 0;
  std::uint32_t task = 0;
  sim::EventKind kind = sim::EventKind::mark;
  std::string what;
  std::string text;
};

struct ShownViolation {
  Violation violation;
  std::vector<std::size_t> touching;      // calls, in order
  std::optional<std::size_t> last_fault;  // the call hit last before the last of them
};

struct Account {
  CaseFile file;
  StormResult result;
  std::vector<faults::PlannedFault> unmatched;
  std::vector<Lane> lanes;       // in the order of their first start
  std::vector<ShownCall> calls;  // in the order of their begin
  std::vector<ShownNote> notes;  // in the order of their time
  std::vector<ShownViolation> violations;
  std::vector<std::size_t> hits;  // calls that a fault hit, in order

  [[nodiscard]] const std::string& role_of(const ShownCall& call) const {
    return lanes[call.lane].role;
  }
};

[[nodiscard]] Account account_of(const Played& played);

// What a fault does, in words: the fault table's, or the name itself where it has no row.
[[nodiscard]] std::string meaning_of(const std::string& fault);

// The command that plays the case in this file again.
[[nodiscard]] std::string replay_command(const std::string& path);

}  // namespace cutover::chaos
