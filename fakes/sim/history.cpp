#include "fakes/sim/history.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "core/ports/check.h"
#include "fakes/sim/sanitizers.h"

namespace cutover::sim {
namespace {

EventView view_of(const Event& event) {
  return {event.at,   event.process, event.incarnation, event.task,   event.kind,
          event.what, event.key,     event.result,      event.payload};
}

Event kept(const EventView& view) {
  return {view.at,     view.process,           view.incarnation,      view.task,
          view.kind,   std::string(view.what), std::string(view.key), std::string(view.result),
          view.payload};
}

// Little-endian on every machine, so that digests can be compared between machines.
template <std::size_t words>
std::array<unsigned char, words * 8> bytes_of(const std::array<std::uint64_t, words>& numbers) {
  std::array<unsigned char, words * 8> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<unsigned char>((numbers[i / 8] >> (8 * (i % 8))) & 0xFFU);
  }
  return bytes;
}

}  // namespace

History::History(Keep keep) : keep_(keep) {}

void History::record(Event event) {
  if (keep_ == Keep::nothing) return;
  const Quiet quiet;
  const EventView view = view_of(event);
  mix(view);
  if (keep_ == Keep::events) events_.push_back(std::move(event));
}

void History::record_view(const EventView& event) {
  if (keep_ == Keep::nothing) return;
  const Quiet quiet;
  mix(event);
  if (keep_ == Keep::events) events_.push_back(kept(event));
}

// The digest so far is part of what is hashed, so the order of events counts. Texts go in by their
// hashes: nothing is copied, however long they are.
void History::mix(const EventView& event) {
  const auto bytes = bytes_of(std::array<std::uint64_t, 9>{
      low_, high_, static_cast<std::uint64_t>(event.at.count()),
      event.process | (static_cast<std::uint64_t>(event.incarnation) << 32),
      event.task | (static_cast<std::uint64_t>(event.kind) << 32), event.payload,
      hash_of(event.what), hash_of(event.key), hash_of(event.result)});
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  low_ = hash.low64;
  high_ = hash.high64;
  ++size_;
  for (HistoryObserver* observer : observers_) observer->happened(event);
}

std::string History::digest() const {
  char text[33];
  std::snprintf(text, sizeof text, "%016llx%016llx", static_cast<unsigned long long>(high_),
                static_cast<unsigned long long>(low_));
  return text;
}

std::string_view name_of(EventKind kind) {
  switch (kind) {
    case EventKind::call: return "call";
    case EventKind::answer: return "answer";
    case EventKind::telemetry: return "telemetry";
    case EventKind::process: return "process";
    case EventKind::mark: return "mark";
    case EventKind::fault: return "fault";
  }
  return "?";
}

std::string describe(const Event& event) {
  const auto micros = static_cast<long long>(event.at.count());
  char text[96];
  std::snprintf(text, sizeof text, "%lld.%06llds process %u.%u task %u ", micros / 1'000'000,
                micros % 1'000'000, event.process, event.incarnation, event.task);
  std::string line = text;
  line.append(name_of(event.kind)).append(" ").append(event.what);
  if (!event.key.empty()) line.append(" [").append(event.key).append("]");
  if (!event.result.empty()) line.append(" -> ").append(event.result);
  if (event.payload != 0) {
    std::snprintf(text, sizeof text, " #%016llx", static_cast<unsigned long long>(event.payload));
    line += text;
  }
  return line;
}

std::optional<std::size_t> first_difference(const History& left, const History& right) {
  if (left.size() == right.size() && left.digest() == right.digest()) return std::nullopt;
  const std::vector<Event>& a = left.events();
  const std::vector<Event>& b = right.events();
  CUTOVER_CHECK(a.size() == left.size(), "to compare histories, record them with Keep::events");
  CUTOVER_CHECK(b.size() == right.size(), "to compare histories, record them with Keep::events");
  const auto [at, other] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  return static_cast<std::size_t>(at - a.begin());
}

std::uint64_t hash_of(std::string_view bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}

std::uint64_t hash_of(std::string_view bytes, std::uint64_t earlier) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), earlier);
}

}  // namespace cutover::sim
