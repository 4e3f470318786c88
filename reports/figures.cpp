#include "reports/figures.h"

#include <fmt/format.h>

#include <cmath>

namespace cutover::reports {

namespace {

std::string number_text(double number) {
  constexpr double exact_integers_end = 9007199254740992.0;  // 2^53
  if (std::abs(number) < exact_integers_end && number == std::trunc(number)) {
    return fmt::format("{}", static_cast<std::int64_t>(number));
  }
  return fmt::format("{}", number);
}

}  // namespace

std::string measured_text(const Criterion& criterion) {
  std::string text;
  if (const auto* number = std::get_if<double>(&criterion.measured)) {
    if (!std::isfinite(*number)) return "not measured";
    text = number_text(*number);
  } else if (const auto* words = std::get_if<std::string>(&criterion.measured)) {
    text = *words;
  } else {
    return "not measured";
  }
  return criterion.unit.empty() ? text : text + " " + criterion.unit;
}

std::string measured_in_short(const Criterion& criterion) {
  const auto* number = std::get_if<double>(&criterion.measured);
  if (number == nullptr || !std::isfinite(*number)) return measured_text(criterion);
  if (*number == std::trunc(*number)) return measured_text(criterion);
  Criterion rounded = criterion;
  rounded.measured = std::stod(fmt::format("{:.{}g}", *number, criterion.limit ? 4 : 10));
  const bool onto_limit = criterion.limit && rounded.measured == Measured(*criterion.limit);
  const bool moved = shown_by(rounded) != shown_by(criterion) || onto_limit;
  return measured_text(moved ? criterion : rounded);
}

std::string margin_text(const Criterion& criterion) {
  const auto margin = margin_percent(criterion);
  return margin ? fmt::format("{:+.3g} %", *margin) : "-";
}

std::string figure_text(const Figure& figure) {
  if (!figure.value || !std::isfinite(*figure.value)) return figure.name + " not measured";
  const std::string text = figure.name + " " + fmt::format("{:.6g}", *figure.value);
  return figure.unit.empty() ? text : text + " " + figure.unit;
}

std::string count_text(std::uint64_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t place = digits.size(); place > 3;) {
    place -= 3;
    digits.insert(place, ",");
  }
  return digits;
}

std::string counted(std::uint64_t count, std::string_view one) {
  return fmt::format("{} {}{}", count_text(count), one, count == 1 ? "" : "s");
}

std::string rows_text(const ReportFile& file) {
  const std::string rows = counted(file.rows, "row");
  if (file.left_out == 0) return rows;
  return fmt::format("{}, and {} more did not fit", rows, count_text(file.left_out));
}

std::string deciding_sentence(const Requirement& requirement) {
  for (const Evidence& evidence : requirement.evidence) {
    if (evidence.verdict == requirement.verdict) return evidence.what;
  }
  return requirement.evidence.empty() ? "no evidence" : requirement.evidence.front().what;
}

std::string duration_text(const std::optional<double>& milliseconds) {
  if (!milliseconds || !std::isfinite(*milliseconds)) return "-";
  const double value = *milliseconds;
  if (value < 10) return fmt::format("{:.3f} ms", value);
  if (value < 1'000) return fmt::format("{:.1f} ms", value);
  if (value < 120'000) return fmt::format("{:.1f} s", value / 1'000);
  if (value < 7'200'000) return fmt::format("{:.1f} min", value / 60'000);
  return fmt::format("{:.1f} h", value / 3'600'000);
}

std::string size_text(std::uint64_t bytes) {
  const auto size = static_cast<double>(bytes);
  if (bytes < 1024) return fmt::format("{} bytes", bytes);
  if (bytes < 1024 * 1024) return fmt::format("{:.1f} KiB", size / 1024);
  if (bytes < 1024 * 1024 * 1024) return fmt::format("{:.1f} MiB", size / (1024 * 1024));
  return fmt::format("{:.1f} GiB", size / (1024.0 * 1024 * 1024));
}

}  // namespace cutover::reports
