#include "chaos/show/story.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <utility>

#include "chaos/show/sequel.h"
#include "chaos/show/words.h"
#include "core/ports/check.h"

namespace cutover::chaos {
namespace {

using Kind = StoryLine::Kind;

constexpr std::size_t columns_max = 100;
constexpr std::size_t margin = 21;  // "   12.345 s  failure  "
constexpr std::size_t violations_told = 5;

// What the core reports that is worth a line by itself; the rest is in the calls already.
constexpr std::string_view told_reports[] = {
    "breaker.changed",       "guard.finding",    "migrate.cursor_refused",
    "migrate.mirror_failed", "rollout.changed",  "migrate.lease_not_released",
    "migrate.not_verified",  "lookup.malformed", "rollout.change_failed",
};

// A line that may be told, and how much it matters.
struct Candidate {
  StoryLine line;
  std::size_t calls_before = 0;  // how many calls began before it
  int weight = 0;
};

std::string join(const std::vector<std::string>& parts) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) text += i + 1 == parts.size() ? " and " : ", ";
    text += parts[i];
  }
  return text;
}

// "migrator-2" and "migrator" are two of one kind.
std::string stem_of(const std::string& role) {
  const std::size_t dash = role.rfind('-');
  const bool numbered = dash != std::string::npos && dash + 1 < role.size() &&
                        role.find_first_not_of("0123456789", dash + 1) == std::string::npos;
  return numbered ? role.substr(0, dash) : role;
}

class Teller {
 public:
  Teller(const Account& account, std::size_t lines_max)
      : account_(account), sequel_(account), lines_max_(lines_max) {
    CUTOVER_CHECK(lines_max >= 10, "a story needs some lines");
  }

  std::vector<StoryLine> tell() {
    for (const ShownViolation& shown : account_.violations) {
      if (!shown.touching.empty()) focus_ = account_.calls[shown.touching.back()].ended;
    }
    for (std::size_t i = 0; i < account_.calls.size(); ++i) weigh_call(i);
    for (const ShownNote& note : account_.notes) weigh_note(note);
    std::stable_sort(candidates_.begin(), candidates_.end(),
                     [this](const Candidate& a, const Candidate& b) {
                       if (a.weight != b.weight) return a.weight > b.weight;
                       return distance(a) < distance(b);
                     });
    std::size_t told = std::min(candidates_.size(), lines_max_);
    std::vector<StoryLine> story = with(told);
    while (told > 0 && lines_of(story) > lines_max_) story = with(--told);
    return story;
  }

 private:
  static std::size_t lines_of(const std::vector<StoryLine>& story) {
    const std::string text = print(story);
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  }

  [[nodiscard]] std::int64_t distance(const Candidate& candidate) const {
    return std::abs((candidate.line.at.value_or(Duration{0}) - focus_).count());
  }

  // ---- what may be told ----

  void weigh_call(std::size_t index) {
    const ShownCall& call = account_.calls[index];
    const bool touches = call.touch != Touch::none;
    if (call.hit == Hit::rejected && is_told_with_the_first(index)) return;
    if (!call.fault.empty()) {
      const bool death = call.hit == Hit::killed && call.end == CallEnd::died;
      add({death ? Kind::death : Kind::fault, call.begun, fault_text(index), index}, index,
          (death ? 85 : 60) + (touches ? 30 : 0));
    } else if (call.end == CallEnd::failed) {
      add({Kind::failure, call.begun,
           who(call) + " failed: " + short_result(call.learned) + ". " + sequel_.after(index),
           index},
          index, touches ? 70 : 30);
    } else if (call.touch == Touch::names || call.touch == Touch::covers) {
      add({Kind::key, call.begun, key_text(call), index}, index, 55);
    }
  }

  // A try after another that failed: the first one's line says how it went on.
  [[nodiscard]] bool is_told_with_the_first(std::size_t index) const {
    const ShownCall& call = account_.calls[index];
    for (std::size_t i = index; i-- > 0;) {
      const ShownCall& other = account_.calls[i];
      if (other.lane != call.lane || other.life != call.life || other.task != call.task) continue;
      return other.site == call.site && other.key == call.key && !other.fault.empty() &&
             other.end == CallEnd::failed;
    }
    return false;
  }

  void weigh_note(const ShownNote& note) {
    const auto before = static_cast<std::size_t>(
        std::lower_bound(account_.calls.begin(), account_.calls.end(), note.at,
                         [](const ShownCall& call, Duration at) { return call.begun <= at; }) -
        account_.calls.begin());
    const Lane& lane = account_.lanes[note.lane];
    if (note.kind == sim::EventKind::mark) {
      add({Kind::happening, note.at, sentence_of_mark(note), {}}, before, 90);
    } else if (note.kind == sim::EventKind::process) {
      if (note.what != "killed" || died_of_a_fault(note)) return;
      add({Kind::death,
           note.at,
           capital(name_of_role(lane.role)) + " died. " +
               sequel_.after_death(note.lane, note.life, std::nullopt),
           {}},
          before, 80);
    } else if (std::find(std::begin(told_reports), std::end(told_reports), note.what) !=
                   std::end(told_reports) &&
               reported_.emplace(note.what, note.text).second) {
      add({Kind::report,
           note.at,
           capital(name_of_role(lane.role)) + " reports " + plain(note.what, 40) + ": " +
               plain(note.text, 120) + ".",
           {}},
          before, 35);
    }
  }

  [[nodiscard]] bool died_of_a_fault(const ShownNote& note) const {
    return std::any_of(account_.hits.begin(), account_.hits.end(), [&](std::size_t index) {
      const ShownCall& call = account_.calls[index];
      return call.hit == Hit::killed && call.lane == note.lane && call.life == note.life &&
             call.ended == note.at;
    });
  }

  void add(StoryLine line, std::size_t calls_before, int weight) {
    candidates_.push_back({std::move(line), calls_before, weight});
  }

  // "The migrator's D1 batch 'UPDATE MigrationLease' (the 3rd)"
  [[nodiscard]] std::string who(const ShownCall& call) const {
    return capital(name_of_role(account_.role_of(call))) + "'s " + name_of_call(call) + " (the " +
           ordinal_of(call.occurrence + 1U) + ")";
  }

  [[nodiscard]] std::string fault_text(std::size_t index) const {
    const ShownCall& call = account_.calls[index];
    const std::string name = " [" + plain(call.fault, 40) + "]. ";
    const std::string why = plain(meaning_of(call.fault)) + name;
    const bool applied = call.taken && call.at_service == "ok";
    std::string text = who(call);
    switch (call.hit) {
      case Hit::none: break;
      case Hit::rejected: text += " failed: " + why; break;
      case Hit::answer_lost:
        text += applied ? " was done, but its answer never came: "
                        : " was answered '" + short_result(call.at_service) +
                              "', but the answer never came: ";
        text += why;
        if (!call.learned.empty()) {
          text += "It learned no more than '" + short_result(call.learned) + "'. ";
        }
        break;
      case Hit::killed:
        if (call.end != CallEnd::died) break;
        text = capital(name_of_role(account_.role_of(call))) + " died " +
               (call.taken ? "after" : "before") + " its " + name_of_call(call) + " (the " +
               ordinal_of(call.occurrence + 1U) + ") was done" +
               (call.taken && !applied ? ", which was '" + short_result(call.at_service) + "'"
                                       : std::string()) +
               name + sequel_.after_death(call.lane, call.life, index);
        return text;
      case Hit::slow: text += " took " + length_of(call.ended - call.begun) + ": " + why; break;
      case Hit::odd_answer: text += " got an unusual answer: " + why; break;
    }
    if (call.end == CallEnd::died) return text + "Its caller died before it knew.";
    return text + sequel_.after(index);
  }

  [[nodiscard]] std::string key_text(const ShownCall& call) const {
    std::string text = who(call);
    if (call.touch == Touch::covers) text += ", whose range holds the key,";
    if (call.end == CallEnd::ok) return text + " was answered.";
    if (call.end == CallEnd::open) return text + " had no answer until the run's end.";
    return text + (call.taken ? " took effect, but its caller died before the answer came."
                              : " was cut off by its caller's death.");
  }

  // ---- putting it together ----

  [[nodiscard]] std::vector<StoryLine> with(std::size_t told) const {
    std::vector<const Candidate*> chosen;
    for (std::size_t i = 0; i < told; ++i) chosen.push_back(&candidates_[i]);
    std::stable_sort(chosen.begin(), chosen.end(), [](const Candidate* a, const Candidate* b) {
      if (a->line.at != b->line.at) return a->line.at < b->line.at;
      return a->calls_before < b->calls_before;
    });
    std::vector<StoryLine> story = {opening()};
    std::size_t at = 0;
    for (const Candidate* candidate : chosen) {
      calm(story, at, candidate->calls_before);
      at = std::max(at, candidate->calls_before + (candidate->line.call ? 1U : 0U));
      story.push_back(candidate->line);
    }
    calm(story, at, account_.calls.size());
    ending(story);
    return story;
  }

  void calm(std::vector<StoryLine>& story, std::size_t from, std::size_t to) const {
    if (to <= from) return;
    std::size_t hit = 0;
    std::size_t failed = 0;
    for (std::size_t i = from; i < to; ++i) {
      const ShownCall& call = account_.calls[i];
      if (!call.fault.empty()) {
        ++hit;
      } else if (call.end == CallEnd::failed) {
        ++failed;
      }
    }
    std::string text = "then " + count_of(to - from, "call");
    if (hit + failed == 0) text += " without trouble";
    if (hit > 0) text += ", " + std::to_string(hit) + " of them hit by a fault";
    if (failed > 0) text += ", " + std::to_string(failed) + " of them failed";
    story.push_back({Kind::calm, std::nullopt, text, std::nullopt});
  }

  [[nodiscard]] StoryLine opening() const {
    struct Group {
      std::size_t roles = 0;
      std::size_t lives = 0;
      std::string role;
    };
    std::vector<std::string> order;
    std::map<std::string, Group> groups;
    for (const Lane& lane : account_.lanes) {
      if (lane.calls == 0) continue;
      const std::string stem = stem_of(lane.role);
      Group& group = groups[stem];
      if (group.roles == 0) order.push_back(stem);
      group.roles += 1;
      group.lives += lane.lives.size();
      group.role = lane.role;
    }
    std::vector<std::string> parts;
    for (const std::string& stem : order) {
      const Group& group = groups[stem];
      std::string text =
          group.roles == 1 ? name_of_role(group.role) : count_of(group.roles, plain(stem, 40));
      if (group.lives > group.roles) text += " (" + std::to_string(group.lives) + " processes)";
      parts.push_back(std::move(text));
    }
    const std::string nobody = "nobody made a call";
    return {Kind::who, std::nullopt,
            "Who took part: " + (parts.empty() ? nobody : join(parts)) + "; " +
                count_of(account_.file.played.keys, "key") + ", " +
                count_of(account_.calls.size(), "call") + ", " +
                count_of(account_.hits.size(), "fault") + ".",
            std::nullopt};
  }

  void ending(std::vector<StoryLine>& story) const {
    std::vector<std::string> fates;
    for (const auto& [fate, count] : account_.result.fates) {
      if (count > 0) fates.push_back(std::to_string(count) + " " + fate);
    }
    if (!fates.empty()) {
      story.push_back({Kind::end, account_.result.virtual_time,
                       "The run ends; of the keys: " + join(fates) + ".", std::nullopt});
    }
    const auto& violations = account_.violations;
    if (violations.empty()) {
      story.push_back({Kind::end, std::nullopt, "Every invariant holds.", std::nullopt});
    }
    for (std::size_t i = 0; i < violations.size() && i < violations_told; ++i) {
      story.push_back({Kind::end, std::nullopt, violation_text(violations[i]),
                       violations[i].touching.empty()
                           ? std::nullopt
                           : std::optional<std::size_t>(violations[i].touching.front())});
    }
    if (violations.size() > violations_told) {
      story.push_back(
          {Kind::end, std::nullopt,
           "And " + count_of(violations.size() - violations_told, "violation") + " more.",
           std::nullopt});
    }
  }

  [[nodiscard]] std::string violation_text(const ShownViolation& shown) const {
    const Violation& violation = shown.violation;
    std::string text = "Violated: " + plain(violation.invariant, 40);
    if (!violation.about.empty()) text += ", about " + plain(violation.about, 60);
    text += ": " + plain(violation.text, 200) + ".";
    if (violation.about.empty()) return text;
    if (shown.touching.empty()) return text + " No call names it.";
    return text + " " + capital(count_of(shown.touching.size(), "call")) +
           " had to do with it, from " + seconds_of(account_.calls[shown.touching.front()].begun) +
           " on.";
  }

  const Account& account_;
  Sequel sequel_;
  std::size_t lines_max_;
  Duration focus_{0};
  std::vector<Candidate> candidates_;
  std::set<std::pair<std::string, std::string>> reported_;  // each is told once
};

}  // namespace

std::string_view margin_of(Kind kind) {
  switch (kind) {
    case Kind::fault: return "fault";
    case Kind::death: return "death";
    case Kind::failure: return "failure";
    case Kind::key: return "the key";
    case Kind::report: return "report";
    case Kind::happening: return "event";
    default: return "";
  }
}

std::vector<StoryLine> story_of(const Account& account, std::size_t lines_max) {
  return Teller(account, lines_max).tell();
}

std::string print(const std::vector<StoryLine>& story) {
  std::string text;
  for (const StoryLine& line : story) {
    const bool aside = line.kind == Kind::who || line.kind == Kind::end;
    std::string start;
    if (!aside || line.at) start = line.at ? seconds_of(*line.at) : "";
    if (!aside || line.at) {
      if (start.size() < 10) start.insert(0, 10 - start.size(), ' ');
      start += "  " + std::string(margin_of(line.kind));
      start.resize(std::max(start.size(), margin), ' ');
    }
    std::string row = start;
    std::size_t at = 0;
    bool fresh = true;
    while (at < line.text.size()) {
      const std::size_t end = std::min(line.text.find(' ', at), line.text.size());
      const std::string word = line.text.substr(at, end - at);
      if (!fresh && row.size() + 1 + word.size() > columns_max) {
        text += row + "\n";
        row = std::string(start.size(), ' ');
        if (aside && !line.at) row = "  ";
        fresh = true;
      }
      if (!fresh) row += ' ';
      row += word;
      fresh = false;
      at = end + 1;
    }
    text += row + "\n";
  }
  return text;
}

}  // namespace cutover::chaos
