#include "core/migrate/inventory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/migrate/key_sample.h"
#include "tests/core/migrate/platform.h"

namespace cutover::migrate {
namespace {

using testing::HasSubstr;

class InventoryTest : public Platform {
 protected:
  Outcome<Inventory> take(std::size_t sample = 100) {
    Outcome<Inventory> inventory = Inventory{};
    invoke([&](Services& services) {
      inventory = take_inventory(services.kv, services.isolate.runtime, services.isolate.telemetry,
                                 options.read, sample);
    });
    return inventory;
  }
};

TEST_F(InventoryTest, X01_CountsEveryPrefixAndSaysWhichAreMigrated) {
  put("book:isbn:9780439708180", book_value("A"));
  put("search:isbn:isbn=9780306406157", book_value("B"), 1'800'000'000);
  put("search:title:q=x", "{}");
  put("feature:flag", "on");
  put("plain", "x");
  const Inventory inventory = take().value();
  EXPECT_EQ(inventory.keys, 5);
  EXPECT_EQ(inventory.to_migrate, 2);
  EXPECT_TRUE(inventory.prefixes.at("book:isbn:").migrated);
  EXPECT_TRUE(inventory.prefixes.at("search:isbn:isbn=").migrated);
  EXPECT_EQ(inventory.prefixes.at("search:isbn:isbn=").expiring, 1);
  EXPECT_FALSE(inventory.prefixes.at("search:title:").migrated);
  EXPECT_EQ(inventory.prefixes.at("feature:").keys, 1);
  EXPECT_EQ(inventory.prefixes.at("(no prefix)").keys, 1);
  EXPECT_EQ(why_not_to_start(inventory, options.read), "");
}

TEST_F(InventoryTest, V09_SaysWhatBecomesOfTheSampledKeys) {
  put("book:isbn:9780439708180", book_value("A"));
  put("book:isbn:9780306406157", "null");
  const Inventory inventory = take().value();
  ASSERT_EQ(inventory.sample.size(), 2U);
  EXPECT_EQ(inventory.sample[0].key, "book:isbn:9780306406157");
  EXPECT_EQ(inventory.sample[0].result, "empty: json_null");
  EXPECT_EQ(inventory.sample[1].result, "row");
}

TEST_F(InventoryTest, ASampledKeyThatCannotBeReadSaysSo) {
  put_books(1);
  kv_hooks.get_many = [](auto) { return kv_failure(FailureKind::unauthorized, false); };
  EXPECT_EQ(take().value().sample.at(0).result, "not readable: read_failed");
}

TEST_F(InventoryTest, V07_AWrongPrefixIsAReasonNotToStartAndNamesWhatIsThere) {
  put("other:thing:1", "x");
  put("other:thing:2", "x");
  const Inventory inventory = take().value();
  EXPECT_EQ(inventory.to_migrate, 0);
  EXPECT_EQ(why_not_to_start(inventory, options.read),
            "the source has no key to migrate: none starts with book:isbn: or search:isbn:isbn=; "
            "found instead: 2 x other:thing:");
}

TEST_F(InventoryTest, V07_AnEmptyNamespaceIsAReasonNotToStart) {
  EXPECT_THAT(why_not_to_start(take().value(), options.read), HasSubstr("the namespace is empty"));
}

TEST_F(InventoryTest, TheReasonNamesFivePrefixesAtMost) {
  for (char c = 'a'; c < 'h'; ++c) put(std::string(1, c) + ":x:1", "x");
  const std::string why = why_not_to_start(take().value(), options.read);
  EXPECT_THAT(why, HasSubstr("1 x e:x:, ..."));
  EXPECT_THAT(why, testing::Not(HasSubstr("f:x:")));
}

TEST_F(InventoryTest, PrefixesBeyondAHundredAreCountedTogether) {
  for (int i = 0; i < 150; ++i) put("p" + std::to_string(1000 + i) + ":x:1", "x");
  const Inventory inventory = take().value();
  EXPECT_EQ(inventory.prefixes.size(), 101U);
  EXPECT_EQ(inventory.prefixes.at("(other)").keys, 50);
  EXPECT_EQ(inventory.keys, 150);
}

TEST_F(InventoryTest, AFailedListingIsAFailure) {
  kv_hooks.list = [](const auto&) { return kv_failure(FailureKind::unauthorized, false); };
  EXPECT_FALSE(take().has_value());
}

TEST(KeySample, V09_DoesNotDependOnTheOrderOfTheKeys) {
  KeySample forward(5);
  KeySample backward(5);
  for (std::uint64_t i = 0; i < 100; ++i) {
    forward.offer({key_of(i), std::nullopt, ""});
    backward.offer({key_of(99 - i), std::nullopt, ""});
  }
  EXPECT_EQ(forward.keys(), backward.keys());
  EXPECT_EQ(forward.keys().size(), 5U);
  const auto keys = forward.keys();
  EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end(),
                             [](const auto& a, const auto& b) { return a.name < b.name; }));
}

TEST(KeySample, TakesTheKeysWithTheSmallestHashes) {
  KeySample sample(1);
  std::uint64_t smallest = UINT64_MAX;
  for (std::uint64_t i = 0; i < 50; ++i) {
    sample.offer({key_of(i), std::nullopt, ""});
    smallest = std::min(smallest, sample_hash(key_of(i)));
  }
  EXPECT_EQ(sample_hash(sample.keys().at(0).name), smallest);
}

TEST(KeySample, OfSizeZeroIsEmpty) {
  KeySample sample(0);
  sample.offer({"a", std::nullopt, ""});
  EXPECT_TRUE(sample.keys().empty());
}

// Computed by a program of its own: the sample must be the same on every machine.
TEST(KeySample, ItsHashIsFixed) {
  EXPECT_EQ(sample_hash("book:isbn:9780439708180"), 1012245941194744926ULL);
  EXPECT_EQ(sample_hash(""), 9615434041927672947ULL);
}

}  // namespace
}  // namespace cutover::migrate
