#include "reports/criterion.h"

#include <cmath>

namespace cutover::reports {

namespace {

bool meets(double measured, Direction direction, double limit) {
  switch (direction) {
    case Direction::at_most: return measured <= limit;
    case Direction::below: return measured < limit;
    case Direction::at_least: return measured >= limit;
    case Direction::above: return measured > limit;
  }
  return false;
}

}  // namespace

std::string_view name_of(Direction direction) {
  switch (direction) {
    case Direction::at_most: return "at_most";
    case Direction::below: return "below";
    case Direction::at_least: return "at_least";
    case Direction::above: return "above";
  }
  return "at_most";
}

std::optional<Direction> direction_named(std::string_view name) {
  for (const Direction direction :
       {Direction::at_most, Direction::below, Direction::at_least, Direction::above}) {
    if (name == name_of(direction)) return direction;
  }
  return std::nullopt;
}

std::optional<double> margin_percent(const Criterion& criterion) {
  const auto* measured = std::get_if<double>(&criterion.measured);
  if (measured == nullptr || !criterion.limit || *criterion.limit == 0) return std::nullopt;
  const bool upper =
      criterion.direction == Direction::at_most || criterion.direction == Direction::below;
  const double room = upper ? *criterion.limit - *measured : *measured - *criterion.limit;
  const double percent = room / std::abs(*criterion.limit) * 100;
  if (!std::isfinite(percent)) return std::nullopt;
  return percent;
}

Verdict shown_by(const Criterion& criterion) {
  if (!criterion.limit || std::holds_alternative<std::string>(criterion.measured)) {
    return Verdict::pass;
  }
  const auto* measured = std::get_if<double>(&criterion.measured);
  if (measured == nullptr || !std::isfinite(*measured)) return Verdict::unknown;
  return meets(*measured, criterion.direction, *criterion.limit) ? Verdict::pass : Verdict::fail;
}

}  // namespace cutover::reports
