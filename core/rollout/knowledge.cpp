#include "core/rollout/knowledge.h"

#include <mutex>
#include <string>
#include <utility>

#include "core/ports/check.h"

namespace cutover::rollout {
namespace {

// Nobody waits for another task's read once it has taken this long: the service does not answer.
constexpr Duration wait_max = std::chrono::seconds(1);
constexpr Duration wait_step = std::chrono::milliseconds(5);

}  // namespace

RolloutKnowledge::RolloutKnowledge(KvStore& kv, Database& database, Runtime& runtime,
                                   Duration refresh_after)
    : kv_(kv),
      runtime_(runtime),
      store_(database),
      refresh_after_(refresh_after),
      mutex_(runtime.mutex()) {
  CUTOVER_CHECK(refresh_after > Duration{0}, "what is known ages");
}

RolloutKnowledge::Known RolloutKnowledge::current() {
  refresh(flag_lane_, &RolloutKnowledge::read_flag);
  refresh(state_lane_, &RolloutKnowledge::read_state);
  return known();
}

RolloutKnowledge::Known RolloutKnowledge::afresh() {
  read_flag(runtime_.now());
  read_state(runtime_.now());
  return known();
}

RolloutKnowledge::Known RolloutKnowledge::known() {
  const std::lock_guard lock(*mutex_);
  return known_;
}

bool RolloutKnowledge::due() {
  const std::lock_guard lock(*mutex_);
  const auto can_be_read = [this](const Lane& lane) {
    return is_due(lane) && lane.reading.expired();
  };
  return can_be_read(flag_lane_) || can_be_read(state_lane_);
}

void RolloutKnowledge::learn(const RolloutState& state, Duration began) {
  const std::lock_guard lock(*mutex_);
  if (known_.state_at && began < *known_.state_at) return;
  known_.state = state;
  known_.state_at = began;
}

void RolloutKnowledge::doubt_flag() {
  const std::lock_guard lock(*mutex_);
  flag_lane_.tried_at.reset();
}

bool RolloutKnowledge::is_due(const Lane& lane) const {
  return !lane.tried_at || runtime_.now() - *lane.tried_at >= refresh_after_;
}

void RolloutKnowledge::refresh(Lane& lane, Read read) {
  std::shared_ptr<const Duration> claim;
  {
    const std::lock_guard lock(*mutex_);
    if (!is_due(lane)) return;
    const Duration now = runtime_.now();
    if (lane.reading.expired()) {
      claim = std::make_shared<const Duration>(now);
      lane.reading = claim;
    } else if (lane.tried_at && now - *lane.tried_at < 2 * refresh_after_) {
      return;
    }
  }
  if (!claim) {
    wait_for(lane);
    return;
  }
  const bool is_read = (this->*read)(*claim);
  const std::lock_guard lock(*mutex_);
  // What was read is as old as the read's begin. After a failure a whole pause follows.
  lane.tried_at = is_read ? *claim : runtime_.now();
  claim.reset();
}

void RolloutKnowledge::wait_for(const Lane& lane) {
  for (Duration waited{0}; waited < wait_max; waited += wait_step) {
    {
      const std::lock_guard lock(*mutex_);
      const auto began = lane.reading.lock();
      if (!began || runtime_.now() - *began >= wait_max) return;
    }
    runtime_.sleep(wait_step);
  }
}

bool RolloutKnowledge::read_state(Duration began) {
  const auto state = store_.read();
  if (!state) return false;
  learn(*state, began);
  return true;
}

bool RolloutKnowledge::read_flag(Duration began) {
  auto found = kv_.get(flag_key);
  if (!found) return false;
  std::optional<std::string> text;
  if (*found) text = std::move((*found)->bytes);
  const std::lock_guard lock(*mutex_);
  if (known_.flag_at && began < *known_.flag_at) return true;
  known_.flag = parse_flag(text);
  known_.flag_at = began;
  return true;
}

}  // namespace cutover::rollout
