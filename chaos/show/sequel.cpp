#include "chaos/show/sequel.h"

#include <algorithm>

#include "chaos/show/words.h"

namespace cutover::chaos {
namespace {

std::string result_of(const ShownCall& call) {
  switch (call.end) {
    case CallEnd::ok: return "ok";
    case CallEnd::failed: return short_result(call.learned);
    case CallEnd::died: return "its caller died meanwhile";
    case CallEnd::open: return "no answer until the run's end";
  }
  return "?";
}

bool same_kind(const ShownCall& a, const ShownCall& b) {
  return a.site == b.site && a.key == b.key;
}

}  // namespace

Sequel::Sequel(const Account& account) : account_(account) {
  for (const Lane& lane : account.lanes) calls_.emplace_back(lane.lives.size());
  for (std::size_t i = 0; i < account.calls.size(); ++i) {
    calls_[account.calls[i].lane][account.calls[i].life].push_back(i);
  }
}

// The next of the same task; if it has none, the next of the same life.
std::optional<std::size_t> Sequel::next_of(std::size_t index) const {
  const ShownCall& call = account_.calls[index];
  const std::vector<std::size_t>& life = calls_[call.lane][call.life];
  std::optional<std::size_t> other;
  for (auto at = std::upper_bound(life.begin(), life.end(), index); at != life.end(); ++at) {
    const ShownCall& next = account_.calls[*at];
    if (next.begun < call.ended) continue;
    if (next.task == call.task) return *at;
    if (!other) other = *at;
  }
  return other;
}

std::string Sequel::after(std::size_t index) const {
  const ShownCall& call = account_.calls[index];
  if (call.end == CallEnd::died || call.end == CallEnd::open) return "";
  const auto length_until = [&call](const ShownCall& next) {
    const Duration length = next.begun - call.ended;
    return length > Duration{0} ? " " + length_of(length) + " later" : " at once";
  };
  std::size_t tries = 0;
  std::size_t last = index;
  auto next = next_of(index);
  while (next && same_kind(account_.calls[*next], call) &&
         account_.calls[*next].task == call.task && account_.calls[last].end != CallEnd::ok) {
    ++tries;
    last = *next;
    next = next_of(last);
  }
  if (tries > 0) {
    const ShownCall& end = account_.calls[last];
    std::string text = tries == 1
                           ? "It tried again"
                           : "It tried again " + std::to_string(tries) + " times, the last time";
    text += length_until(end) + ": " + result_of(end) + ".";
    if (end.end != CallEnd::failed) return text;
    if (!next) return text + " Then" + gave_up(end);
    const ShownCall& other = account_.calls[*next];
    return text + " Then it went on with its " + name_of_call(other) + ": " + result_of(other) +
           ".";
  }
  if (next) {
    const ShownCall& other = account_.calls[*next];
    return "It went on" + length_until(other) + " with its " + name_of_call(other) + ": " +
           result_of(other) + ".";
  }
  if (call.end == CallEnd::ok) return "";
  return "Then" + gave_up(call);
}

std::string Sequel::gave_up(const ShownCall& last) const {
  const auto wait = next_life(last.lane, last.ended);
  if (!wait) return " it gave up.";
  return " it gave up; the next one of its kind started " + length_of(*wait) + " later.";
}

std::string Sequel::after_death(std::size_t lane, std::size_t life,
                                std::optional<std::size_t> own_call) const {
  std::size_t cut_off = 0;
  for (const std::size_t index : calls_[lane][life]) {
    if (account_.calls[index].end == CallEnd::died && index != own_call) ++cut_off;
  }
  std::string text;
  if (cut_off > 0) {
    text = count_of(cut_off, own_call ? "other call" : "call") + " of it " +
           (cut_off == 1 ? "was" : "were") + " cut off. ";
  }
  const auto wait = next_life(lane, account_.lanes[lane].lives[life].to);
  if (!wait) return text + "Nobody came in its place.";
  return text + "A new one started " + length_of(*wait) + " later.";
}

// How long after this the role's next process started; nothing: none did.
std::optional<Duration> Sequel::next_life(std::size_t lane, Duration after) const {
  for (const Life& life : account_.lanes[lane].lives) {
    if (life.from > after) return life.from - after;
  }
  return std::nullopt;
}

}  // namespace cutover::chaos
