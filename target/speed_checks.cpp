// How fast, and how often wrong: the plan's figures (R5.8, R6.5), measured from here over the
// network, by the look-ups of this run.
#include <array>
#include <map>

#include <fmt/format.h>

#include "target/acceptance.h"
#include "target/check.h"
#include "target/rate.h"

namespace cutover::target {
namespace {

using reports::Verdict;

constexpr std::size_t reads_for_p95 = 100;  // as many as the plan's own test makes
constexpr std::size_t reads_for_p50 = 20;
constexpr double p95_ms_max = 500;
constexpr double cached_p50_ms_max = 100;
constexpr double d1_p50_ms_max = 300;
constexpr double cached_min = 0.8;

template <class Wanted>
std::vector<double> times_of(const Tour& tour, Wanted wanted) {
  std::vector<double> times;
  for (const Look* look : tour.reading.finds()) {
    if (wanted(*look)) times.push_back(look->ms);
  }
  return times;
}

Found judged_time(const std::vector<double>& times, double part, double ms_max, std::size_t needed,
                  const std::string& what) {
  if (times.empty()) return cannot_say("there were no " + what);
  Found found;
  found.measured = percentile(times, part);
  found.unit = "ms";
  found.note =
      fmt::format("{} {}: P50 {:.1f} ms, P95 {:.1f} ms, P99 {:.1f} ms", times.size(), what,
                  percentile(times, 0.5), percentile(times, 0.95), percentile(times, 0.99));
  const bool fast = percentile(times, part) < ms_max;
  if (times.size() < needed) {
    found.note += fmt::format("; at least {} are needed", needed);
  } else {
    found.verdict = fast ? Verdict::pass : Verdict::fail;
  }
  return found;
}

Found reads_are_fast(Tour& tour) {
  return judged_time(times_of(tour, [](const Look&) { return true; }), 0.95, p95_ms_max,
                     reads_for_p95, "look-ups that found a book");
}

Found cached_reads_are_fast(Tour& tour) {
  return judged_time(times_of(tour, [](const Look& look) { return look.cached == true; }), 0.5,
                     cached_p50_ms_max, reads_for_p50, "cached look-ups");
}

// Not every deployment reads D1 yet, so few of them are no gap.
Found reads_of_d1_are_fast(Tour& tour) {
  const auto times = times_of(tour, [](const Look& look) { return look.source == "d1"; });
  Found found = judged_time(times, 0.5, d1_p50_ms_max, reads_for_p50, "look-ups that D1 answered");
  return found;
}

Found errors_are_rare(Tour& tour) {
  const Tally tally = tour.visit.tally();
  const std::uint64_t bad = tally.silent + tally.broken;
  if (tally.asked == 0) return cannot_say("nothing was asked");
  Found found;
  found.verdict = judge_rate(bad, tally.asked, error_rate_max, false);
  found.measured = 100.0 * static_cast<double>(bad) / static_cast<double>(tally.asked);
  found.unit = "%";
  found.note = fmt::format("{} requests: {} without an answer, {} with 5xx, {} with 429",
                           tally.asked, tally.silent, tally.broken, tally.throttled);
  if (found.verdict == Verdict::unknown) {
    found.note += fmt::format("; to tell at 95 %, {} are needed (--requests)",
                              needed_for(bad, error_rate_max));
  }
  return found;
}

// What this run has just asked must be in the cache when it asks again. The rate of all traffic is
// in GET /metrics, and grows only with real readers.
Found second_reads_are_cached(Tour& tour) {
  std::size_t told = 0;
  std::size_t cached = 0;
  for (const Look& look : tour.reading.again) {
    if (!look.found || !look.cached) continue;
    ++told;
    if (*look.cached) ++cached;
  }
  if (told < reads_for_p50) {
    return cannot_say(
        fmt::format("{} second look-ups say whether they were cached "
                    "(metadata.cached); {} are needed",
                    told, reads_for_p50));
  }
  Found found;
  const double part = static_cast<double>(cached) / static_cast<double>(told);
  found.verdict = part > cached_min ? Verdict::pass : Verdict::fail;
  found.measured = 100.0 * part;
  found.unit = "%";
  found.note = fmt::format(
      "{} of {} books came from the cache when they were asked for again; "
      "not the rate of all traffic, which GET /metrics counts",
      cached, told);
  return found;
}

// The tiers by what answers say of themselves: the first look is before this run filled the cache.
Found d1_is_used(Tour& tour) {
  std::map<std::string, std::size_t> sources;
  for (const Look* look : tour.reading.finds()) ++sources[look->source];
  std::string text;
  for (const auto& [source, count] : sources) {
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", source.empty() ? "untold" : source,
                        count);
  }
  if (sources.contains("d1")) return holds("look-ups by what answered: " + text);
  return cannot_say(text.empty() ? "no look-up was answered with a book"
                                 : "no look-up says that D1 answered it (" + text +
                                       "); it may stand behind a cache");
}

Found fifty_at_once_agree(Tour& tour) {
  const std::string isbn = tour.known_isbn();
  if (isbn.empty()) return cannot_say("no book was found that could be asked for");
  const auto answers =
      tour.visit.ask_at_once({"GET", "/v1/search/isbn?isbn=" + isbn, "", ""}, burst_size);
  Complaints wrong;
  std::size_t unsure = 0;
  Json first;
  for (const Answer& answer : answers) {
    if (!answer.asked || answer.status == 429) {
      ++unsure;
      continue;
    }
    const auto json = json_in(answer);
    const Json book = json ? book_in(*json) : Json();
    if (answer.status != 200 || book.is_null()) {
      wrong.add("one was answered with " + said(answer));
    } else if (first.is_null()) {
      first = book;
    } else {
      wrong.expect(book == first, "two of them got different books");
    }
  }
  if (wrong.count() == 0 && unsure > 0) {
    return cannot_say(
        fmt::format("{} of {} were not answered (--requests, or 429)", unsure, burst_size));
  }
  return wrong.found(
      fmt::format("{} look-ups of {} at the same moment: one answer", burst_size, isbn));
}

constexpr std::array speed_rows = {
    Check{"fifty look-ups at once get the same answer", "R3.11 R4.3", "one answer",
          fifty_at_once_agree},
    Check{"look-ups are fast: P95", "R6.5 R5.8", "< 500", reads_are_fast},
    Check{"cached look-ups are fast: P50", "R5.8", "< 100", cached_reads_are_fast},
    Check{"look-ups that D1 answers are fast: P50", "R5.8", "< 300", reads_of_d1_are_fast},
    Check{"D1 is in use", "R6.5", "> 0", d1_is_used},
    Check{"what was asked for is cached", "R6.5 R5.8", "> 80", second_reads_are_cached},
    Check{"errors are rare", "R6.5 R5.8", "< 0.1", errors_are_rare},
};

}  // namespace

std::span<const Check> speed_checks() {
  return speed_rows;
}

}  // namespace cutover::target
