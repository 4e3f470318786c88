// Two reports side by side: what got worse, what got slower, which findings are new or gone.
//
// The first report is the base. A verdict that is no longer there counts as unknown: evidence that
// was lost is worse than a pass. A difference of figures is called one only when it is larger than
// the noise that the caller allows; a smaller one is shown with its figures and judged nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/evidence.h"

namespace cutover::reports {

enum class Change : std::uint8_t { same, better, worse };

// "same", "better", "worse".
[[nodiscard]] std::string_view name_of(Change change);

// The verdict of one part in both reports; nothing where the part is not there.
struct VerdictChange {
  std::string what;  // "criterion completeness"
  std::optional<Verdict> before;
  std::optional<Verdict> after;
  Change change = Change::same;
  bool operator==(const VerdictChange&) const = default;
};

// A number in both reports: a criterion's figure, the time of a step or of a query.
struct FigureChange {
  std::string what;
  std::string unit;
  double before = 0;
  double after = 0;
  std::optional<double> percent;  // of the first; nothing when that is 0
  bool beyond_noise = false;
  Change change = Change::same;  // same within the noise, or when no direction is better
  bool operator==(const FigureChange&) const = default;
};

// A reason whose keys changed. Reports keep only the first keys of a reason; `all_keys` says that
// both have all of theirs, else new and gone keys are those among the kept.
struct FindingChange {
  std::string list;  // "rejected", "altered"
  std::string reason;
  std::uint64_t before = 0;
  std::uint64_t after = 0;
  std::vector<std::string> new_keys;
  std::vector<std::string> gone_keys;
  bool all_keys = false;
  bool operator==(const FindingChange&) const = default;
};

struct Comparison {
  double noise_percent = 0;
  std::vector<VerdictChange> verdicts;  // the whole report first, then what differs
  std::vector<FigureChange> figures;    // all that both have
  std::vector<FindingChange> findings;  // what differs
};

[[nodiscard]] Comparison compare(const Report& before, const Report& after, double noise_percent);

// Whether a verdict got worse. Figures decide nothing: their limits do, and those give verdicts.
[[nodiscard]] bool got_worse(const Comparison& comparison);

// For people, and for machines: both total, the same comparison gives the same bytes.
[[nodiscard]] std::string to_text(const Comparison& comparison);
[[nodiscard]] std::string to_json(const Comparison& comparison);

}  // namespace cutover::reports
