#include "load/measured.h"

#include <algorithm>

#include "core/ports/check.h"

namespace cutover::load {
namespace {

constexpr Duration late_after = std::chrono::milliseconds(5);
constexpr Duration quick = std::chrono::milliseconds(500);  // the plan's check

void count(CheckCount& check, bool holds) {
  (holds ? check.passes : check.fails) += 1;
}

}  // namespace

void Cell::merge(const Cell& other) {
  duration.merge(other.duration);
  service.merge(other.service);
  failed += other.failed;
}

void Slice::merge(const Slice& other) {
  requests += other.requests;
  failed += other.failed;
  found += other.found;
  from_kv += other.from_kv;
  duration.merge(other.duration);
}

void Measured::add(const Request& request, const Reply& reply, Duration due, Duration sent,
                   Duration answered) {
  const Duration duration = answered - due;
  Cell& cell = cells[static_cast<std::size_t>(request.route)][static_cast<std::size_t>(reply.tier)];
  cell.duration.add(duration);
  cell.service.add(answered - sent);
  cell.failed += reply.right ? 0 : 1;
  iterations += 1;
  bytes += reply.bytes;
  late += sent - due > late_after ? 1 : 0;
  count(checks[0], reply.right);
  count(checks[1], duration < quick);
  count(checks[2], reply.complete);

  const auto index = static_cast<std::size_t>(std::max(due, Duration{0}) / slice);
  if (index >= series.size()) series.resize(index + 1);
  Slice& piece = series[index];
  piece.requests += 1;
  piece.failed += reply.right ? 0 : 1;
  const bool from_kv = reply.tier == Tier::cached || reply.tier == Tier::kv;
  const bool found = from_kv || reply.tier == Tier::d1 || reply.tier == Tier::provider;
  piece.found += request.route == Route::search && found ? 1 : 0;
  piece.from_kv += request.route == Route::search && from_kv ? 1 : 0;
  piece.duration.add(duration);
}

void Measured::merge(const Measured& other) {
  CUTOVER_CHECK(slice == other.slice, "series of different pieces cannot be added");
  for (std::size_t route = 0; route < route_count; ++route) {
    for (std::size_t tier = 0; tier < tier_count; ++tier) {
      cells[route][tier].merge(other.cells[route][tier]);
    }
  }
  for (std::size_t i = 0; i < check_count; ++i) {
    checks[i].passes += other.checks[i].passes;
    checks[i].fails += other.checks[i].fails;
  }
  iterations += other.iterations;
  bytes += other.bytes;
  late += other.late;
  if (other.series.size() > series.size()) series.resize(other.series.size());
  for (std::size_t i = 0; i < other.series.size(); ++i) series[i].merge(other.series[i]);
  elapsed = std::max(elapsed, other.elapsed);
  interrupted = interrupted || other.interrupted;
}

Cell Measured::all(const Filter& filter) const {
  Cell sum;
  for (std::size_t route = 0; route < route_count; ++route) {
    if (filter.route && static_cast<std::size_t>(*filter.route) != route) continue;
    for (std::size_t tier = 0; tier < tier_count; ++tier) {
      if (filter.tier && !covers(*filter.tier, static_cast<Tier>(tier))) continue;
      sum.merge(cells[route][tier]);
    }
  }
  return sum;
}

Slice Measured::total() const {
  Slice sum;
  for (const Slice& piece : series) sum.merge(piece);
  return sum;
}

}  // namespace cutover::load
