// Forecast: a month of traffic, from a load in the simulation: what it uses, and what it costs
// (R7.5). What isolates use without any request (they read phase and flag again) is measured apart
// and counted by time; the rest grows with the requests.
//
// What moving the data costs is the dry run's estimate (core/migrate/dry_run.h).
#pragma once

#include <string>

#include "load/prices.h"
#include "load/result.h"

namespace cutover::load {

struct Forecast {
  double requests = 0;  // a month
  MonthlyUse use{};
  double provider_calls = 0;  // a month
  Bill bill;
};

// Google Books' default, a day (cloudflare-facts D2).
inline constexpr double provider_quota_a_day = 1000;

// The result is a simulation's with at least one request. `requests_a_month` 0: as many as the load
// would send in a month.
[[nodiscard]] Forecast forecast_of(const Result& result, double requests_a_month);

[[nodiscard]] std::string forecast_text(const Forecast& forecast);

}  // namespace cutover::load
