#include "load/forecast.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/ports/check.h"
#include "load/words.h"

namespace cutover::load {
namespace {

constexpr double seconds_of_month = days_of_month * 86'400;

double seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

std::string amount(const Price& price, double used) {
  if (price.is_storage) return fmt::format("{:.3f}", used);
  return count_words(static_cast<std::int64_t>(used));
}

}  // namespace

Forecast forecast_of(const Result& result, double requests_a_month) {
  CUTOVER_CHECK(result.services && result.measured.iterations > 0, "a forecast needs a load");
  const Services& services = *result.services;
  const auto sent = static_cast<double>(result.measured.iterations);
  Forecast forecast;
  forecast.requests = requests_a_month > 0
                          ? requests_a_month
                          : sent / seconds(result.measured.elapsed) * seconds_of_month;
  const auto a_month = [&](std::int64_t Usage::*field) {
    const double idle_rate = static_cast<double>(services.idle.*field) / seconds(services.idled);
    const double used = static_cast<double>(services.used.*field);
    const double by_requests = std::max(0.0, used - idle_rate * seconds(services.ran));
    return by_requests / sent * forecast.requests + idle_rate * seconds_of_month;
  };
  const auto set = [&](Item item, double value) {
    forecast.use[static_cast<std::size_t>(item)] = value;
  };
  constexpr double gigabyte = 1e9;
  set(Item::worker_requests, forecast.requests);
  set(Item::kv_reads, a_month(&Usage::kv_reads));
  set(Item::kv_writes, a_month(&Usage::kv_writes));
  set(Item::kv_deletes, a_month(&Usage::kv_deletes));
  set(Item::kv_lists, a_month(&Usage::kv_lists));
  set(Item::kv_storage, static_cast<double>(services.kv_bytes) / gigabyte);
  set(Item::d1_rows_read, a_month(&Usage::d1_rows_read));
  set(Item::d1_rows_written, a_month(&Usage::d1_rows_written));
  set(Item::d1_storage, static_cast<double>(services.d1_bytes) / gigabyte);
  forecast.provider_calls = a_month(&Usage::provider_calls);
  forecast.bill = bill_of(forecast.use);
  return forecast;
}

std::string forecast_text(const Forecast& forecast) {
  std::string text = fmt::format("a month of {} requests\n{:<20} {:>18} {:>14} {:>10}   {}\n",
                                 count_words(static_cast<std::int64_t>(forecast.requests)), "",
                                 "used", "included", "paid plan", "free plan");
  for (const BillLine& line : forecast.bill.lines) {
    text +=
        fmt::format("{:<20} {:>18} {:>14} {:>9}$   {}\n", line.price.name,
                    amount(line.price, line.used), amount(line.price, line.price.included),
                    fmt::format("{:.2f}", line.dollars), line.fits_free ? "fits" : "does not fit");
  }
  text += fmt::format("{:<20} {:>18} {:>14} {:>9}$   {}\n", "the plan itself and all", "", "",
                      fmt::format("{:.2f}", forecast.bill.paid_dollars),
                      forecast.bill.fits_free ? "0.00$" : "cannot serve this");
  const double calls_a_day = forecast.provider_calls / days_of_month;
  text +=
      fmt::format("provider calls: {} a day on average; Google Books grants {:.0f} by default\n",
                  count_words(static_cast<std::int64_t>(calls_a_day)), provider_quota_a_day);
  return text;
}

}  // namespace cutover::load
