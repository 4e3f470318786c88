// Charts as inline SVG: no script, no request, fit for print and for both colour schemes.
//
// A drawing has the looks of a light ground in its attributes, and classes by which the page's
// style sheet changes them: series i has s0, s1, ... (again from s0 after series_classes), shades
// have `span`, the limit `limit`. Never a colour alone: lines differ in dashes too, and the page
// puts a data table beside every chart.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "reports/chart.h"

namespace cutover::reports {

inline constexpr std::size_t series_classes = 6;

// The <svg> element with a title and a description. `id` starts the ids inside it, and must be
// unique in the page and made of letters, digits and dashes. Total: any text, any numbers; a chart
// without points says that it has none.
[[nodiscard]] std::string chart_svg(const Chart& chart, const std::string& id);

// A short line in the look of a series, for the legend.
[[nodiscard]] std::string series_swatch(std::size_t series);

// True when a bar is a series and carries its name: every series has one point.
[[nodiscard]] bool bars_are_named(const Chart& chart);

// Round numbers that cover low to high: at least one, at most 12, rising. Finite; low <= high.
[[nodiscard]] std::vector<double> ticks_of(double low, double high);

// "12,500", "0.25", "3e+09": for axes and data tables.
[[nodiscard]] std::string axis_number(double number);

}  // namespace cutover::reports
