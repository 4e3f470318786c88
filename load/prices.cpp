#include "load/prices.h"

#include <algorithm>

namespace cutover::load {

const std::array<Price, item_count>& price_table() {
  // Cloudflare's documents (cloudflare/cloudflare-docs, below src/content), read on 2026-11-27:
  // path and commit. KV's prices agree with cloudflare-facts A5, daily numbers with A2 and B2.
  static constexpr std::string_view workers = "docs/workers/platform/pricing.mdx at 07acbb6";
  static constexpr std::string_view kv = "partials/workers/kv_pricing.mdx at 16f657e";
  static constexpr std::string_view d1 = "partials/workers/d1-pricing.mdx at 25a83ce";
  // A database of the free plan has at most 500 MB (cloudflare-facts B2), whatever is free in all.
  constexpr double million = 1e6;
  static constexpr std::array<Price, item_count> table = {{
      {Item::worker_requests, "Workers requests", false, 1e5, 10e6, 0.30, million, workers},
      {Item::kv_reads, "KV reads", false, 1e5, 10e6, 0.50, million, kv},
      {Item::kv_writes, "KV writes", false, 1e3, 1e6, 5.00, million, kv},
      {Item::kv_deletes, "KV deletes", false, 1e3, 1e6, 5.00, million, kv},
      {Item::kv_lists, "KV lists", false, 1e3, 1e6, 5.00, million, kv},
      {Item::kv_storage, "KV storage, GB", true, 1, 1, 0.50, 1, kv},
      {Item::d1_rows_read, "D1 rows read", false, 5e6, 25e9, 0.001, million, d1},
      {Item::d1_rows_written, "D1 rows written", false, 1e5, 50e6, 1.00, million, d1},
      {Item::d1_storage, "D1 storage, GB", true, 0.5, 5, 0.75, 1, d1},
  }};
  return table;
}

Bill bill_of(const MonthlyUse& use) {
  Bill bill;
  bill.paid_dollars = paid_plan_dollars;
  bill.fits_free = true;
  for (const Price& price : price_table()) {
    BillLine line{price, use[static_cast<std::size_t>(price.item)], 0, false};
    line.dollars = std::max(0.0, line.used - price.included) / price.per * price.dollars;
    const double in_free_terms = price.is_storage ? line.used : line.used / days_of_month;
    line.fits_free = in_free_terms <= price.free_allowance;
    bill.paid_dollars += line.dollars;
    bill.fits_free = bill.fits_free && line.fits_free;
    bill.lines.push_back(line);
  }
  return bill;
}

}  // namespace cutover::load
