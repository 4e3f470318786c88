#include "chaos/heat_map.h"

#include <set>

namespace cutover::chaos {
namespace {

constexpr std::string_view head = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>What the migration survives</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2em; color: #1b1b1b; background: #fff; }
table { border-collapse: collapse; margin: 1em 0 2em; }
th, td { border: 1px solid #ccc; padding: 3px 8px; text-align: right; white-space: nowrap; }
th { font-weight: 600; background: #f3f3f3; text-align: left; }
thead th { vertical-align: bottom; }
.pairs { font-size: 11px; }
.pairs thead th { writing-mode: vertical-rl; }
.all { background: #cdebd0; }
.some { background: #ffe2a8; }
.none { background: #f5b5ad; }
.empty { background: #fafafa; color: #888; }
</style>
</head>
<body>
<h1>What the migration survives</h1>
)";

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string cell(const Survival* survival) {
  if (survival == nullptr) return "<td class=\"empty\">&middot;</td>";
  const bool all = survival->survived == survival->played;
  const char* kind = all ? "all" : survival->survived == 0 ? "none" : "some";
  const std::string played = std::to_string(survival->played);
  return std::string("<td class=\"") + kind + "\">" +
         (all ? played : std::to_string(survival->survived) + " of " + played) + "</td>";
}

std::string heat_table(const Explored& explored) {
  std::set<std::string> rows;
  std::set<std::string> columns;
  for (const auto& [place, survival] : explored.heat) {
    rows.insert(place.first);
    columns.insert(place.second);
  }
  std::string html = explored.pairs ? "<table class=\"pairs\">" : "<table>";
  html += explored.pairs ? "<thead><tr><th>first, then &rarr;</th>" : "<thead><tr><th>call</th>";
  for (const std::string& column : columns) html += "<th>" + escaped(column) + "</th>";
  html += "</tr></thead>\n<tbody>\n";
  for (const std::string& row : rows) {
    html += "<tr><th>" + escaped(row) + "</th>";
    for (const std::string& column : columns) {
      const auto found = explored.heat.find({row, column});
      html += cell(found == explored.heat.end() ? nullptr : &found->second);
    }
    html += "</tr>\n";
  }
  return html + "</tbody></table>\n";
}

}  // namespace

std::string heat_map_html(const std::vector<Explored>& explored) {
  std::string html(head);
  html +=
      "<p>Each cell is a kind of call and a fault that happened to it: how many such cases were "
      "played, and when not all of them were survived, how many were. A dot: it cannot happen "
      "there.</p>\n";
  for (const Explored& one : explored) {
    html += "<h2>" + std::to_string(one.all.survived) + " of " + std::to_string(one.all.played) +
            (one.pairs ? " pairs" : " single faults") + " survived: " + std::to_string(one.keys) +
            " keys, " + std::to_string(one.calls) + " calls</h2>\n" + heat_table(one);
  }
  return html + "</body>\n</html>\n";
}

}  // namespace cutover::chaos
