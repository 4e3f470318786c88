// Prices: what Cloudflare asks for a month, as data, and the bill of a month's use (R7.5).
//
// One table, each row with its source. Taxes, CPU time, egress (free) and the book provider are not
// in it. A month has 30 days.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace cutover::load {

inline constexpr double days_of_month = 30;

// What is billed, in units: requests, operations, rows, gigabytes (10^9 bytes) stored for a month.
enum class Item : std::uint8_t {
  worker_requests,
  kv_reads,
  kv_writes,
  kv_deletes,
  kv_lists,
  kv_storage,
  d1_rows_read,
  d1_rows_written,
  d1_storage,
};
inline constexpr std::size_t item_count = 9;

struct Price {
  Item item;
  std::string_view name;
  bool is_storage = false;    // else an amount a month
  double free_allowance = 0;  // free plan: a day, or (storage) in all; more is refused
  double included = 0;        // paid plan: a month
  double dollars = 0;         // paid plan: for each `per` beyond
  double per = 1;
  std::string_view source;
};

// The paid plan's own price, a month. Source: workers/platform/pricing.mdx, as below.
inline constexpr double paid_plan_dollars = 5;
[[nodiscard]] const std::array<Price, item_count>& price_table();

// Amounts of a month, by item.
using MonthlyUse = std::array<double, item_count>;

struct BillLine {
  Price price;
  double used = 0;
  double dollars = 0;      // on the paid plan, beyond what is included
  bool fits_free = false;  // on an average day, or (storage) at all
};

struct Bill {
  std::vector<BillLine> lines;  // in the table's order
  double paid_dollars = 0;      // the paid plan's month, its own price included
  bool fits_free = false;       // every line does
};
[[nodiscard]] Bill bill_of(const MonthlyUse& use);

}  // namespace cutover::load
