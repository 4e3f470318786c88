// Families of counters, gauges and histograms whose members are found by their label values, fast
// and bounded. A thin layer over prometheus-cpp, which would look labels up in maps of strings for
// every event and keep whatever it is given.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

namespace cutover::observability {

// The members of one family. `Metric` is a counter, gauge or histogram of prometheus-cpp.
template <class Metric>
class MetricFamily {
 public:
  MetricFamily(prometheus::Family<Metric>& family, std::vector<std::string> labels,
               std::size_t members_max)
      : family_(family), labels_(std::move(labels)), members_max_(members_max) {}

  // The member with these values, in the order of the labels. Beyond members_max different ones,
  // every value of a new one reads "other". `more` goes to the metric's constructor.
  template <class... More>
  Metric& with(std::initializer_list<std::string_view> values, const More&... more) {
    std::string key;
    for (const std::string_view value : values) key.append(value).push_back('\0');
    {
      const std::shared_lock lock(mutex_);
      const auto found = members_.find(key);
      if (found != members_.end()) return *found->second;
    }
    const std::lock_guard lock(mutex_);
    const bool full = members_.size() >= members_max_;
    std::map<std::string, std::string> labels;
    auto value = values.begin();
    for (const std::string& label : labels_) {
      labels[label] = full ? std::string("other") : std::string(*value++);
    }
    Metric& metric = family_.Add(labels, more...);
    if (!full) members_.emplace(std::move(key), &metric);
    return metric;
  }

 private:
  prometheus::Family<Metric>& family_;
  const std::vector<std::string> labels_;
  const std::size_t members_max_;
  std::shared_mutex mutex_;  // guards members_
  std::map<std::string, Metric*, std::less<>> members_;
};

}  // namespace cutover::observability
