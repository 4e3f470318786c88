#include "tests/reports/sample_report.h"

#include <cstdint>
#include <optional>
#include <utility>

#include "reports/text.h"

namespace cutover::reports {

Report honest_report() {
  const std::string digest(64, 'a');
  Report report;
  report.tool_version = "0.1.0";
  report.started = "2025-11-23T20:26:00Z";
  report.seed = 18446744073709551615u;
  report.verdict = Verdict::pass;
  report.headline = "The dump may go live: 7 of 7 keys have a fate.";
  report.inputs = {{"dump", "google-7k.ndjson.gz", digest, 1536, 7}};
  report.requirements = {{"R2.4",
                          "Upserts idempotently",
                          Verdict::pass,
                          {{"A second run changed 0 of 5 rows.", "scenario rerun",
                            "cutover verify --seed 7", Verdict::pass}}}};
  report.criteria = {
      {"R6.5.p95", "API p95", "< 500", 41.5, "ms", Verdict::pass, "virtual time", 500.0,
       Direction::below, "staging", "cutover load"},
      {"R6.5.hits", "KV hit rate", "> 80", 93.0, "%", Verdict::pass, "", 80.0, Direction::above},
      {"R6.6.checks", "checklist", "all", "9 of 9", "", Verdict::pass, ""}};
  report.listed = 7;
  report.fates = {{"inserted", 5, "a new row"}, {"rejected", 2, "no row, see the reason"}};
  report.steps = {{"migration", Verdict::pass, "7 keys in 1 batch", 86400000.0, 12.25, 31},
                  {"smoke test", Verdict::pass, "3 calls", std::nullopt, 1500.0, 3}};
  add_finding(report.rejections, {"book:isbn:12", "isbn_malformed", "2 characters"},
              "The key holds no ISBN");
  add_finding(report.rejections, {"book:isbn:x", "isbn_malformed", "1 character"},
              "The key holds no ISBN");
  add_finding(report.alterations, {"book:isbn:9780439708180", "title_missing", ""},
              "The source has no title");
  report.queries = {{"by year", "SELECT isbn\nFROM Books", 0.42, 3, {"SEARCH Books", "USE INDEX"}}};
  report.checklist = {
      {ChecklistPhase::before, "Runbook documented", Verdict::pass, "41 commands executed"},
      {ChecklistPhase::after, "Error rate < 0.1 %", Verdict::unknown, "not live yet"}};
  report.approvals = {{"Tech lead", "R. Example", "2025-11-24T08:00:00Z", digest, ""},
                      {"QA", "", "", "", ""}};
  report.coverage = {{"d1.batch", 12}, {"kv.list", 0}};
  report.reproduce = "cutover verify --dump google-7k.ndjson.gz --seed 18446744073709551615";
  report.not_covered = {"The real provider's quota"};
  report.profile = "quick";
  report.meaning = {"0 failures in 300 independent seeds: fewer than 1 run in 100 fails."};
  report.tables = {{"drills",
                    "Drills",
                    "Each risk was provoked.",
                    {"Risk", "Back to normal"},
                    {{{"D1 is down", "1.2 s"}, Verdict::pass}, {{"of these", "1"}, std::nullopt}},
                    "cutover verify --only drills"}};
  report.charts = {sample_chart(ChartKind::line), sample_chart(ChartKind::heat)};
  report.seeds = {{"storm", 18446744073709551615u, "00ff", "cutover chaos --first 7"}};
  report.history = {{"2025-11-22T20:26:00Z",
                     Verdict::unknown,
                     "0.0.9",
                     digest,
                     {{"completeness", 99.5, "%"}, {"API p95", std::nullopt, "ms"}}}};
  report.worst_run = {"seed 7, the longest outage",
                      "cutover replay case.json",
                      {{0.0, "migrator", "takes the lease"},
                       {std::nullopt, "", "then 14 calls"},
                       {1250.5, "d1", "does not answer"}}};
  report.files = {{"left-out-keys.csv", 3, 0, digest}};
  return report;
}

Chart sample_chart(ChartKind kind) {
  Chart chart;
  chart.id = "latency_" + std::string(name_of(kind));
  chart.title = "API latency";
  chart.meaning = "The latency rises while D1 is down, and falls again.";
  chart.kind = kind;
  chart.x = {"virtual time", "s"};
  chart.y = {"p95", "ms"};
  chart.series = {{"reads", {{0, 20}, {10, 480.5}, {20, std::nullopt}, {30, 25}}},
                  {"writes", {{0, 40}, {10, 610}, {20, 300}, {30, 41}}}};
  chart.spans = {{8, 21, "D1 is down"}};
  chart.limit = 500;
  chart.reproduce = "cutover load --seed 7";
  return chart;
}

Report report_of(const std::string& text) {
  Report report;
  report.tool_version = text;
  report.started = text;
  report.headline = text;
  report.inputs = {{text, text, text, 1, 2}};
  report.requirements = {{text, text, Verdict::fail, {{text, text, text, Verdict::fail}}}};
  report.criteria = {
      {text, text, text, text, text, Verdict::unknown, text, 1.0, Direction::below, text, text}};
  report.listed = 2;
  report.fates = {{text, 2, text}};
  report.steps = {{text, Verdict::fail, text, 1.5, 2.5, 3}};
  add_finding(report.rejections, {text, text, text}, text);
  add_finding(report.alterations, {text, text, text}, text);
  report.queries = {{text, text, 1.0, 1, {text, text}}};
  report.checklist = {{ChecklistPhase::after, text, Verdict::unknown, text}};
  report.approvals = {{text, text, text, text, text}};
  report.coverage = {{text, 0}};
  report.reproduce = text;
  report.not_covered = {text};
  report.profile = text;
  report.meaning = {text};
  report.tables = {{text, text, text, {text, text}, {{{text, text}, Verdict::fail}}, text}};
  for (const ChartKind kind :
       {ChartKind::line, ChartKind::steps, ChartKind::bars, ChartKind::heat}) {
    Chart chart = sample_chart(kind);
    chart.id = chart.title = chart.meaning = chart.reproduce = text;
    chart.x = chart.y = {text, text};
    for (Series& series : chart.series) series.name = text;
    for (Span& span : chart.spans) span.label = text;
    report.charts.push_back(std::move(chart));
  }
  report.seeds = {{text, 1, text, text}};
  report.history = {{text, Verdict::unknown, text, text, {{text, 1.5, text}}}};
  report.worst_run = {text, text, {{1.0, text, text}}};
  report.files = {{text, 1, 2, text}};
  return report;
}

std::vector<std::string> hostile_texts() {
  return {
      "two\nlines\r\n\r\nand\ttab",
      "a | pipe \\| and \\\\| more ||",
      "`one` ``two`` ```three\n```\n~~~",
      "<script>alert(1)</script><!-- <![CDATA[ ]]> --><br/>",
      "&amp; &lt; \"quoted\" 'single'",
      "[link](javascript:alert(1)) ![x](http://example.com/x.png) www.example.com",
      "# heading",
      "- item",
      "1. item",
      "> quote",
      "    indented",
      "***",
      "---",
      "===",
      "|---|",
      std::string("nul\0inside", 10),
      "\x01\x02\x08\x0b\x0c\x1f\x7f\x1b[31mred",
      "\xff\xfe broken \xc3( \xa0\xa1 \xe2\x28\xa1 \xf0\x28\x8c\xbc",
      "cut \xe2\x82",
      "overlong \xc0\xaf surrogate \xed\xa0\x80 beyond \xf4\x90\x80\x80",
      "noncharacters \xef\xbf\xbe \xef\xbf\xbf C1 \xc2\x85 \xc2\x9b",
      "reversed \xe2\x80\xae txt.exe \xe2\x80\xac zero\xe2\x80\x8bwidth \xe2\x80\xa8 line",
      "caf\xc3\xa9 \xe6\x9b\xb8 \xf0\x9f\x93\x96",
      std::string(5000, '|'),
      "/etc/passwd/../x/",
      "",
      "   ",
  };
}

std::string noise(unsigned number) {
  std::uint64_t state = number * 6364136223846793005u + 1442695040888963407u;
  const auto next = [&] {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<unsigned>(state >> 33);
  };
  std::string text;
  const unsigned size = next() % 61;
  for (unsigned index = 0; index < size; ++index) text += static_cast<char>(next() % 256);
  return text;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const CodePoint next = first_code_point(text);
    if (!next.valid) return false;
    text.remove_prefix(next.bytes);
  }
  return true;
}

}  // namespace cutover::reports
