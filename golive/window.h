// Window: what was counted between two texts of metrics, or since the system's start.
//
// When a counter became smaller, or is gone, the system was restarted in between, and they all
// began anew. What they had counted by then is lost: their growth is what they count now, and
// restarted() says so.
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "golive/metrics_text.h"

namespace cutover::golive {

using Which = std::function<bool(const Labels& labels)>;

struct Quantile {
  double low = 0;    // it lies between these two, ...
  double high = 0;   // ... the limits of its bucket; may be infinite
  double value = 0;  // about here, if the bucket is evenly filled, as Prometheus has it
};

class Window {
 public:
  explicit Window(std::vector<Sample> after);
  Window(std::vector<Sample> after, const std::vector<Sample>& before);

  // Is there such a series at all?
  [[nodiscard]] bool has(std::string_view name, const Which& which) const;
  // How much the counters of this name grew, together.
  [[nodiscard]] double growth(std::string_view name, const Which& which) const;
  // Of a histogram's observations; 0 < share < 1. Nothing: there are none.
  [[nodiscard]] std::optional<Quantile> quantile(std::string_view histogram, double share,
                                                 const Which& which) const;
  [[nodiscard]] bool restarted() const { return restarted_; }

 private:
  std::vector<Sample> grown_;  // with the growth as value
  bool restarted_ = false;
};

// The label's value; empty when there is no such label.
[[nodiscard]] std::string_view label(const Labels& labels, const std::string& name);

}  // namespace cutover::golive
