#include "tests/conformance/bench.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "tests/conformance/fake_d1.h"
#include "tests/conformance/fake_kv.h"

namespace cutover::conformance {
namespace {

constexpr std::size_t piece_first = 40;  // operations a request
constexpr int attempts_max = 6;

std::int64_t now_of(const FakeKv& fake) {
  return fake.now();
}
std::int64_t now_of(const FakeD1& /*fake*/) {
  return 0;
}

}  // namespace

std::string Bench::run_kv(std::span<const Json> operations, Tally& tally) {
  return run<FakeKv>(operations, tally);
}

std::string Bench::run_d1(std::span<const Json> operations, Tally& tally) {
  return run<FakeD1>(operations, tally);
}

tl::expected<std::size_t, std::string> Bench::fresh_store() {
  if (workerd_ == nullptr || next_store_ == Workerd::stores) {
    workerd_.reset();
    auto started = Workerd::start(program_);
    if (!started) return tl::unexpected(started.error());
    workerd_ = std::move(*started);
    next_store_ = 0;
  }
  return next_store_++;
}

template <class Fake>
std::string Bench::run(std::span<const Json> operations, Tally& tally) {
  std::size_t piece = piece_first;
  for (int attempt = 0; attempt < attempts_max; ++attempt) {
    const auto store = fresh_store();
    if (!store) return store.error();
    Fake fake;
    Tally before = tally;
    bool late = false;
    for (std::size_t at = 0; at < operations.size() && !late; at += piece) {
      const auto part = operations.subspan(at, std::min(piece, operations.size() - at));
      const auto real = workerd_->run(*store, now_of(fake), part);
      if (!real) return real.error();
      late = real->late;
      for (std::size_t i = 0; i < part.size() && !late; ++i) {
        const Tally::Next next = tally.compare(part[i], real->answers[i], fake.answer(part[i]));
        if (next == Tally::Next::stop) return {};
      }
    }
    if (!late) return {};
    tally = std::move(before);
    piece = std::max<std::size_t>(piece / 2, 1);
  }
  return "this machine is too slow: KV's clock cannot be held for the time of one operation";
}

std::int64_t operations_wanted() {
  const char* wanted = std::getenv("CUTOVER_CONFORMANCE_OPERATIONS");
  return wanted == nullptr ? 2000 : std::max<std::int64_t>(std::atoll(wanted), 1);
}

}  // namespace cutover::conformance
