#include "chaos/show/words.h"

#include <array>
#include <cctype>
#include <cstdio>

#include "chaos/happening.h"
#include "reports/text.h"

namespace cutover::chaos {
namespace {

struct SiteWords {
  std::string_view site;
  std::string_view before;  // the key, quoted, stands between them
  std::string_view after;
};

constexpr std::array<SiteWords, 8> site_words = {{
    {"kv.get", "KV read of ", ""},
    {"kv.get_many", "KV bulk read from ", " on"},
    {"kv.list", "KV listing of ", ""},
    {"kv.put", "KV write of ", ""},
    {"kv.remove", "KV removal of ", ""},
    {"d1.query", "D1 query ", ""},
    {"d1.batch", "D1 batch ", ""},
    {"provider.find", "question to the provider about ", ""},
}};

// How a migrator's step ended, by its word in the history.
struct StepWords {
  std::string_view end;
  std::string_view words;
};

constexpr auto step_words = std::to_array<StepWords>({
    {"more", "has done a step, and more is left"},
    {"waiting", "has done a step, and waits before it tries keys again"},
    {"busy", "finds that another one is at work"},
    {"paused", "finds that an operator has paused the migration"},
    {"complete", "has done the last step: the migration is complete"},
    {"failed", "has done the last step: some keys failed"},
    {"nothing to resume", "finds nothing to resume"},
    {"service_failed", "gives up a step, because a service failed"},
    {"killed", "was killed in a step"},
});

// "at 47.009 s: time_travel, 50 seconds back" in the history, then the name alone.
std::string sentence_of_happening(std::string_view text) {
  const std::size_t space = text.rfind(' ');
  const std::size_t colon = text.find(": ");
  if (space == std::string_view::npos || colon == std::string_view::npos) return {};
  const HappenRow* row = happen_named(text.substr(space + 1));
  if (row == nullptr || colon + 2 >= space) return {};
  return capital(std::string(row->meaning)) + " [" +
         plain(text.substr(colon + 2, space - colon - 2)) + "].";
}

std::string sentence_of_step(std::string_view text) {
  const std::size_t space = text.find(' ');
  if (space == std::string_view::npos) return {};
  for (const StepWords& step : step_words) {
    if (step.end != text.substr(space + 1)) continue;
    return capital(name_of_role(text.substr(0, space))).append(" ").append(step.words) + ".";
  }
  return {};
}

template <class... Arguments>
std::string printed(const char* format, Arguments... arguments) {
  char text[64];
  std::snprintf(text, sizeof text, format, arguments...);
  return text;
}

}  // namespace

std::string seconds_of(Duration time) {
  return printed("%.3f s", std::chrono::duration<double>(time).count());
}

std::string length_of(Duration length) {
  const auto micros = static_cast<long long>(length.count());
  if (micros < 10'000) return printed("%.3g ms", static_cast<double>(micros) / 1e3);
  if (micros < 1'000'000) return printed("%lld ms", micros / 1000);
  if (micros < 120'000'000) return printed("%.3g s", static_cast<double>(micros) / 1e6);
  return printed("%lld min %lld s", micros / 60'000'000, micros / 1'000'000 % 60);
}

std::string ordinal_of(std::uint64_t number) {
  const std::uint64_t tens = number % 100;
  const char* ending = "th";
  if (tens < 11 || tens > 13) {
    ending = number % 10 == 1 ? "st" : number % 10 == 2 ? "nd" : number % 10 == 3 ? "rd" : "th";
  }
  return std::to_string(number) + ending;
}

std::string count_of(std::uint64_t count, std::string_view what) {
  return std::to_string(count) + " " + std::string(what) + (count == 1 ? "" : "s");
}

std::string name_of_role(std::string_view role) {
  const std::string name = plain(role, 40);
  return name.find_first_of("0123456789") == std::string::npos ? "the " + name : name;
}

std::string name_of_call(const ShownCall& call) {
  const std::string key = "'" + plain(call.key, 60) + "'";
  for (const SiteWords& words : site_words) {
    if (words.site == call.site) {
      return std::string(words.before).append(key).append(words.after);
    }
  }
  return plain(call.site, 40) + " " + key;
}

std::string short_result(std::string_view result) {
  const std::size_t bracket = result.find(')');
  return plain(bracket == std::string_view::npos ? result : result.substr(0, bracket + 1), 70);
}

std::string plain(std::string_view text, std::size_t characters_max) {
  return reports::clipped(reports::visible(text), characters_max);
}

std::string sentence_of_mark(const ShownNote& mark) {
  std::string sentence;
  if (mark.what == "happening") sentence = sentence_of_happening(mark.text);
  if (mark.what == "step") sentence = sentence_of_step(mark.text);
  if (!sentence.empty()) return sentence;
  return capital(plain(mark.what + ": " + mark.text, 200)) + ".";
}

std::string capital(std::string text) {
  if (!text.empty()) {
    text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  }
  return text;
}

}  // namespace cutover::chaos
