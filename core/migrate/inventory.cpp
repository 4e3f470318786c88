#include "core/migrate/inventory.h"

#include <algorithm>

#include "core/migrate/key_prefix.h"
#include "core/migrate/key_sample.h"
#include "core/ports/check.h"

namespace cutover::migrate {
namespace {

constexpr std::size_t prefixes_max = 100;

// The migrated prefix that the key has, else its text up to the second colon.
std::string prefix_of(std::string_view key, const ReadOptions& options, bool& migrated) {
  for (const std::string& prefix : options.prefixes) {
    if (key.starts_with(prefix)) {
      migrated = true;
      return prefix;
    }
  }
  migrated = false;
  return prefix_of_key(key);
}

std::string result_of(const Item& item) {
  if (std::holds_alternative<books::BookRow>(item.what)) return "row";
  if (const auto* decided = std::get_if<Decided>(&item.what)) {
    return std::string(name_of(decided->fate)) + ": " + decided->reason;
  }
  return "not readable: " + std::get<TryAgain>(item.what).reason;
}

}  // namespace

Outcome<Inventory> take_inventory(KvStore& kv, Runtime& runtime, Telemetry& telemetry,
                                  const ReadOptions& options, std::size_t sample_size) {
  CUTOVER_CHECK(sample_size <= KvLimits::get_many_keys_max, "a sample is read in one bulk read");
  ReadOptions everything = options;
  everything.prefixes = {""};
  SourceReader reader(kv, runtime, telemetry, everything);
  Inventory inventory;
  KeySample sample(sample_size);
  Place place;
  while (!place.complete) {
    auto page = reader.page(place);
    if (!page) return page.error();
    for (KvListedKey& key : page->keys) {
      bool migrated = false;
      std::string prefix = prefix_of(key.name, options, migrated);
      if (!inventory.prefixes.contains(prefix) && inventory.prefixes.size() >= prefixes_max) {
        prefix = "(other)";
      }
      PrefixCount& count = inventory.prefixes[prefix];
      count.migrated = migrated;
      count.keys += 1;
      if (key.expiration) count.expiring += 1;
      inventory.keys += 1;
      if (migrated) {
        inventory.to_migrate += 1;
        sample.offer(std::move(key));
      }
    }
    place = page->next;
  }
  for (const Item& item : reader.read(sample.keys(), KvLimits::get_many_keys_max)) {
    inventory.sample.push_back({item.listed.name, result_of(item)});
  }
  return inventory;
}

std::string why_not_to_start(const Inventory& inventory, const ReadOptions& options) {
  if (inventory.to_migrate > 0) return {};
  std::string why = "the source has no key to migrate: none starts with ";
  for (std::size_t i = 0; i < options.prefixes.size(); ++i) {
    if (i > 0) why += " or ";
    why += options.prefixes[i];
  }
  if (inventory.keys == 0) return why + "; the namespace is empty";
  why += "; found instead:";
  std::size_t shown = 0;
  for (const auto& [prefix, count] : inventory.prefixes) {
    if (++shown > 5) {
      why += ", ...";
      break;
    }
    why += (shown > 1 ? ", " : " ") + std::to_string(count.keys) + " x " + prefix;
  }
  return why;
}

}  // namespace cutover::migrate
