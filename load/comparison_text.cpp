// Loads side by side (R4.6).

#include <fmt/format.h>

#include <functional>

#include "load/summary.h"
#include "load/words.h"

namespace cutover::load {
namespace {

using Column = std::function<std::string(const Result&)>;

constexpr std::size_t parts_of_time = 8;  // of the hit rate

void add_row(std::string& text, std::string_view name, std::span<const LoadReport> reports,
             const Column& column) {
  text += fmt::format("{:<30}", name);
  for (const LoadReport& report : reports) text += fmt::format(" {:>26}", column(report.result));
  text += "\n";
}

std::string pair_of(const Histogram& values) {
  if (values.count() == 0) return "-";
  return fmt::format("{} / {}", time_words(values.percentile(50)),
                     time_words(values.percentile(95)));
}

void add_tier(std::string& text, std::string_view name, std::span<const LoadReport> reports,
              Tier tier) {
  const auto cell = [tier](const Result& result) -> const Cell& {
    return result.measured
        .cells[static_cast<std::size_t>(Route::search)][static_cast<std::size_t>(tier)];
  };
  add_row(text, name, reports,
          [&](const Result& result) { return pair_of(cell(result).duration); });
  add_row(text, "  answers", reports, [&](const Result& result) {
    return count_words(static_cast<std::int64_t>(cell(result).duration.count()));
  });
}

// The hit rate of the part-th piece of the load.
std::string hits_in(const Result& result, std::size_t part) {
  const auto& series = result.measured.series;
  Slice sum;
  for (std::size_t i = part * series.size() / parts_of_time;
       i < (part + 1) * series.size() / parts_of_time; ++i) {
    sum.merge(series[i]);
  }
  if (sum.found == 0) return "-";
  return share_words(static_cast<double>(sum.from_kv) / static_cast<double>(sum.found));
}

void add_usage(std::string& text, std::string_view name, std::span<const LoadReport> reports,
               std::int64_t Usage::*field) {
  add_row(text, name, reports, [field](const Result& result) {
    return result.services ? count_words(result.services->used.*field) : std::string("-");
  });
}

}  // namespace

std::string comparison_text(std::span<const LoadReport> reports) {
  std::string text;
  add_row(text, "", reports, [](const Result& result) { return result.target; });
  add_row(text, "requests", reports, [](const Result& result) {
    return count_words(static_cast<std::int64_t>(result.measured.iterations));
  });
  add_row(text, "all, P50 / P95", reports,
          [](const Result& result) { return pair_of(result.measured.all({}).duration); });
  add_tier(text, "cached, P50 / P95", reports, Tier::cached);
  add_tier(text, "KV, cold", reports, Tier::kv);
  add_tier(text, "D1", reports, Tier::d1);
  add_tier(text, "provider", reports, Tier::provider);
  add_row(text, "error rate", reports, [](const Result& result) {
    Threshold failed;
    failed.metric = "http_req_failed";
    failed.aggregate = Aggregate::rate;
    return share_words(measure(result, failed));
  });
  for (std::size_t part = 0; part < parts_of_time; ++part) {
    add_row(text, fmt::format("hit rate, part {} of {}", part + 1, parts_of_time), reports,
            [part](const Result& result) { return hits_in(result, part); });
  }
  add_usage(text, "D1 queries", reports, &Usage::d1_queries);
  add_usage(text, "D1 rows read (modelled)", reports, &Usage::d1_rows_read);
  add_usage(text, "D1 rows written (modelled)", reports, &Usage::d1_rows_written);
  add_usage(text, "KV reads", reports, &Usage::kv_reads);
  add_usage(text, "KV writes", reports, &Usage::kv_writes);
  add_usage(text, "provider calls", reports, &Usage::provider_calls);
  text += fmt::format("{:<30}", "a month on the paid plan");
  for (const LoadReport& report : reports) {
    const std::string dollars =
        report.forecast ? fmt::format("{:.2f}$", report.forecast->bill.paid_dollars) : "-";
    text += fmt::format(" {:>26}", dollars);
  }
  text += "\n";
  return text;
}

}  // namespace cutover::load
