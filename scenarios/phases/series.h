// Series: what was measured, bucket by bucket, for charts. A bucket without traffic has no figure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "scenarios/live/meter.h"

namespace cutover::scenarios {

struct Bucket {
  Duration from{0};
  Figures figures;
  std::optional<int> percent;  // of ISBNs that read D1 first, as the isolates last knew it
};

// Every bucket of this length in the span; the last may be cut short by the span's end, which must
// be a moment that has been played.
[[nodiscard]] std::vector<Bucket> series_of(const Meter& meter, const TimeSpan& span,
                                            Duration length);

}  // namespace cutover::scenarios
