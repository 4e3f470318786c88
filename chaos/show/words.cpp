#include "chaos/show/words.h"

#include <array>
#include <cctype>
#include <cstdio>

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

std::string capital(std::string text) {
  if (!text.empty()) {
    text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  }
  return text;
}

}  // namespace cutover::chaos
