// A chart as data: what was measured against what. Renderers draw it, list it or name it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cutover::reports {

// line: points joined. steps: a value holds until the next point. bars: groups of bars at each x,
// or one bar for each series when every series has one point. heat: a row of cells for each series,
// darker for more.
enum class ChartKind : std::uint8_t { line, steps, bars, heat };

struct Point {
  double x = 0;
  std::optional<double> y{};  // nothing: not measured there, a gap
  bool operator==(const Point&) const = default;
};

struct Series {
  std::string name;
  std::vector<Point> points;  // by rising x
  bool operator==(const Series&) const = default;
};

// A stretch of the x axis that is shaded, such as a fault.
struct Span {
  double from = 0;
  double to = 0;
  std::string label;
  bool operator==(const Span&) const = default;
};

struct Axis {
  std::string label;  // "virtual time"
  std::string unit;   // "s"; empty for a plain count
  bool operator==(const Axis&) const = default;
};

struct Chart {
  std::string id;  // "api_latency"; unique in a report
  std::string title;
  std::string meaning;  // one sentence: what one sees; also the text for screen readers
  ChartKind kind = ChartKind::line;
  Axis x;
  Axis y;  // of a heat chart: what the strength of the colour stands for
  std::vector<Series> series;
  std::vector<Span> spans;
  std::optional<double> limit{};  // a line across, in the unit of y
  std::string reproduce{};        // a command; empty when the report's own does it
  bool operator==(const Chart&) const = default;
};

inline constexpr std::size_t chart_series_max = 40;
inline constexpr std::size_t chart_points_max = 2000;  // of all series together
inline constexpr std::size_t chart_spans_max = 100;

// "line", "steps", "bars", "heat".
[[nodiscard]] std::string_view name_of(ChartKind kind);
[[nodiscard]] std::optional<ChartKind> chart_kind_named(std::string_view name);

// The chart within its bounds and with finite numbers only. Of a long series the lowest and the
// highest point of each stretch are kept, so that no spike is lost; series and spans beyond their
// bounds are left out. A chart within the bounds stays as it is.
[[nodiscard]] Chart bounded(Chart chart);

}  // namespace cutover::reports
