#include "load/threshold.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace cutover::load {
namespace {

struct NamedAggregate {
  std::string_view name;
  Aggregate aggregate;
};
constexpr std::array<NamedAggregate, 6> aggregates = {{{"avg", Aggregate::avg},
                                                       {"min", Aggregate::min},
                                                       {"med", Aggregate::med},
                                                       {"max", Aggregate::max},
                                                       {"count", Aggregate::count},
                                                       {"rate", Aggregate::rate}}};

struct NamedComparison {
  std::string_view name;
  Comparison comparison;
};
// The longer ones first, because they begin like the shorter.
constexpr std::array<NamedComparison, 7> comparisons = {{{"===", Comparison::equal},
                                                         {"<=", Comparison::at_most},
                                                         {">=", Comparison::at_least},
                                                         {"==", Comparison::equal},
                                                         {"!=", Comparison::not_equal},
                                                         {"<", Comparison::below},
                                                         {">", Comparison::above}}};

tl::unexpected<std::string> wrong(std::string message) {
  return tl::unexpected(std::move(message));
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || end.ec != std::errc() || end.ptr != text.data() + text.size()) return {};
  if (!std::isfinite(value)) return {};
  return value;
}

const MetricName* metric_named(std::string_view name) {
  const auto& all = metric_names();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const MetricName& metric) { return metric.name == name; });
  return found == all.end() ? nullptr : &*found;
}

// "tier:d1,route:search"
std::string read_tag(std::string_view tag, Filter& filter) {
  const std::size_t colon = tag.find(':');
  const std::string_view name = trimmed(tag.substr(0, colon));
  const std::string_view value =
      colon == std::string_view::npos ? std::string_view() : trimmed(tag.substr(colon + 1));
  if (name == "tier") {
    filter.tier = tier_tag_named(value);
    if (filter.tier) return {};
    return fmt::format("there is no tier '{}'; there are {}", value, all_tier_tags());
  }
  if (name == "route") {
    filter.route = route_named(value);
    if (filter.route) return {};
    return fmt::format("there is no route '{}'; there are {}", value, all_routes());
  }
  return fmt::format("there is no tag '{}'; write tier:NAME or route:NAME", name);
}

tl::expected<Threshold, std::string> read_metric(std::string_view text) {
  Threshold threshold;
  const std::size_t open = text.find('{');
  threshold.metric = trimmed(text.substr(0, open));
  const MetricName* metric = metric_named(threshold.metric);
  if (metric == nullptr) {
    std::string names;
    for (const MetricName& known : metric_names()) names.append(" ").append(known.name);
    return wrong(fmt::format("there is no metric '{}'; there are{}", threshold.metric, names));
  }
  if (open == std::string_view::npos) return threshold;
  if (text.back() != '}') return wrong("a '{' without its '}' at the end");
  if (!metric->has_tags) {
    return wrong(fmt::format("{} has no tags; leave out {}", metric->name, text.substr(open)));
  }
  std::string_view tags = text.substr(open + 1, text.size() - open - 2);
  for (;;) {
    const std::size_t comma = tags.find(',');
    const std::string problem = read_tag(tags.substr(0, comma), threshold.filter);
    if (!problem.empty()) return wrong(problem);
    if (comma == std::string_view::npos) return threshold;
    tags.remove_prefix(comma + 1);
  }
}

// The text before the comparison.
std::string read_aggregate(std::string_view text, Threshold& threshold) {
  const auto found = std::find_if(aggregates.begin(), aggregates.end(),
                                  [&](const NamedAggregate& known) { return known.name == text; });
  if (found != aggregates.end()) {
    threshold.aggregate = found->aggregate;
    return {};
  }
  if (text.starts_with("p(") && text.ends_with(")")) {
    const auto percent = number(trimmed(text.substr(2, text.size() - 3)));
    if (!percent || *percent < 0 || *percent > 100) return "a percentile is p(0) to p(100)";
    threshold.aggregate = Aggregate::percentile;
    threshold.percent = *percent;
    return {};
  }
  return fmt::format("'{}' is none of avg, min, med, max, p(N), count, rate", text);
}

bool may_ask(MetricKind kind, Aggregate aggregate) {
  switch (kind) {
    case MetricKind::duration: return aggregate != Aggregate::rate;
    case MetricKind::share: return aggregate == Aggregate::rate;
    case MetricKind::counter: return aggregate == Aggregate::count || aggregate == Aggregate::rate;
  }
  return false;
}

std::string_view what_can_be_asked(MetricKind kind) {
  switch (kind) {
    case MetricKind::duration: return "avg, min, med, max, p(N) or count";
    case MetricKind::share: return "rate";
    case MetricKind::counter: return "count or rate";
  }
  return "";
}

}  // namespace

const std::vector<MetricName>& metric_names() {
  using enum MetricKind;
  static const std::vector<MetricName> names = {
      {"http_req_duration", duration, true, false, "from the intended start to the answer"},
      {"http_req_service", duration, true, false, "from the actual start to the answer"},
      {"http_req_failed", share, true, false, "answers with a status that is not right"},
      {"http_reqs", counter, true, false, "requests"},
      {"iterations", counter, false, false, "turns of virtual users, or arrivals"},
      {"checks", share, false, false, "checks that hold"},
      {"kv_hits", share, false, false, "of the books found: those that KV answered"},
      {"data_received", counter, false, false, "bytes of bodies"},
      {"d1_query_duration", duration, false, true, "of calls to D1, its queue included"},
      {"d1_queries", counter, false, true, "statements that reached D1"},
      {"d1_rows_read", counter, false, true, "as billed, modelled"},
      {"d1_rows_written", counter, false, true, "as billed, modelled"},
      {"kv_reads", counter, false, true, "keys read"},
      {"kv_writes", counter, false, true, "keys written"},
      {"provider_calls", counter, false, true, "calls to the book provider"},
  };
  return names;
}

tl::expected<Threshold, std::string> parse_threshold(std::string_view metric,
                                                     std::string_view expression) {
  auto threshold = read_metric(trimmed(metric));
  if (!threshold) return threshold;
  const std::string_view text = trimmed(expression);
  const std::size_t at = text.find_first_of("<>=!");
  if (at == std::string_view::npos) {
    return wrong(fmt::format("'{}' has no comparison; write for example p(95)<500", text));
  }
  const std::string_view rest = text.substr(at);
  const auto comparison =
      std::find_if(comparisons.begin(), comparisons.end(),
                   [&](const NamedComparison& known) { return rest.starts_with(known.name); });
  if (comparison == comparisons.end()) {
    return wrong(fmt::format("'{}' is none of < <= > >= == !=", rest));
  }
  threshold->comparison = comparison->comparison;
  const std::string problem = read_aggregate(trimmed(text.substr(0, at)), *threshold);
  if (!problem.empty()) return wrong(problem);
  const std::string_view limit = trimmed(rest.substr(comparison->name.size()));
  const auto value = number(limit);
  if (!value) return wrong(fmt::format("'{}' is not a number", limit));
  threshold->limit = *value;
  const MetricName* known = metric_named(threshold->metric);
  if (!may_ask(known->kind, threshold->aggregate)) {
    return wrong(fmt::format("{} has no {}; ask for {}", known->name, trimmed(text.substr(0, at)),
                             what_can_be_asked(known->kind)));
  }
  return threshold;
}

std::string metric_text(const Threshold& threshold) {
  std::string tags;
  if (threshold.filter.tier) tags.append("tier:").append(name_of(*threshold.filter.tier));
  if (threshold.filter.route) {
    tags.append(tags.empty() ? "route:" : ",route:").append(name_of(*threshold.filter.route));
  }
  return tags.empty() ? threshold.metric : threshold.metric + "{" + tags + "}";
}

std::string condition_text(const Threshold& threshold) {
  std::string text = fmt::format("p({})", threshold.percent);
  for (const NamedAggregate& known : aggregates) {
    if (known.aggregate == threshold.aggregate) text = known.name;
  }
  for (const NamedComparison& known : comparisons) {
    if (known.comparison == threshold.comparison && known.name != "===") text += known.name;
  }
  return text + fmt::format("{}", threshold.limit);
}

bool holds(const Threshold& threshold, double measured) {
  switch (threshold.comparison) {
    case Comparison::below: return measured < threshold.limit;
    case Comparison::at_most: return measured <= threshold.limit;
    case Comparison::above: return measured > threshold.limit;
    case Comparison::at_least: return measured >= threshold.limit;
    case Comparison::equal: return measured == threshold.limit;
    case Comparison::not_equal: return measured != threshold.limit;
  }
  return false;
}

}  // namespace cutover::load
