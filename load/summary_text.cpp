// The summary for people.

#include <fmt/format.h>

#include "load/summary.h"
#include "load/words.h"

namespace cutover::load {
namespace {

using reports::Verdict;

constexpr std::size_t name_width = 32;

std::string dotted(std::string name) {
  if (name.size() < name_width) name.append(name_width - name.size(), '.');
  return name + ": ";
}

std::string trend(const Histogram& values) {
  return fmt::format("avg={} min={} med={} max={} p(90)={} p(95)={} p(99)={}",
                     ms_words(values.mean_ms()), time_words(values.min()),
                     time_words(values.percentile(50)), time_words(values.max()),
                     time_words(values.percentile(90)), time_words(values.percentile(95)),
                     time_words(values.percentile(99)));
}

double seconds_of(const Measured& measured) {
  return std::max(std::chrono::duration<double>(measured.elapsed).count(), 1e-6);
}

std::string share_of(std::uint64_t part, std::uint64_t whole) {
  return share_words(whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole));
}

void add_checks(std::string& text, const Measured& measured) {
  CheckCount all;
  for (std::size_t i = 0; i < check_count; ++i) {
    const CheckCount& check = measured.checks[i];
    text += fmt::format("  {} {}\n", check.fails == 0 ? "✓" : "✗", check_names[i]);
    if (check.fails > 0) {
      text += fmt::format("     {} of {}\n", count_words(static_cast<std::int64_t>(check.fails)),
                          count_words(static_cast<std::int64_t>(check.fails + check.passes)));
    }
    all.passes += check.passes;
    all.fails += check.fails;
  }
  text += fmt::format("\n  {}{} ✓ {} ✗ {}\n", dotted("checks"),
                      share_of(all.passes, all.passes + all.fails), all.passes, all.fails);
}

// Only the simulation tells what the location remembered from all other answers of KV.
std::string_view tier_words(const Result& result, Tier tier) {
  return tier == Tier::kv && result.services ? "kv, cold" : name_of(tier);
}

void add_tier(std::string& text, const Result& result, Tier tier) {
  Histogram durations;
  for (const auto& row : result.measured.cells) {
    durations.merge(row[static_cast<std::size_t>(tier)].duration);
  }
  if (durations.count() == 0) return;
  const std::string count = count_words(static_cast<std::int64_t>(durations.count()));
  const std::string name = fmt::format("  {} {}", tier_words(result, tier), count);
  text += fmt::format("  {}{}\n", dotted(name), trend(durations));
}

void add_metrics(std::string& text, const Result& result) {
  const Measured& measured = result.measured;
  const Cell all = measured.all({});
  const std::uint64_t requests = all.duration.count();
  const auto bytes = static_cast<double>(measured.bytes);
  text += fmt::format("  {}{}  {}/s\n", dotted("data_received"), byte_words(bytes),
                      byte_words(bytes / seconds_of(measured)));
  text += fmt::format("  {}{}\n", dotted("http_req_duration"), trend(all.duration));
  for (std::size_t i = 0; i < tier_count; ++i) add_tier(text, result, static_cast<Tier>(i));
  text += fmt::format("  {}{}\n", dotted("http_req_service"), trend(all.service));
  text += fmt::format("  {}{} ✗ {} of {}\n", dotted("http_req_failed"),
                      share_of(all.failed, requests), all.failed, requests);
  text += fmt::format("  {}{}  {:.2f}/s\n", dotted("http_reqs"), requests,
                      static_cast<double>(requests) / seconds_of(measured));
  text += fmt::format("  {}{}\n", dotted("iterations"), measured.iterations);
  const Slice total = measured.total();
  text += fmt::format("  {}{} of {} books found\n", dotted("kv_hits"),
                      share_of(total.from_kv, total.found), total.found);
  if (result.users_max > 0) {
    text += fmt::format("  {}max={:.0f}\n", dotted("vus"), result.users_max);
  }
  if (measured.late > 0) {
    text += fmt::format("  {}{} requests waited for a free connection\n", dotted("late"),
                        measured.late);
  }
}

void add_services(std::string& text, const Services& services) {
  const Usage& used = services.used;
  text += fmt::format("  {}{} queries, {} rows read, {} rows written (modelled)\n", dotted("d1"),
                      count_words(used.d1_queries), count_words(used.d1_rows_read),
                      count_words(used.d1_rows_written));
  text += fmt::format("  {}{}\n", dotted("d1_query_duration"), trend(services.d1_calls));
  text += fmt::format("  {}{} reads, {} writes, {} deletes, {} lists\n", dotted("kv"),
                      count_words(used.kv_reads), count_words(used.kv_writes),
                      count_words(used.kv_deletes), count_words(used.kv_lists));
  text += fmt::format("  {}{} calls\n", dotted("provider"), count_words(used.provider_calls));
}

std::string value_words(const Threshold& threshold, double value) {
  if (threshold.aggregate == Aggregate::count) return fmt::format("{:.0f}", value);
  if (threshold.aggregate == Aggregate::rate) return fmt::format("{:.4g}", value);
  return ms_words(value);
}

}  // namespace

std::string summary_text(const LoadReport& report) {
  const Result& result = report.result;
  const Measured& measured = result.measured;
  std::string text =
      fmt::format("profile {} on {}, {:.0f} s, seed {}{}\n\n", result.profile, result.target,
                  seconds_of(measured), result.seed, measured.interrupted ? ", interrupted" : "");
  add_checks(text, measured);
  add_metrics(text, result);
  if (result.services) add_services(text, *result.services);
  if (!report.judgements.empty()) text += "\nthresholds\n";
  for (const Judgement& judgement : report.judgements) {
    const Threshold& threshold = judgement.threshold;
    const char* mark = judgement.verdict == Verdict::pass   ? "✓"
                       : judgement.verdict == Verdict::fail ? "✗"
                                                            : "?";
    const std::string name = metric_text(threshold) + " " + condition_text(threshold);
    text += fmt::format("  {} {:<46} ", mark, name);
    if (!judgement.measured) {
      text += "nothing was measured\n";
      continue;
    }
    text += fmt::format("measured {}, limit {}", value_words(threshold, *judgement.measured),
                        value_words(threshold, threshold.limit));
    if (judgement.margin) text += fmt::format(", margin {:.1f}%", *judgement.margin * 100);
    text += "\n";
  }
  if (report.forecast) text += "\n" + forecast_text(*report.forecast);
  return text;
}

}  // namespace cutover::load
