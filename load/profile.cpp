#include "load/profile.h"

namespace cutover::load {

std::vector<Threshold> Profile::plan_thresholds() {
  Threshold duration;
  duration.metric = "http_req_duration";
  duration.aggregate = Aggregate::percentile;
  duration.percent = 95;
  duration.limit = 500;
  Threshold failed;
  failed.metric = "http_req_failed";
  failed.aggregate = Aggregate::rate;
  failed.limit = 0.01;
  return {duration, failed};
}

}  // namespace cutover::load
