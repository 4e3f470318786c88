#include "core/migrate/source_reader.h"

#include <algorithm>

#include "core/migrate/exact_value.h"
#include "core/ports/check.h"

namespace cutover::migrate {
namespace {

using books::Transform;

// A read that the invocation's spent budget refused is no attempt: the next invocation makes it.
TryAgain unreadable(const Failure& failure, const Budget& budget) {
  const bool spent = budget.subrequests <= 0 || budget.kv_operations <= 0;
  return {spent ? "budget_spent" : "read_failed", describe(failure), false, !spent};
}

}  // namespace

SourceReader::SourceReader(KvStore& kv, Runtime& runtime, Telemetry& telemetry,
                           const ReadOptions& options)
    : kv_(kv), runtime_(runtime), telemetry_(telemetry), options_(options) {
  CUTOVER_CHECK(!options.prefixes.empty(), "there must be a prefix to migrate");
  CUTOVER_CHECK(std::is_sorted(options.prefixes.begin(), options.prefixes.end()),
                "prefixes are visited in byte order");
  CUTOVER_CHECK(options.page_keys >= 1, "a page holds at least one key");
  CUTOVER_CHECK(options.page_keys <= KvLimits::list_keys_max, "KV lists at most 1,000 keys");
  CUTOVER_CHECK(options.reads_in_flight >= 1, "at least one read must be allowed");
  CUTOVER_CHECK(options.reads_in_flight <= 6, "a Worker has six connections");
}

Outcome<SourcePage> SourceReader::page(const Place& place) {
  CUTOVER_CHECK(!place.complete, "nothing is left to list");
  Place from = place;
  for (;;) {
    auto listed = list(from);
    if (!listed) {
      // Only a cursor can be refused here: start this prefix again and skip what is done.
      if (listed.error().kind != FailureKind::malformed || from.cursor.empty()) {
        return listed.error();
      }
      telemetry_.emit("migrate.cursor_refused", {{"last_key", std::string_view(from.last_key)}});
      from.cursor.clear();
      continue;
    }
    SourcePage page;
    page.next = from;
    std::string previous;  // a copy: the key itself is moved away below
    for (KvListedKey& key : listed->keys) {
      if (!previous.empty() && key.name <= previous) {
        return Failure{Service::kv,
                       "list",
                       FailureKind::malformed,
                       false,
                       Duration{0},
                       Effect::not_applied,
                       "the listing is not in byte order"};
      }
      previous = key.name;
      if (key.name > from.last_key) page.keys.push_back(std::move(key));
    }
    if (!listed->complete) {
      page.next.cursor = std::move(listed->cursor);
    } else {
      page.next.cursor.clear();
      page.next.prefix_index += 1;
      page.next.complete = page.next.prefix_index == options_.prefixes.size();
    }
    if (!page.keys.empty()) page.next.last_key = page.keys.back().name;
    return page;
  }
}

Outcome<KvPage> SourceReader::list(const Place& place) {
  const KvListQuery query{options_.prefixes[place.prefix_index], options_.page_keys, place.cursor};
  return with_retry(runtime_, telemetry_, options_.retry, Repeat::idempotent,
                    [&] { return kv_.list(query); });
}

std::vector<Item> SourceReader::read(std::span<const KvListedKey> keys, std::size_t chunk_keys) {
  CUTOVER_CHECK(chunk_keys >= 1, "a chunk holds at least one key");
  CUTOVER_CHECK(chunk_keys <= KvLimits::get_many_keys_max, "KV reads at most 100 keys at once");
  std::vector<Item> items(keys.size());
  const std::span<Item> all(items);
  if (keys.size() <= chunk_keys) {
    if (!keys.empty()) read_chunk(keys, all);
    return items;
  }
  const auto group = runtime_.task_group(options_.reads_in_flight);
  for (std::size_t start = 0; start < keys.size(); start += chunk_keys) {
    const std::size_t count = std::min(chunk_keys, keys.size() - start);
    group->spawn([this, part = keys.subspan(start, count), out = all.subspan(start, count)] {
      read_chunk(part, out);
    });
  }
  group->wait();
  return items;
}

void SourceReader::read_chunk(std::span<const KvListedKey> keys, std::span<Item> items) {
  std::vector<std::string> names;
  names.reserve(keys.size());
  for (const KvListedKey& key : keys) names.push_back(key.name);
  auto values = with_retry(runtime_, telemetry_, options_.retry, Repeat::idempotent,
                           [&] { return kv_.get_many(names); });
  if (!values && values.error().kind == FailureKind::limit_exceeded && keys.size() > 1) {
    read_halves(keys, items);  // together they exceed what one bulk read may carry
    return;
  }
  Transform transform;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    items[i].listed = keys[i];
    if (!values) {
      items[i].what = unreadable(values.error(), runtime_.budget());
    } else {
      finish(keys[i], std::move((*values)[i]), items[i], transform);
    }
  }
}

void SourceReader::read_halves(std::span<const KvListedKey> keys, std::span<Item> items) {
  const std::size_t half = keys.size() / 2;
  read_chunk(keys.first(half), items.first(half));
  read_chunk(keys.subspan(half), items.subspan(half));
}

void SourceReader::finish(const KvListedKey& key, std::optional<std::string> bulk_text, Item& item,
                          Transform& transform) {
  auto exact =
      exact_value(kv_, runtime_, telemetry_, options_.retry, key.name, std::move(bulk_text));
  if (!exact) {
    item.what = unreadable(exact.error(), runtime_.budget());
    return;
  }
  const std::optional<std::string>& text = *exact;
  if (!text) {
    if (key.expiration && *key.expiration <= runtime_.wall().seconds()) {
      item.what = Decided{Fate::expired, "expired_before_read", ""};
    } else {
      item.what = TryAgain{"listed_but_absent", "", true, true};
    }
    return;
  }
  auto result = transform({key.name, *text, key.expiration});
  if (auto* row = std::get_if<books::BookRow>(&result)) {
    item.what = std::move(*row);
  } else if (auto* empty = std::get_if<books::Empty>(&result)) {
    item.what = Decided{Fate::empty, std::string(empty->reason), ""};
  } else {
    auto& rejected = std::get<books::Rejected>(result);
    item.what = Decided{Fate::rejected, std::string(rejected.reason), std::move(rejected.detail)};
  }
}

}  // namespace cutover::migrate
