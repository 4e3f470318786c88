// What the templates of the page are filled with. Every text is made harmless here, and escaped by
// the templates; only drawings and the style sheet go in as they are.
//
// A list is an object {any, rows, more}: whether there are rows, the first of them, and a sentence
// on how many were left out.
#pragma once

#include <algorithm>
#include <cstddef>
#include <kainjow/mustache.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reports/evidence.h"
#include "reports/html/html_text.h"

namespace cutover::reports {

using Values = kainjow::mustache::data;

// How much of each list the page shows.
struct PageBounds {
  std::size_t rows = 300;       // of a list or a table
  std::size_t charts = 24;      // and of tables
  std::size_t chart_rows = 60;  // of the data table beside a chart
  std::size_t evidence = 12;    // of one requirement
};

[[nodiscard]] inline Values list() {
  return Values(Values::type::list);
}

inline void put(Values& values, const char* name, std::string_view text) {
  values[name] = Values(shown_text(text));
}

// A sentence that may hold a list of some length.
inline void put_long(Values& values, const char* name, std::string_view text) {
  values[name] = Values(shown_text(text, 4000));
}

// A text, or false: the template's section for it is then left out.
inline void put_if_any(Values& values, const char* name, std::string_view text) {
  values[name] = text.empty() ? Values(false) : Values(shown_text(text));
}

// verdict, mark and word, for badge.mustache: never a colour alone.
void put_verdict(Values& values, Verdict verdict);

[[nodiscard]] std::string more_text(std::size_t shown, std::size_t all);

// The rows alone. `values_of` makes the values of one item.
template <class Item, class ValuesOf>
Values rows_of(const std::vector<Item>& items, std::size_t rows_max, ValuesOf values_of) {
  Values rows = list();
  for (std::size_t index = 0; index < items.size() && index < rows_max; ++index) {
    rows.push_back(values_of(items[index]));
  }
  return rows;
}

template <class Item, class ValuesOf>
Values list_of(const std::vector<Item>& items, std::size_t rows_max, ValuesOf values_of) {
  Values whole;
  whole["any"] = Values(!items.empty());
  whole["rows"] = rows_of(items, rows_max, values_of);
  whole["more"] = Values(more_text(std::min(items.size(), rows_max), items.size()));
  return whole;
}

// Each adds what its templates need.
void put_first(Values& page, const Report& report, const PageBounds& bounds);    // first.mustache
void put_keys(Values& page, const Report& report, const PageBounds& bounds);     // keys.mustache
void put_figures(Values& page, const Report& report, const PageBounds& bounds);  // figures.mustache
void put_steps(Values& page, const Report& report, const PageBounds& bounds);    // steps.mustache
void put_requirements(Values& page, const Report& report, const PageBounds& bounds);
void put_ending(Values& page, const Report& report, const PageBounds& bounds);  // ending.mustache

}  // namespace cutover::reports
