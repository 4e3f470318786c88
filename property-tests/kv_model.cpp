// The simulated Workers KV, seen from one location without cache, against a plain map: any sequence
// of puts, reads, removals, listings and waits gives the same answers.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <rapidcheck/state.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "fakes/kv/kv_client.h"

namespace cutover::fakes {
namespace {

constexpr std::int64_t second = 1'000'000;

struct ModelEntry {
  std::string value;
  std::string metadata;
  std::optional<std::int64_t> expiration;
};

struct Model {
  std::int64_t now = sim::Scheduler::Options{}.start.micros;
  std::map<std::string, ModelEntry> entries;
  std::map<std::string, std::int64_t> written;  // when each key was last put

  const ModelEntry* find(const std::string& key) const {
    const auto found = entries.find(key);
    if (found == entries.end()) return nullptr;
    const auto& expiration = found->second.expiration;
    return expiration && *expiration * second <= now ? nullptr : &found->second;
  }
  bool is_throttled(const std::string& key) const {
    const auto last = written.find(key);
    return last != written.end() && now - last->second < second;
  }
};

// One namespace whose calls take no time, so that only Wait moves the clock.
struct Sut {
  static KvService::Options options() {
    KvService::Options options;
    options.cache_ttl = Duration(0);
    options.cached_read_latency = options.cold_read_latency = Duration(0);
    options.write_latency = options.list_latency = Duration(0);
    return options;
  }

  void run(std::function<void()> body) {
    scheduler.spawn(process, "command", std::move(body));
    scheduler.run();
  }

  sim::Scheduler scheduler{sim::Scheduler::Options{}};
  sim::FaultPlan plan;
  sim::Gate gate{scheduler, plan};
  KvService service{scheduler, options()};
  sim::Process& process{scheduler.start_process("model")};
  KvClient kv{service, gate, process, 0};
};

using Command = rc::state::Command<Model, Sut>;

// Few keys, so that commands meet; some are prefixes of others, some are not ASCII.
std::string any_key() {
  return *rc::gen::element<std::string>("a", "ab", "b", "b:", "b:1", "b:2", "c", "\u00E9");
}

struct Put : Command {
  std::string key = any_key();
  std::string value = *rc::gen::arbitrary<std::string>();
  std::string metadata = *rc::gen::element<std::string>("", "{}", "1");
  std::optional<std::int64_t> ttl =
      *rc::gen::element<std::optional<std::int64_t>>(std::nullopt, 60, 90, 4000, 59, 0);

  bool is_valid() const { return !ttl || *ttl >= KvLimits::ttl_seconds_min; }

  void apply(Model& model) const override {
    if (!is_valid() || model.is_throttled(key)) return;
    std::optional<std::int64_t> expiration;
    if (ttl) expiration = model.now / second + *ttl;
    model.entries[key] = {value, metadata, expiration};
    model.written[key] = model.now;
  }
  void run(const Model& model, Sut& sut) const override {
    std::optional<Failure> failure;
    KvPutOptions options;
    options.expiration_ttl = ttl;
    options.metadata = metadata;
    sut.run([&] {
      if (const auto done = sut.kv.put(key, value, options); !done) failure = done.error();
    });
    if (!is_valid()) {
      RC_ASSERT(failure && failure->kind == FailureKind::limit_exceeded);
    } else if (model.is_throttled(key)) {
      RC_ASSERT(failure && failure->kind == FailureKind::throttled);
    } else {
      RC_ASSERT(!failure.has_value());
    }
  }
  void show(std::ostream& out) const override {
    out << "put " << key << " ttl " << (ttl ? std::to_string(*ttl) : "none");
  }
};

struct Remove : Command {
  std::string key = any_key();

  void apply(Model& model) const override { model.entries.erase(key); }
  void run(const Model&, Sut& sut) const override {
    bool removed = false;
    sut.run([&] { removed = sut.kv.remove(key).has_value(); });
    RC_ASSERT(removed);
  }
  void show(std::ostream& out) const override { out << "remove " << key; }
};

struct Get : Command {
  std::string key = any_key();

  void run(const Model& model, Sut& sut) const override {
    std::optional<KvValue> answer;
    sut.run([&] { answer = sut.kv.get(key).value(); });
    const ModelEntry* expected = model.find(key);
    RC_ASSERT(answer.has_value() == (expected != nullptr));
    if (expected != nullptr) RC_ASSERT((*answer == KvValue{expected->value, expected->metadata}));
  }
  void show(std::ostream& out) const override { out << "get " << key; }
};

struct GetMany : Command {
  std::vector<std::string> keys =
      *rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(rc::gen::exec(any_key)));

  void run(const Model& model, Sut& sut) const override {
    std::vector<std::optional<std::string>> answers;
    std::vector<std::optional<KvValue>> singles;
    sut.run([&] {
      const auto many = sut.kv.get_many(keys);
      if (many) answers = *many;
      for (const std::string& key : keys) singles.push_back(sut.kv.get(key).value());
    });
    if (keys.size() > KvLimits::get_many_keys_max) {
      RC_ASSERT(answers.empty());
      return;
    }
    RC_ASSERT(answers.size() == keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const ModelEntry* expected = model.find(keys[i]);
      RC_ASSERT(answers[i].has_value() == (expected != nullptr));
      if (expected == nullptr) continue;
      // As text: either the bytes, or marked where they are not UTF-8.
      const bool is_marked = answers[i]->find("\uFFFD") != std::string::npos;
      RC_ASSERT(is_marked || *answers[i] == expected->value);
    }
  }
  void show(std::ostream& out) const override { out << "get_many of " << keys.size(); }
};

struct List : Command {
  std::string prefix = *rc::gen::element<std::string>("", "a", "b", "b:", "nothing");
  std::size_t limit = *rc::gen::inRange<std::size_t>(1, 6);

  void run(const Model& model, Sut& sut) const override {
    std::vector<KvPage> pages;
    sut.run([&] {
      KvListQuery query{prefix, limit, ""};
      do {
        pages.push_back(sut.kv.list(query).value());
        query.cursor = pages.back().cursor;
      } while (!pages.back().complete && pages.size() < 100);
    });
    std::vector<KvListedKey> listed;
    for (const KvPage& page : pages) {
      RC_ASSERT(page.keys.size() <= limit);
      RC_ASSERT(page.cursor.empty() == page.complete);
      listed.insert(listed.end(), page.keys.begin(), page.keys.end());
    }
    RC_ASSERT(pages.back().complete);
    std::vector<KvListedKey> expected;
    for (const auto& [key, entry] : model.entries) {
      if (key.starts_with(prefix) && model.find(key) != nullptr) {
        expected.push_back({key, entry.expiration, entry.metadata});
      }
    }
    RC_ASSERT((listed == expected));
  }
  void show(std::ostream& out) const override { out << "list '" << prefix << "' by " << limit; }
};

struct Wait : Command {
  // Around the limits: a second between writes, a minute of life, an hour for tombstones.
  std::int64_t micros = *rc::gen::element<std::int64_t>(1, second - 1, second, 59 * second,
                                                        60 * second, 3600 * second, 4000 * second);

  void apply(Model& model) const override { model.now += micros; }
  void run(const Model&, Sut& sut) const override {
    sut.run([&] { sut.scheduler.sleep(Duration(micros)); });
  }
  void show(std::ostream& out) const override { out << "wait " << micros << " us"; }
};

RC_GTEST_PROP(KvModel, AnySequenceOfCallsAnswersAsAMapWould, ()) {
  const Model model;
  Sut sut;
  rc::state::check(model, sut,
                   rc::state::gen::execOneOfWithArgs<Put, Put, Remove, Get, GetMany, List, Wait>());
}

RC_GTEST_PROP(KvModel, WhatIsLeftCanBeRestoredIntoAnotherNamespace, ()) {
  Sut sut;
  const auto count = *rc::gen::inRange(0, 20);
  for (int i = 0; i < count; ++i) {
    sut.service.load({any_key(), *rc::gen::arbitrary<std::string>(), std::nullopt,
                      *rc::gen::element<std::string>("", "{}")});
  }
  Sut other;
  other.service.restore(sut.service.entries());
  RC_ASSERT(other.service.entries() == sut.service.entries());
  RC_ASSERT(other.service.digest() == sut.service.digest());
}

}  // namespace
}  // namespace cutover::fakes
