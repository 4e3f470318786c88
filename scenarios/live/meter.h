// Meter: what was seen of a live system: each answer that people got, and what the system itself
// reported of D1, its breakers, its guard and its phase.
//
// The figures are those of the plan's metrics (R5.8, R6.5), over a span of the world's time that
// the caller names. A figure is nothing when nothing was measured. Spans: from included, until not.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fakes/sim/history.h"

namespace cutover::scenarios {

enum class Asked : std::uint8_t { search, library };
enum class Source : std::uint8_t { none, cache, d1, provider };  // none: not a 200 of a search

struct Sample {
  Duration at{0};  // when it was asked
  Duration took{0};
  int status = 0;
  Asked asked = Asked::search;
  Source source = Source::none;
  bool stale = false;
  bool wrong = false;       // a 200 that is not what the book says, or a 404 of a known book
  bool known_book = false;  // somebody must be able to answer it
};

struct D1Call {
  Duration at{0};
  Duration took{0};
  bool ok = false;
};

// Something that the system said of itself: "guard.finding" "criterion=... action=...".
struct Notice {
  Duration at{0};
  std::uint32_t process = 0;
  std::string name;
  std::string fields;
};

struct TimeSpan {
  Duration from{0};
  Duration until = Duration::max();
  [[nodiscard]] bool has(Duration at) const { return at >= from && at < until; }
};

// Figures of one span. Times in ms, rates in %.
struct Figures {
  std::int64_t requests = 0;
  std::int64_t server_errors = 0;
  std::int64_t wrong = 0;
  std::int64_t known_unanswered = 0;  // 5xx for a book that somebody must be able to answer
  std::int64_t d1_answers = 0;        // searches that D1 answered
  std::int64_t d1_calls = 0;          // guarded calls of all isolates
  std::optional<double> error_rate;
  std::optional<double> p50;
  std::optional<double> p95;
  std::optional<double> p50_cached;
  std::optional<double> p50_d1;
  std::optional<double> d1_p95;      // of one D1 call
  std::optional<double> d1_success;  // of D1 calls
  std::optional<double> hit_rate;    // of searches that asked for a book
};

class Meter final : public sim::HistoryObserver {
 public:
  void note(const Sample& sample);
  void happened(const sim::EventView& event) override;

  [[nodiscard]] Figures figures(const TimeSpan& span) const;
  [[nodiscard]] const std::vector<Sample>& samples() const { return samples_; }
  [[nodiscard]] const std::vector<D1Call>& d1_calls() const { return d1_calls_; }
  [[nodiscard]] const std::vector<Notice>& notices() const { return notices_; }

  // The first notice of this name with this text in its fields, within the span; or nothing.
  [[nodiscard]] std::optional<Duration> first(std::string_view name, std::string_view text,
                                              const TimeSpan& span) const;

 private:
  std::vector<Sample> samples_;
  std::vector<D1Call> d1_calls_;
  std::vector<Notice> notices_;
};

// The nearest rank: the smallest of the values that so many percent are not above. Nothing of
// nothing.
[[nodiscard]] std::optional<double> percentile(std::vector<double> values, int percent);

}  // namespace cutover::scenarios
