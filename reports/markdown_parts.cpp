#include "reports/markdown_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <utility>

#include "reports/figures.h"
#include "reports/markdown_text.h"
#include "reports/text.h"

namespace cutover::reports {

namespace {

constexpr std::size_t cell_characters_max = 400;
constexpr std::size_t sentence_characters_max = 4000;
constexpr std::size_t rows_max = 500;

void add_left_out(std::string& out, std::size_t all) {
  if (all > rows_max) out += fmt::format("\nAnd {} more, in report.json.\n", all - rows_max);
  out += "\n";
}

void add_table(std::string& out, const Table& table) {
  out += fmt::format("### {}\n\n{}\n\n", short_text(table.title), long_text(table.meaning));
  std::vector<std::string> names;
  for (const std::string& column : table.columns) names.push_back(short_text(column));
  names.emplace_back("Verdict");
  add_header(out, names);
  for (std::size_t index = 0; index < std::min(table.rows.size(), rows_max); ++index) {
    const TableRow& row = table.rows[index];
    std::vector<std::string> cells;
    for (std::size_t column = 0; column < table.columns.size(); ++column) {
      cells.push_back(column < row.cells.size() ? short_text(row.cells[column]) : "");
    }
    cells.push_back(row.verdict ? shout(*row.verdict) : "");
    add_row(out, cells);
  }
  add_left_out(out, table.rows.size());
  if (!table.reproduce.empty()) out += short_code(table.reproduce) + "\n\n";
}

}  // namespace

std::string shout(Verdict verdict) {
  std::string word(name_of(verdict));
  std::transform(word.begin(), word.end(), word.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::toupper(letter)); });
  return word;
}

std::string short_text(std::string_view text) {
  return markdown_text(clipped(text, cell_characters_max));
}

std::string long_text(std::string_view text) {
  return markdown_text(clipped(text, sentence_characters_max));
}

std::string short_code(std::string_view text) {
  return markdown_code(clipped(text, cell_characters_max));
}

void add_row(std::string& out, const std::vector<std::string>& cells) {
  out += "|";
  for (const std::string& cell : cells) out += " " + (cell.empty() ? "-" : cell) + " |";
  out += "\n";
}

void add_header(std::string& out, const std::vector<std::string>& names) {
  add_row(out, names);
  out += "|";
  for (std::size_t column = 0; column < names.size(); ++column) out += "---|";
  out += "\n";
}

void add_tables(std::string& out, const Report& report) {
  if (report.tables.empty()) return;
  out += "## Tables\n\n";
  for (const Table& table : report.tables) add_table(out, table);
}

void add_charts(std::string& out, const Report& report) {
  if (report.charts.empty()) return;
  out += "## Charts\n\nDrawn in report.html.\n\n";
  for (const Chart& chart : report.charts) {
    out += fmt::format("- **{}** {}", short_text(chart.title), long_text(chart.meaning));
    if (!chart.reproduce.empty()) out += " " + short_code(chart.reproduce);
    out += "\n";
  }
  out += "\n";
}

void add_timeline(std::string& out, const Report& report) {
  const Timeline& worst = report.worst_run;
  if (worst.moments.empty()) return;
  out += fmt::format("## The worst run\n\n{}\n\n", short_text(worst.title));
  if (!worst.reproduce.empty()) out += short_code(worst.reproduce) + "\n\n";
  add_header(out, {"At", "Who", "What"});
  for (std::size_t index = 0; index < std::min(worst.moments.size(), rows_max); ++index) {
    const Moment& moment = worst.moments[index];
    add_row(out, {duration_text(moment.at_ms), short_text(moment.who), short_text(moment.what)});
  }
  add_left_out(out, worst.moments.size());
}

void add_meaning(std::string& out, const Report& report) {
  if (report.meaning.empty()) return;
  out += "## What a green run means\n\n";
  for (const std::string& sentence : report.meaning) out += "- " + long_text(sentence) + "\n";
  out += "\n";
}

void add_seeds(std::string& out, const Report& report) {
  if (report.seeds.empty()) return;
  out += "## Runs to repeat\n\nEach must give its digest again, on any machine.\n\n";
  add_header(out, {"Scenario", "Seed", "Digest", "Command"});
  for (std::size_t index = 0; index < std::min(report.seeds.size(), rows_max); ++index) {
    const SeededRun& run = report.seeds[index];
    add_row(out, {short_text(run.scenario), std::to_string(run.seed), short_code(run.digest),
                  short_code(run.reproduce)});
  }
  add_left_out(out, report.seeds.size());
}

void add_history(std::string& out, const Report& report) {
  if (report.history.empty()) return;
  out += "## Earlier runs\n\n";
  add_header(out, {"Started", "Verdict", "Version", "Figures", "Digest"});
  for (std::size_t index = 0; index < std::min(report.history.size(), history_max); ++index) {
    const PastRun& run = report.history[index];
    std::string figures;
    for (const Figure& figure : run.figures) {
      figures += (figures.empty() ? "" : "; ") + figure_text(figure);
    }
    add_row(out, {short_text(run.started), shout(run.verdict), short_text(run.tool_version),
                  short_text(figures), run.digest.empty() ? "" : short_code(run.digest)});
  }
  out += "\n";
}

}  // namespace cutover::reports
