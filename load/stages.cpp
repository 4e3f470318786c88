#include "load/stages.h"

#include <algorithm>
#include <cmath>

namespace cutover::load {
namespace {

Duration from_seconds(double seconds) {
  return Duration(static_cast<std::int64_t>(std::ceil(seconds * 1e6)));
}

}  // namespace

double Stages::Piece::seconds() const {
  return std::chrono::duration<double>(end - begin).count();
}

double Stages::Piece::at(Duration time) const {
  const double part =
      static_cast<double>((time - begin).count()) / static_cast<double>((end - begin).count());
  return from + (to - from) * part;
}

Stages::Stages(const std::vector<Stage>& stages) {
  double target = 0;
  double arrivals = 0;
  for (const Stage& stage : stages) {
    if (stage.duration > Duration{0}) {
      pieces_.push_back({length_, length_ + stage.duration, target, stage.target, arrivals});
      arrivals += pieces_.back().seconds() * (target + stage.target) / 2;
      length_ += stage.duration;
    }
    target = stage.target;
  }
}

double Stages::highest() const {
  double highest = 0;
  for (const Piece& piece : pieces_) highest = std::max({highest, piece.from, piece.to});
  return highest;
}

double Stages::target_at(Duration time) const {
  for (const Piece& piece : pieces_) {
    if (time < piece.end) return time < piece.begin ? 0 : piece.at(time);
  }
  return 0;
}

std::optional<Duration> Stages::first_at_least(Duration from, double level) const {
  for (const Piece& piece : pieces_) {
    if (piece.end <= from) continue;
    const Duration start = std::max(from, piece.begin);
    if (piece.at(start) >= level) return start;
    if (piece.to < level) continue;
    const double part = (level - piece.from) / (piece.to - piece.from);
    const Duration moment = piece.begin + from_seconds(part * piece.seconds());
    return std::clamp(moment, start, piece.end);
  }
  return std::nullopt;
}

// In a piece, a(t) = from * t + slope * t^2 / 2 arrivals come in t seconds; solved for t in the
// form that does not divide by a slope of zero.
std::optional<Duration> Stages::moment_of(double arrivals) const {
  for (const Piece& piece : pieces_) {
    const double wanted = arrivals - piece.arrivals_before;
    const double all = piece.seconds() * (piece.from + piece.to) / 2;
    if (wanted > all) continue;
    const double slope = (piece.to - piece.from) / piece.seconds();
    const double root = std::sqrt(std::max(0.0, piece.from * piece.from + 2 * slope * wanted));
    const double seconds = wanted <= 0 ? 0 : 2 * wanted / (piece.from + root);
    return std::min(piece.begin + from_seconds(seconds), piece.end);
  }
  return std::nullopt;
}

}  // namespace cutover::load
