// A month's bill (R7.5), against sums made by hand.
#include "load/prices.h"

#include <gtest/gtest.h>

namespace cutover::load {
namespace {

double& of(MonthlyUse& use, Item item) {
  return use[static_cast<std::size_t>(item)];
}

const BillLine& line_of(const Bill& bill, Item item) {
  return bill.lines[static_cast<std::size_t>(item)];
}

TEST(LoadPrices, TheTableHasEachItemOnceAndInOrderWithItsSource) {
  std::size_t place = 0;
  for (const Price& price : price_table()) {
    EXPECT_EQ(static_cast<std::size_t>(price.item), place++);
    EXPECT_FALSE(price.source.empty()) << price.name;
  }
}

TEST(LoadPrices, AMonthOfNothingCostsThePlanAlone) {
  const Bill bill = bill_of({});
  EXPECT_DOUBLE_EQ(bill.paid_dollars, 5);
  EXPECT_TRUE(bill.fits_free);
}

// Cloudflare's own example: 15 million requests cost 1.50$ beside the plan's 5$ (CPU time apart).
TEST(LoadPrices, FifteenMillionRequestsCostWhatCloudflareSays) {
  MonthlyUse use{};
  of(use, Item::worker_requests) = 15e6;
  const Bill bill = bill_of(use);
  EXPECT_DOUBLE_EQ(line_of(bill, Item::worker_requests).dollars, 1.50);
  EXPECT_DOUBLE_EQ(bill.paid_dollars, 6.50);
  EXPECT_FALSE(bill.fits_free) << "500,000 a day, and 100,000 are free";
}

TEST(LoadPrices, EachItemIsChargedBeyondWhatIsIncluded) {
  MonthlyUse use{};
  of(use, Item::kv_reads) = 30e6;         // 20 million at 0.50
  of(use, Item::kv_writes) = 1.5e6;       // half a million at 5.00
  of(use, Item::kv_storage) = 3;          // 2 GB at 0.50
  of(use, Item::d1_rows_read) = 26e9;     // 1,000 million at 0.001
  of(use, Item::d1_rows_written) = 60e6;  // 10 million at 1.00
  of(use, Item::d1_storage) = 9;          // 4 GB at 0.75
  const Bill bill = bill_of(use);
  EXPECT_DOUBLE_EQ(line_of(bill, Item::kv_reads).dollars, 10);
  EXPECT_DOUBLE_EQ(line_of(bill, Item::kv_writes).dollars, 2.5);
  EXPECT_DOUBLE_EQ(line_of(bill, Item::kv_storage).dollars, 1);
  EXPECT_DOUBLE_EQ(line_of(bill, Item::d1_rows_read).dollars, 1);
  EXPECT_DOUBLE_EQ(line_of(bill, Item::d1_rows_written).dollars, 10);
  EXPECT_DOUBLE_EQ(line_of(bill, Item::d1_storage).dollars, 3);
  EXPECT_DOUBLE_EQ(bill.paid_dollars, 5 + 10 + 2.5 + 1 + 1 + 10 + 3);
}

TEST(LoadPrices, TheFreePlanCountsByTheDayAndStorageAsItIs) {
  MonthlyUse use{};
  of(use, Item::kv_writes) = 30'000;
  EXPECT_TRUE(bill_of(use).fits_free) << "1,000 a day";
  of(use, Item::kv_writes) = 30'001;
  EXPECT_FALSE(bill_of(use).fits_free);
  EXPECT_DOUBLE_EQ(bill_of(use).paid_dollars, 5) << "the paid plan includes a million";
  of(use, Item::kv_writes) = 0;
  of(use, Item::d1_storage) = 0.6;
  EXPECT_FALSE(bill_of(use).fits_free) << "a database of the free plan has at most 500 MB";
}

}  // namespace
}  // namespace cutover::load
