#include <fmt/format.h>

#include <algorithm>

#include "reports/figures.h"
#include "reports/html/chart_svg.h"
#include "reports/html/page_values.h"
#include "reports/html/scale.h"

namespace cutover::reports {

namespace {

constexpr std::size_t columns_max = 12;

std::string with_unit(const Axis& axis) {
  return axis.unit.empty() ? axis.label : axis.label + " [" + axis.unit + "]";
}

Values named(const std::string& name) {
  Values values;
  put(values, "name", name);
  return values;
}

Values value_of(std::string_view value) {
  Values values;
  put(values, "value", value);
  return values;
}

Values legend_of(const Chart& chart) {
  std::size_t index = 0;
  Values legend = list_of(chart.series, chart_series_max, [&index](const Series& series) {
    Values values = named(series.name);
    values["swatch"] = Values(series_swatch(index++));
    return values;
  });
  const bool named_there = chart.kind == ChartKind::heat || bars_are_named(chart);
  if (named_there) legend["any"] = Values(false);
  return legend;
}

std::string legend_text(const Chart& chart) {
  std::string text;
  if (chart.kind == ChartKind::heat) {
    const Range range = y_range(chart);
    return "Stronger colour is more: " + axis_number(range.low) + " to " + axis_number(range.high) +
           " " + with_unit(chart.y) + ".";
  }
  for (const Span& span : chart.spans) {
    text += (text.empty() ? "Shaded: " : "; ") + span.label + ", " + axis_number(span.from) +
            " to " + axis_number(span.to);
  }
  if (!text.empty() && !chart.x.unit.empty()) text += " " + chart.x.unit;
  return text;
}

std::string y_at(const Series& series, double x) {
  for (const Point& point : series.points) {
    if (point.x == x) return point.y ? axis_number(*point.y) : "not measured";
  }
  return "";
}

// A line for each x, a column for each series.
void put_chart_table(Values& values, const Chart& chart, std::size_t lines_max) {
  const std::vector<double> xs = x_values(chart);
  const std::size_t shown = std::min(chart.series.size(), columns_max);
  Values columns = list();
  columns.push_back(named(with_unit(chart.x)));
  for (std::size_t index = 0; index < shown; ++index) {
    columns.push_back(named(chart.series[index].name));
  }
  Values lines = list();
  for (std::size_t line = 0; line < std::min(xs.size(), lines_max); ++line) {
    Values one;
    put(one, "x", axis_number(xs[line]));
    Values cells = list();
    for (std::size_t index = 0; index < shown; ++index) {
      cells.push_back(value_of(y_at(chart.series[index], xs[line])));
    }
    one["cells"] = std::move(cells);
    lines.push_back(one);
  }
  values["columns"] = std::move(columns);
  values["lines"] = std::move(lines);
  std::string cut = more_text(std::min(xs.size(), lines_max), xs.size());
  if (chart.series.size() > shown) {
    cut += fmt::format(" {} more series are in report.json.", chart.series.size() - shown);
  }
  values["cut"] = Values(cut);
}

Values charts_of(const Report& report, const PageBounds& bounds) {
  std::size_t number = 0;
  return list_of(report.charts, bounds.charts, [&](const Chart& whole) {
    const Chart chart = bounded(whole);
    ++number;
    Values values;
    put(values, "title", chart.title);
    put(values, "meaning", chart.meaning);
    put(values, "number", std::to_string(number));
    put(values, "legend_text", legend_text(chart));
    put_if_any(values, "command", chart.reproduce);
    values["svg"] = Values(chart_svg(chart, "chart-" + std::to_string(number)));
    values["legend"] = legend_of(chart);
    put_chart_table(values, chart, bounds.chart_rows);
    return values;
  });
}

Values row_values(const TableRow& row, std::size_t columns) {
  Values values;
  Values cells = list();
  for (std::size_t column = 0; column < columns; ++column) {
    cells.push_back(value_of(column < row.cells.size() ? row.cells[column] : ""));
  }
  values["cells"] = std::move(cells);
  values["has_verdict"] = Values(row.verdict.has_value());
  put_verdict(values, row.verdict.value_or(Verdict::unknown));
  return values;
}

Values tables_of(const Report& report, const PageBounds& bounds) {
  std::size_t number = 0;
  return list_of(report.tables, bounds.charts, [&](const Table& table) {
    Values values;
    const std::size_t columns = std::min(table.columns.size(), columns_max);
    put(values, "number", std::to_string(++number));
    put(values, "title", table.title);
    put(values, "meaning", table.meaning);
    put_if_any(values, "command", table.reproduce);
    values["judged"] =
        Values(std::any_of(table.rows.begin(), table.rows.end(),
                           [](const TableRow& row) { return row.verdict.has_value(); }));
    values["columns"] = rows_of(table.columns, columns_max, named);
    values["lines"] = rows_of(table.rows, bounds.rows,
                              [&](const TableRow& row) { return row_values(row, columns); });
    values["cut"] = Values(more_text(std::min(table.rows.size(), bounds.rows), table.rows.size()));
    return values;
  });
}

}  // namespace

void put_figures(Values& page, const Report& report, const PageBounds& bounds) {
  page["charts"] = charts_of(report, bounds);
  page["tables"] = tables_of(report, bounds);
  Values worst = list_of(report.worst_run.moments, bounds.rows, [](const Moment& moment) {
    Values values;
    put(values, "at", moment.at_ms ? duration_text(moment.at_ms) : "");
    put(values, "who", moment.who);
    put(values, "what", moment.what);
    return values;
  });
  put(worst, "title", report.worst_run.title);
  put_if_any(worst, "command", report.worst_run.reproduce);
  page["worst_run"] = std::move(worst);
}

void put_steps(Values& page, const Report& report, const PageBounds& bounds) {
  page["steps"] = list_of(report.steps, bounds.rows, [](const Step& step) {
    Values values;
    put(values, "name", step.name);
    put(values, "what", step.what_happened);
    put(values, "virtual_time", duration_text(step.virtual_ms));
    put(values, "real_time", duration_text(step.real_ms));
    put(values, "events", count_text(step.events));
    put_verdict(values, step.verdict);
    return values;
  });
  page["queries"] = list_of(report.queries, bounds.rows, [](const Query& query) {
    Values values;
    put(values, "name", query.name);
    put(values, "time", duration_text(query.ms));
    put(values, "count", count_text(query.rows));
    values["sql"] = Values(shown_lines(query.sql));
    std::string plan;
    for (const std::string& line : query.plan) plan += shown_text(line) + "\n";
    values["plan"] = Values(plan);
    return values;
  });
}

}  // namespace cutover::reports
