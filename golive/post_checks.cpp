#include "golive/post_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "golive/share.h"

namespace cutover::golive {
namespace {

using reports::Criterion;
using reports::Direction;
using reports::Verdict;

constexpr std::string_view requests_total = "bookstrack_http_requests_total";
constexpr std::string_view reads_total = "bookstrack_lookup_reads_total";
constexpr std::string_view d1_calls_total = "bookstrack_d1_calls_total";
constexpr std::string_view shadow_total = "bookstrack_lookup_shadow_reads_total";
constexpr std::string_view findings_total = "bookstrack_guard_findings_total";

bool any(const Labels&) {
  return true;
}

bool is_users(const Labels& labels) {
  const std::string_view route = label(labels, "route");
  return !route.starts_with("/admin/") && route != "/health" && route != "/metrics";
}

bool is_server_error(const Labels& labels) {
  return label(labels, "status").starts_with('5');
}

// A restart lost part of what was counted: what looks good may not have been.
Verdict after_restart(Verdict verdict, const Window& window) {
  return window.restarted() && verdict == Verdict::pass ? Verdict::unknown : verdict;
}

std::string count(double number, std::string_view of) {
  return fmt::format("{:.0f} {}", number, of);
}

// The figure is given only when the verdict rests on it; else the note says why it does not.
void settle(Criterion& criterion, const Window& window, Verdict verdict, double figure,
            const std::string& what) {
  criterion.verdict = after_restart(verdict, window);
  criterion.note = what;
  if (criterion.verdict != Verdict::unknown) {
    criterion.measured = figure;
    return;
  }
  criterion.note = fmt::format("{:.4g} {} of {}: {}", figure, criterion.unit, what,
                               verdict == Verdict::unknown
                                   ? "too few to tell"
                                   : "the system was restarted in between, and counted anew");
}

Criterion not_counted(Criterion criterion, std::string_view metric) {
  criterion.note = fmt::format("{} is not there", metric);
  return criterion;
}

// Limits are in percent. `upper`: the bad ones stay below it; else the good ones above.
Criterion share_criterion(Criterion criterion, const Window& window, const Share& share,
                          std::string_view what) {
  const bool upper = criterion.direction == Direction::below;
  const double figure = 100 * (upper ? share.share() : 1 - share.share());
  settle(criterion, window, judge(share), share.all > 0 ? figure : 0,
         fmt::format("{}; {:.0f} are enough", count(share.all, what), share.enough));
  return criterion;
}

Criterion error_rate(const Window& window) {
  Criterion criterion{"after.error_rate", "Error rate", "< 0.1", {}, "%", Verdict::unknown, ""};
  criterion.limit = 0.1;
  criterion.direction = Direction::below;
  if (!window.has(requests_total, is_users)) return not_counted(criterion, requests_total);
  const auto bad = [](const Labels& labels) { return is_users(labels) && is_server_error(labels); };
  return share_criterion(criterion, window,
                         {window.growth(requests_total, bad),
                          window.growth(requests_total, is_users), 0.001, requests_enough},
                         "requests");
}

Criterion cache_hits(const Window& window) {
  Criterion criterion{
      "after.cache_hit_rate", "Cache hit rate", "> 80", {}, "%", Verdict::unknown, ""};
  criterion.limit = 80;
  criterion.direction = Direction::above;
  if (!window.has(reads_total, any)) return not_counted(criterion, reads_total);
  // A remembered absence is the cache's answer too, as in bookstrack_cache_hit_rate.
  const auto missed = [](const Labels& labels) {
    const std::string_view tier = label(labels, "tier");
    return tier != "cache" && !(tier == "missing" && label(labels, "remembered") == "1");
  };
  return share_criterion(
      criterion, window,
      {window.growth(reads_total, missed), window.growth(reads_total, any), 0.2, lookups_enough},
      "lookups");
}

Criterion d1_success(const Window& window) {
  Criterion criterion{"after.d1_success", "D1 success", "> 99", {}, "%", Verdict::unknown, ""};
  criterion.limit = 99;
  criterion.direction = Direction::above;
  if (!window.has(d1_calls_total, any)) return not_counted(criterion, d1_calls_total);
  const auto failed = [](const Labels& labels) { return label(labels, "result") != "ok"; };
  return share_criterion(criterion, window,
                         {window.growth(d1_calls_total, failed), window.growth(d1_calls_total, any),
                          0.01, d1_calls_enough},
                         "calls to D1");
}

Criterion d1_queries(const Window& window) {
  Criterion criterion{"after.d1_queries", "D1 is used", "> 0", {}, "calls", Verdict::unknown, ""};
  criterion.limit = 0;
  criterion.direction = Direction::above;
  if (!window.has(d1_calls_total, any)) return not_counted(criterion, d1_calls_total);
  const auto answered = [](const Labels& labels) { return label(labels, "result") == "ok"; };
  const double calls = window.growth(d1_calls_total, answered);
  // When hardly anybody looked anything up, D1 was not needed.
  const double lookups = window.growth(reads_total, any);
  const Verdict verdict = calls > 0                   ? Verdict::pass
                          : lookups >= lookups_enough ? Verdict::fail
                                                      : Verdict::unknown;
  criterion.measured = calls;
  criterion.verdict = verdict;
  criterion.note = "that D1 answered, beside " + count(lookups, "lookups");
  if (verdict == Verdict::unknown) criterion.measured = {};
  return criterion;
}

struct Latency {
  const char* id;
  const char* name;
  std::string_view histogram;
  Which which;
  double share;  // 0.95
  double limit_ms;
  double enough;
};

Criterion latency(const Window& window, const Latency& of) {
  Criterion criterion{
      of.id, of.name, fmt::format("< {:.0f}", of.limit_ms), {}, "ms", Verdict::unknown, ""};
  criterion.limit = of.limit_ms;
  criterion.direction = Direction::below;
  const std::string counts = std::string(of.histogram) + "_count";
  if (!window.has(counts, of.which)) return not_counted(criterion, of.histogram);
  const double all = window.growth(counts, of.which);
  const auto found = window.quantile(of.histogram, of.share, of.which);
  const std::string what =
      fmt::format("{}; {:.0f} are enough", count(all, "observations"), of.enough);
  if (!found || all < of.enough) {
    settle(criterion, window, Verdict::unknown, found ? 1000 * found->value : 0, what);
    return criterion;
  }
  // The bucket says between which two figures it lies; a limit between them cannot be judged.
  const double limit = of.limit_ms / 1000;
  if (found->high > limit && found->low < limit) {
    criterion.note = fmt::format("between {:.0f} and {:.0f} ms: the buckets are too coarse",
                                 1000 * found->low, 1000 * found->high);
    return criterion;
  }
  settle(criterion, window, found->high <= limit ? Verdict::pass : Verdict::fail,
         1000 * found->value, what);
  // In its bucket the figure may be drawn right onto the limit.
  if (criterion.verdict == Verdict::pass) {
    criterion.measured = std::min(1000 * found->value, of.limit_ms * (1 - 1e-9));
  }
  return criterion;
}

Which tier(std::string_view name) {
  return [name](const Labels& labels) { return label(labels, "tier") == name; };
}

Criterion inconsistencies(const Window& window) {
  Criterion criterion{
      "after.inconsistencies", "Data inconsistencies", "0", {}, "found", Verdict::unknown, ""};
  criterion.limit = 0;
  if (!window.has(shadow_total, any)) return not_counted(criterion, shadow_total);
  const auto result = [](std::string_view wanted) -> Which {
    return [wanted](const Labels& labels) { return label(labels, "result") == wanted; };
  };
  const auto stops = [](const Labels& labels) { return label(labels, "action") == "stop_writes"; };
  const double different = window.growth(shadow_total, result("different"));
  const double compared = different + window.growth(shadow_total, result("same"));
  const double found = different + window.growth(findings_total, stops);
  const Verdict verdict = found > 0                        ? Verdict::fail
                          : compared >= comparisons_enough ? Verdict::pass
                                                           : Verdict::unknown;
  settle(criterion, window, verdict, found,
         fmt::format("{}; {:.0f} are enough", count(compared, "answers compared with D1"),
                     comparisons_enough));
  return criterion;
}

struct UsersRoute {
  std::string_view method;
  std::string_view route;
};

// Whether each of these routes works: it was asked with success, and its server errors stay below
// 0.1 %.
Criterion routes_work(const Window& window, const char* id, const char* name,
                      const std::vector<UsersRoute>& routes) {
  Criterion criterion{id, name, "each works", {}, "", Verdict::unknown, ""};
  if (!window.has(requests_total, any)) return not_counted(criterion, requests_total);
  std::vector<Verdict> verdicts;
  std::string text;
  for (const UsersRoute& one : routes) {
    const auto asked = [&](const Labels& labels) {
      return label(labels, "route") == one.route && label(labels, "method") == one.method;
    };
    const double all = window.growth(requests_total, asked);
    const double errors = window.growth(requests_total, [&](const Labels& labels) {
      return asked(labels) && is_server_error(labels);
    });
    const double good = window.growth(requests_total, [&](const Labels& labels) {
      return asked(labels) && label(labels, "status").starts_with('2');
    });
    const Verdict verdict = errors > 0 ? judge(Share{errors, all, 0.001, requests_enough})
                            : good > 0 ? Verdict::pass
                                       : Verdict::unknown;
    verdicts.push_back(after_restart(verdict, window));
    text += fmt::format("{}{} {}: {:.0f} asked, {:.0f} answered well, {:.0f} server errors",
                        text.empty() ? "" : "; ", one.method, one.route, all, good, errors);
  }
  criterion.verdict = combine(verdicts);
  criterion.measured = text;
  if (window.restarted()) criterion.note = "the system was restarted in between, and counted anew";
  return criterion;
}

}  // namespace

std::vector<Criterion> post_criteria(const Window& window) {
  const UsersRoute shelf{"GET", "/v1/library/:userId"};
  const UsersRoute top_rated{"GET", "/v1/library/:userId/top-rated"};
  const UsersRoute add{"POST", "/v1/library/:userId/books"};
  const UsersRoute change{"PATCH", "/v1/library/:userId/books/:isbn"};
  const UsersRoute remove{"DELETE", "/v1/library/:userId/books/:isbn"};
  return {
      error_rate(window),
      latency(window, {"after.latency_p95", "Latency P95", "bookstrack_http_request_seconds",
                       is_users, 0.95, 500, p95_enough}),
      cache_hits(window),
      inconsistencies(window),
      routes_work(window, "after.complex_queries", "Complex queries", {shelf, top_rated}),
      routes_work(window, "after.user_library", "User library",
                  {shelf, top_rated, add, change, remove}),
      latency(window, {"after.cached_p50", "Latency P50 of cached books",
                       "bookstrack_lookup_read_seconds", tier("cache"), 0.5, 100, p50_enough}),
      latency(window, {"after.d1_p50", "Latency P50 of books from D1",
                       "bookstrack_lookup_read_seconds", tier("d1"), 0.5, 300, p50_enough}),
      latency(window, {"after.d1_query_p95", "D1 query P95", "bookstrack_d1_call_seconds", any,
                       0.95, 100, p95_enough}),
      d1_success(window),
      d1_queries(window),
  };
}

}  // namespace cutover::golive
