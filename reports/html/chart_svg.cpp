#include "reports/html/chart_svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "reports/html/html_text.h"
#include "reports/html/scale.h"

namespace cutover::reports {

namespace {

// Small enough that the letters can be read on a phone, where the drawing is a little smaller.
constexpr double width = 480;
constexpr double height = 250;
constexpr double left = 58;
constexpr double right = 468;
constexpr double top = 26;
constexpr double bottom = 206;
constexpr std::size_t label_characters_max = 30;
constexpr std::size_t title_characters_max = 54;  // an axis has a line for itself
constexpr std::size_t unit_characters_max = 12;

// Looks of series and lines as attributes, for readers that do not apply a page's style sheet to
// its drawings. Browsers let the style sheet win, which has the colours for a dark ground.
struct Look {
  const char* colour;
  const char* dashes;
};
constexpr Look looks[series_classes] = {{"#0b5cad", "none"}, {"#b84300", "7 3"},
                                        {"#1b7a4b", "2 3"},  {"#7a3fb0", "9 3 2 3"},
                                        {"#4a4f57", "14 4"}, {"#a8246f", "4 2 1 2"}};
constexpr const char* axis_look = "stroke=\"#57606a\"";
constexpr const char* grid_look = "stroke=\"#d8dee4\"";
constexpr const char* limit_look =
    "stroke=\"#b3261e\" stroke-width=\"1.5\" stroke-dasharray=\"5 4\"";

std::string place_text(double place) {
  return fmt::format("{:.1f}", place);
}

// What is too long loses letters of its name, never its unit.
std::string axis_text(const Axis& axis) {
  std::string text = clipped_label(axis.label, title_characters_max);
  if (!axis.unit.empty()) text += " [" + clipped_label(axis.unit, unit_characters_max) + "]";
  return text;
}

std::string text_at(double x, double y, std::string_view anchor, std::string_view text,
                    std::string_view more_class = "",
                    std::size_t characters_max = label_characters_max) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\"{}>{}</text>", x, y, anchor,
                     more_class.empty() ? "" : fmt::format(" class=\"{}\"", more_class),
                     html_text(clipped_label(text, characters_max)));
}

std::string line_between(double x1, double y1, double x2, double y2, std::string_view kind,
                         std::string_view look) {
  return fmt::format(
      "<line class=\"{}\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" {}/>", kind, x1,
      y1, x2, y2, look);
}

std::string rectangle(double x1, double y1, double x2, double y2, std::string_view attributes) {
  return fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" {}/>",
                     std::min(x1, x2), std::min(y1, y2), std::abs(x2 - x1), std::abs(y2 - y1),
                     attributes);
}

std::string stroke_of(std::size_t series) {
  const std::size_t kind = series % series_classes;
  return fmt::format(
      "class=\"s{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.8\" stroke-dasharray=\"{}\"",
      kind, looks[kind].colour, looks[kind].dashes);
}

std::string fill_of(std::size_t series) {
  const std::size_t kind = series % series_classes;
  return fmt::format("class=\"bar s{}\" fill=\"{}\"", kind, looks[kind].colour);
}

std::string axis_titles(const Chart& chart) {
  constexpr std::size_t longest = title_characters_max + unit_characters_max + 3;
  return text_at(4, 14, "start", axis_text(chart.y), "title", longest) +
         text_at(right, height - 6, "end", axis_text(chart.x), "title", longest);
}

std::string x_ticks(const Scale& x) {
  std::string svg;
  for (const double tick : ticks_of(x.low(), x.high())) {
    if (tick < x.low() || tick > x.high()) continue;
    svg += line_between(x.place(tick), bottom, x.place(tick), bottom + 4, "axis", axis_look);
    svg += text_at(x.place(tick), bottom + 18, "middle", axis_number(tick));
  }
  return svg;
}

std::string y_grid(const Scale& y) {
  std::string svg;
  for (const double tick : ticks_of(y.low(), y.high())) {
    svg += line_between(left, y.place(tick), right, y.place(tick), "grid", grid_look);
    svg += text_at(left - 6, y.place(tick) + 4, "end", axis_number(tick));
  }
  return svg;
}

std::string shades(const Chart& chart, const Scale& x) {
  std::string svg;
  for (const Span& span : chart.spans) {
    const double from = x.place(span.from);
    const double to = std::max(x.place(span.to), from + 1);
    svg += rectangle(from, top, to, bottom, "class=\"span\" fill=\"#b3261e\" fill-opacity=\"0.1\"");
    if (chart.spans.size() <= 4) {
      const bool late = from > (left + right) / 2;
      svg += text_at(late ? to : from, top - 3, late ? "end" : "start", span.label, "spanlabel");
    }
  }
  return svg;
}

std::string limit_line(const Chart& chart, const Scale& y) {
  if (!chart.limit) return {};
  const double place = y.place(*chart.limit);
  std::string label = "limit " + axis_number(*chart.limit);
  if (!chart.y.unit.empty()) label += " " + clipped_label(chart.y.unit, unit_characters_max);
  return line_between(left, place, right, place, "limit", limit_look) +
         text_at(right, place - 4, "end", label, "limitlabel", 40);
}

// A path for each stretch without gaps; a point alone between gaps becomes a dot.
std::string path_of(const Series& series, const std::string& look, bool steps, const Scale& x,
                    const Scale& y) {
  std::string path;
  std::string dots;
  const auto& points = series.points;
  for (std::size_t index = 0; index < points.size(); ++index) {
    if (!points[index].y) continue;
    const std::string here = place_text(x.place(points[index].x));
    const std::string value = place_text(y.place(*points[index].y));
    const bool begins = index == 0 || !points[index - 1].y;
    const bool ends = index + 1 == points.size() || !points[index + 1].y;
    if (begins) {
      path += "M" + here + " " + value;
    } else if (steps) {
      path += "H" + here + "V" + value;
    } else {
      path += "L" + here + " " + value;
    }
    if (begins && ends) {
      dots += fmt::format("<circle {} cx=\"{}\" cy=\"{}\" r=\"2.5\"/>", look, here, value);
    }
  }
  return fmt::format("<path {} d=\"{}\"/>", look, path) + dots;
}

std::string curves(const Chart& chart) {
  const Range xs = x_range(chart);
  const Range ys = y_range(chart);
  const std::vector<double> ticks = ticks_of(ys.low, ys.high);
  const Scale x(xs.low, xs.high, left, right);
  const Scale y(std::min(ys.low, ticks.front()), std::max(ys.high, ticks.back()), bottom, top);
  std::string svg = shades(chart, x) + y_grid(y) + x_ticks(x);
  for (std::size_t index = 0; index < chart.series.size(); ++index) {
    svg += path_of(chart.series[index], stroke_of(index), chart.kind == ChartKind::steps, x, y);
  }
  return svg + limit_line(chart, y);
}

// A slot holds one bar that carries the name of its series, or the bars of all series at one x.
std::string bars(const Chart& chart) {
  const bool named = bars_are_named(chart);
  const std::vector<double> groups = x_values(chart);
  const Range ys = y_range(chart);
  const std::vector<double> ticks = ticks_of(ys.low, ys.high);
  const Scale y(std::min(ys.low, ticks.front()), std::max(ys.high, ticks.back()), bottom, top);
  const std::size_t slots = named ? chart.series.size() : groups.size();
  const double slot = (right - left) / static_cast<double>(slots);
  const double bar = 0.8 * slot / static_cast<double>(named ? 1 : chart.series.size());
  std::string svg = y_grid(y);
  for (std::size_t index = 0; index < chart.series.size(); ++index) {
    for (const Point& point : chart.series[index].points) {
      if (!point.y) continue;
      const auto group = std::lower_bound(groups.begin(), groups.end(), point.x) - groups.begin();
      const double start = left + slot * static_cast<double>(named ? index : group) + 0.1 * slot +
                           (named ? 0 : bar * static_cast<double>(index));
      svg +=
          rectangle(start, y.place(0), start + bar, y.place(*point.y), fill_of(named ? 0 : index));
    }
  }
  const std::size_t every = (slots + 7) / 8;  // labels that do not run into each other
  for (std::size_t index = 0; index < slots; index += every) {
    const double middle = left + slot * (static_cast<double>(index) + 0.5);
    const std::string label = named ? chart.series[index].name : axis_number(groups[index]);
    const auto fits = static_cast<std::size_t>(slot * static_cast<double>(every) / 7);
    svg += text_at(middle, bottom + 18, "middle",
                   clipped_label(label, std::max<std::size_t>(fits, 3)));
  }
  return svg + limit_line(chart, y);
}

// The column's name is that of a span that begins there, else its number.
std::string column_name(const Chart& chart, double x) {
  for (const Span& span : chart.spans) {
    if (span.from == x) return span.label;
  }
  return axis_number(x);
}

// Darker is more; a hollow cell was not measured. Rows have names, so they get more room.
std::string heat(const Chart& chart) {
  constexpr double names = 150;  // where the cells begin
  const std::vector<double> columns = x_values(chart);
  const Range ys = y_range(chart);
  const Scale darkness(ys.low, ys.high, 0.04, 1);
  const double cell_width = (right - names) / static_cast<double>(columns.size());
  const double cell_height = (bottom - top) / static_cast<double>(chart.series.size());
  std::string svg;
  for (std::size_t row = 0; row < chart.series.size(); ++row) {
    const double y = top + cell_height * static_cast<double>(row);
    for (const Point& point : chart.series[row].points) {
      const auto column = std::lower_bound(columns.begin(), columns.end(), point.x);
      const double x = names + cell_width * static_cast<double>(column - columns.begin());
      const std::string look =
          point.y ? fmt::format("class=\"cell\" fill=\"#0b5cad\" fill-opacity=\"{:.2f}\"",
                                darkness.place(*point.y))
                  : "class=\"hollow\" fill=\"none\" stroke=\"#57606a\" stroke-dasharray=\"2 2\"";
      svg += rectangle(x, y, x + cell_width, y + cell_height, look);
    }
    if (row % ((chart.series.size() + 14) / 15) == 0) {
      svg += text_at(names - 6, y + cell_height / 2 + 4, "end",
                     clipped_label(chart.series[row].name, 20));
    }
  }
  const std::size_t every = (columns.size() + 7) / 8;
  for (std::size_t column = 0; column < columns.size(); column += every) {
    svg += text_at(names + cell_width * (static_cast<double>(column) + 0.5), bottom + 18, "middle",
                   clipped_label(column_name(chart, columns[column]), 10));
  }
  return svg;
}

std::string drawing_of(const Chart& chart) {
  if (x_values(chart).empty()) {
    return text_at(width / 2, height / 2, "middle", "no point was measured");
  }
  switch (chart.kind) {
    case ChartKind::line:
    case ChartKind::steps: return curves(chart);
    case ChartKind::bars: return bars(chart);
    case ChartKind::heat: return heat(chart);
  }
  return {};
}

}  // namespace

bool bars_are_named(const Chart& chart) {
  return chart.kind == ChartKind::bars &&
         std::all_of(chart.series.begin(), chart.series.end(),
                     [](const Series& series) { return series.points.size() == 1; });
}

std::string series_swatch(std::size_t series) {
  return "<svg viewBox=\"0 0 30 8\" width=\"30\" height=\"8\" aria-hidden=\"true\"><path " +
         stroke_of(series) + " d=\"M0 4H30\"/></svg>";
}

std::vector<double> ticks_of(double low, double high) {
  const double rough = high / 5 - low / 5;
  if (!(rough > 0)) return {low};
  if (!std::isfinite(2 * std::abs(low) + 2 * std::abs(high))) return {low, high};
  const double magnitude = std::pow(10, std::floor(std::log10(rough)));
  if (!std::isfinite(magnitude) || magnitude == 0) return {low, high};
  double step = 10 * magnitude;
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * magnitude >= rough) {
      step = factor * magnitude;
      break;
    }
  }
  std::vector<double> ticks;
  const double first = std::floor(low / step);
  for (int index = 0; index < 12; ++index) {
    ticks.push_back((first + index) * step);
    if (ticks.back() >= high) break;
  }
  return ticks;
}

std::string axis_number(double number) {
  const double size = std::abs(number);
  if (size >= 1e9 || (size > 0 && size < 1e-4)) return fmt::format("{:.3g}", number);
  if (size >= 1000 && number == std::trunc(number)) {
    std::string digits = fmt::format("{:.0f}", number);
    for (std::size_t place = digits.size(); place > (number < 0 ? 4U : 3U);) {
      place -= 3;
      digits.insert(place, ",");
    }
    return digits;
  }
  return fmt::format("{:.6g}", number);
}

std::string chart_svg(const Chart& whole, const std::string& id) {
  const Chart chart = bounded(whole);
  return fmt::format(
             "<svg viewBox=\"0 0 {0:.0f} {1:.0f}\" role=\"img\" font-size=\"12\" "
             "font-family=\"sans-serif\" "
             "aria-labelledby=\"{2}-t {2}-d\">"
             "<title id=\"{2}-t\">{3}</title><desc id=\"{2}-d\">{4}</desc>",
             width, height, id, html_text(chart.title), html_text(chart.meaning)) +
         drawing_of(chart) + line_between(left, bottom, right, bottom, "axis", axis_look) +
         axis_titles(chart) + "</svg>";
}

}  // namespace cutover::reports
