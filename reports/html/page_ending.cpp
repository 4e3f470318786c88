#include <fmt/format.h>

#include <algorithm>

#include "reports/figures.h"
#include "reports/html/page_values.h"
#include "reports/text.h"

namespace cutover::reports {

namespace {

Values evidence_values(const Evidence& evidence, Verdict claimed) {
  Values values;
  put(values, "what", evidence.what);
  put(values, "source", evidence.source);
  put_if_any(values, "command", evidence.reproduce);
  values["differs"] = Values(evidence.verdict != claimed);
  put_verdict(values, evidence.verdict);
  return values;
}

std::string tally_text(const std::vector<Requirement>& requirements) {
  const auto count = [&requirements](Verdict verdict) {
    return std::count_if(requirements.begin(), requirements.end(),
                         [verdict](const Requirement& one) { return one.verdict == verdict; });
  };
  return fmt::format("{} pass, {} fail, {} unknown.", count(Verdict::pass), count(Verdict::fail),
                     count(Verdict::unknown));
}

void put_sites(Values& page, const Report& report, std::size_t rows_max) {
  std::vector<std::string> missed;
  for (const auto& [site, calls] : report.coverage) {
    if (calls == 0) missed.push_back(site);
  }
  Values sites;
  sites["any"] = Values(!report.coverage.empty());
  put(sites, "reached",
      fmt::format("{} of {} were reached.", report.coverage.size() - missed.size(),
                  report.coverage.size()));
  sites["missed"] =
      missed.empty() ? Values(false) : list_of(missed, rows_max, [](const std::string& site) {
        Values values;
        put(values, "site", site);
        return values;
      });
  page["sites"] = std::move(sites);
}

Values sentences(const std::vector<std::string>& sentences, std::size_t rows_max) {
  return list_of(sentences, rows_max, [](const std::string& sentence) {
    Values values;
    put_long(values, "sentence", sentence);
    return values;
  });
}

Values past_values(const PastRun& run) {
  std::string figures;
  for (const Figure& figure : run.figures) {
    figures += (figures.empty() ? "" : "; ") + figure_text(figure);
  }
  Values values;
  put(values, "started", run.started);
  put(values, "tool_version", run.tool_version);
  put(values, "figures", figures);
  put(values, "digest", run.digest);
  put_verdict(values, run.verdict);
  return values;
}

struct Command {
  std::string figure;
  std::string command;
};

std::vector<Command> commands_of(const Report& report) {
  std::vector<Command> commands;
  const auto add = [&commands](const std::string& figure, const std::string& command) {
    if (!command.empty()) commands.push_back({figure, command});
  };
  for (const Criterion& one : report.criteria) add(one.name, one.reproduce);
  for (const Chart& one : report.charts) add(one.title, one.reproduce);
  for (const Table& one : report.tables) add(one.title, one.reproduce);
  return commands;
}

void put_reproduce(Values& page, const Report& report, const PageBounds& bounds) {
  page["command"] =
      Values(report.reproduce.empty() ? "No command was given." : shown_lines(report.reproduce));
  page["commands"] = list_of(commands_of(report), bounds.rows, [](const Command& one) {
    Values values;
    put(values, "figure", one.figure);
    put(values, "command", one.command);
    return values;
  });
  page["seeds"] = list_of(report.seeds, bounds.rows, [](const SeededRun& run) {
    Values values;
    put(values, "scenario", run.scenario);
    put(values, "seed", std::to_string(run.seed));
    put(values, "digest", run.digest);
    put(values, "command", run.reproduce);
    return values;
  });
}

}  // namespace

void put_requirements(Values& page, const Report& report, const PageBounds& bounds) {
  Values requirements =
      list_of(report.requirements, bounds.rows, [&bounds](const Requirement& requirement) {
        Values values;
        put(values, "id", requirement.id);
        put(values, "title", requirement.title);
        put_verdict(values, requirement.verdict);
        const auto evidence_of = [&requirement](const Evidence& evidence) {
          return evidence_values(evidence, requirement.verdict);
        };
        values["evidence"] = rows_of(requirement.evidence, bounds.evidence, evidence_of);
        return values;
      });
  put(requirements, "tally", tally_text(report.requirements));
  page["requirements"] = std::move(requirements);
  put_sites(page, report, bounds.rows);
}

void put_ending(Values& page, const Report& report, const PageBounds& bounds) {
  page["meaning"] = sentences(report.meaning, bounds.rows);
  page["not_covered"] = sentences(report.not_covered, bounds.rows);
  page["history"] = list_of(report.history, history_max, past_values);
  page["inputs"] = list_of(report.inputs, bounds.rows, [](const Input& input) {
    Values values;
    put(values, "name", input.name);
    put(values, "file", last_path_part(input.path));
    put(values, "records", count_text(input.records));
    put(values, "size", size_text(input.bytes));
    put(values, "sha256", input.sha256);
    return values;
  });
  put_reproduce(page, report, bounds);
}

}  // namespace cutover::reports
