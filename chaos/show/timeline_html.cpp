#include "chaos/show/timeline_html.h"

#include <nlohmann/json.hpp>

#include "chaos/show/page_parts.h"
#include "chaos/show/story.h"
#include "chaos/show/words.h"
#include "reports/text.h"

namespace cutover::chaos {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t text_max = 300;  // of one text in the page

std::string text_of(const std::string& text) {
  return plain(text, text_max);
}

std::string_view name_of(Hit hit) {
  switch (hit) {
    case Hit::none: return "";
    case Hit::rejected: return "rejected";
    case Hit::answer_lost: return "lost";
    case Hit::killed: return "killed";
    case Hit::slow: return "slow";
    case Hit::odd_answer: return "odd";
  }
  return "";
}

std::string_view name_of(CallEnd end) {
  switch (end) {
    case CallEnd::ok: return "ok";
    case CallEnd::failed: return "failed";
    case CallEnd::died: return "died";
    case CallEnd::open: return "open";
  }
  return "";
}

ordered_json optional_index(const std::optional<std::size_t>& index) {
  return index ? ordered_json(*index) : ordered_json(nullptr);
}

// In rows rather than objects: there may be thousands. timeline.js reads them in this order.
ordered_json calls_of(const Account& account) {
  ordered_json calls = ordered_json::array();
  for (const ShownCall& call : account.calls) {
    calls.push_back({call.lane, call.life, call.task, text_of(call.site), text_of(call.key),
                     call.occurrence, call.begun.count(), call.ended.count(),
                     call.taken ? call.taken->count() : -1, text_of(call.at_service),
                     text_of(call.learned), name_of(call.end), text_of(call.fault),
                     name_of(call.hit), static_cast<int>(call.touch)});
  }
  return calls;
}

ordered_json data_of(const Account& account, const std::string& path) {
  ordered_json data;
  data["scenario"] = text_of(account.file.played.scenario);
  data["seed"] = std::to_string(account.file.played.seed);
  data["keys"] = account.file.played.keys;
  data["digest"] = text_of(account.result.digest);
  data["exact"] = account.file.digest.empty() || account.file.digest == account.result.digest;
  data["command"] = text_of(replay_command(path));
  data["end"] = account.result.virtual_time.count();
  data["lanes"] = ordered_json::array();
  for (const Lane& lane : account.lanes) {
    ordered_json lives = ordered_json::array();
    for (const Life& life : lane.lives) {
      lives.push_back({life.from.count(), life.to.count(), life.killed ? 1 : 0});
    }
    data["lanes"].push_back(
        {{"role", text_of(lane.role)}, {"calls", lane.calls}, {"lives", std::move(lives)}});
  }
  data["calls"] = calls_of(account);
  data["notes"] = ordered_json::array();
  for (const ShownNote& note : account.notes) {
    data["notes"].push_back({note.at.count(), note.lane, note.life, sim::name_of(note.kind),
                             text_of(note.what), text_of(note.text)});
  }
  data["hits"] = account.hits;
  data["meanings"] = ordered_json::object();
  for (const std::size_t hit : account.hits) {
    const std::string& fault = account.calls[hit].fault;
    data["meanings"][text_of(fault)] = text_of(meaning_of(fault));
  }
  data["violations"] = ordered_json::array();
  for (const ShownViolation& shown : account.violations) {
    const auto& touching = shown.touching;
    data["violations"].push_back(
        {{"invariant", text_of(shown.violation.invariant)},
         {"about", text_of(shown.violation.about)},
         {"text", text_of(shown.violation.text)},
         {"first", touching.empty() ? ordered_json(nullptr) : ordered_json(touching.front())},
         {"lastFault", optional_index(shown.last_fault)}});
  }
  data["story"] = ordered_json::array();
  for (const StoryLine& line : story_of(account)) {
    data["story"].push_back({{"at", line.at ? ordered_json(line.at->count()) : nullptr},
                             {"margin", margin_of(line.kind)},
                             {"text", line.text},
                             {"call", optional_index(line.call)}});
  }
  return data;
}

}  // namespace

std::string for_script(const std::string& json) {
  std::string safe;
  for (const char c : json) {
    switch (c) {
      case '<': safe += "\\u003c"; break;
      case '>': safe += "\\u003e"; break;
      case '&': safe += "\\u0026"; break;
      default: safe += c;
    }
  }
  return safe;
}

std::string timeline_html_of(const Account& account, const std::string& path) {
  const std::string data = for_script(
      data_of(account, path).dump(-1, ' ', true, ordered_json::error_handler_t::replace));
  std::string page;
  std::string_view rest = page_html();
  // In one pass, so that a key that looks like a place is left alone.
  while (!rest.empty()) {
    const std::size_t at = rest.find('@');
    page += rest.substr(0, at);
    if (at == std::string_view::npos) break;
    rest.remove_prefix(at);
    if (rest.starts_with("@STYLE@")) {
      page += page_css();
      rest.remove_prefix(7);
    } else if (rest.starts_with("@DATA@")) {
      page += data;
      rest.remove_prefix(6);
    } else if (rest.starts_with("@PROGRAM@")) {
      page += page_js();
      rest.remove_prefix(9);
    } else {
      page += '@';
      rest.remove_prefix(1);
    }
  }
  return page;
}

}  // namespace cutover::chaos
