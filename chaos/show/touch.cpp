#include "chaos/show/touch.h"

#include <algorithm>
#include <map>

namespace cutover::chaos {
namespace {

constexpr std::string_view bulk_read = "kv.get_many";
constexpr std::string_view batch = "d1.batch";
constexpr std::size_t word_min = 6;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// The first run of 13 or 10 digits (the last of 10 may be an X), or nothing.
std::string_view isbn_in(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (!is_digit(text[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && is_digit(text[end])) ++end;
    if (end - at == 9 && end < text.size() && text[end] == 'X') ++end;
    if (end - at == 13 || end - at == 10) return text.substr(at, end - at);
    at = end;
  }
  return {};
}

// The key that a bulk read from `first_key` on would hold for this ISBN: the same prefix.
std::string key_like(std::string_view first_key, std::string_view isbn) {
  const std::string_view standing = isbn_in(first_key);
  if (standing.empty()) return {};
  const auto at = static_cast<std::size_t>(standing.data() - first_key.data());
  return std::string(first_key.substr(0, at)) + std::string(isbn);
}

class Finder {
 public:
  Finder(Account& account, ShownViolation& shown)
      : account_(account), shown_(shown), touches_(account.calls.size(), Touch::none) {}

  void find() {
    const std::string_view about = shown_.violation.about;
    names(traces_of(about));
    if (const std::string_view isbn = isbn_in(about); !isbn.empty()) covers(isbn);
    for (std::size_t i = 0; i < touches_.size(); ++i) {
      if (touches_[i] == Touch::none) continue;
      shown_.touching.push_back(i);
      Touch& touch = account_.calls[i].touch;
      if (touch == Touch::none || touches_[i] < touch) touch = touches_[i];
    }
    const Duration until =
        shown_.touching.empty() ? Duration::max() : account_.calls[shown_.touching.back()].ended;
    for (const std::size_t hit : account_.hits) {
      if (account_.calls[hit].begun <= until) shown_.last_fault = hit;
    }
  }

 private:
  void names(const std::vector<std::string>& traces) {
    for (std::size_t i = 0; i < touches_.size(); ++i) {
      const std::string& key = account_.calls[i].key;
      const bool named = std::any_of(
          traces.begin(), traces.end(),
          [&key](const std::string& trace) { return key.find(trace) != std::string::npos; });
      if (named) touches_[i] = Touch::names;
    }
  }

  void covers(std::string_view isbn) {
    // By prefix: the greatest first key that does not come after the violated one.
    std::map<std::string, std::string> nearest;
    for (const ShownCall& call : account_.calls) {
      if (call.site != bulk_read) continue;
      std::string wanted = key_like(call.key, isbn);
      if (wanted.empty() || call.key > wanted) continue;
      std::string& best = nearest[std::move(wanted)];
      best = std::max(best, call.key);
    }
    for (std::size_t i = 0; i < touches_.size(); ++i) {
      const ShownCall& call = account_.calls[i];
      if (call.site != bulk_read) continue;
      const auto found = nearest.find(key_like(call.key, isbn));
      if (found == nearest.end() || found->second != call.key) continue;
      if (touches_[i] == Touch::none) touches_[i] = Touch::covers;
      if (call.end == CallEnd::ok) follow(i);
    }
  }

  void follow(std::size_t read) {
    const ShownCall& first = account_.calls[read];
    for (std::size_t i = read + 1; i < touches_.size(); ++i) {
      const ShownCall& call = account_.calls[i];
      if (call.lane != first.lane || call.life != first.life || call.begun < first.ended) continue;
      if (call.site == bulk_read) return;
      if (call.site == batch && touches_[i] == Touch::none) touches_[i] = Touch::follows;
    }
  }

  Account& account_;
  ShownViolation& shown_;
  std::vector<Touch> touches_;
};

}  // namespace

std::vector<std::string> traces_of(std::string_view about) {
  if (const std::string_view isbn = isbn_in(about); !isbn.empty()) {
    return {std::string(isbn.size() == 13 ? isbn.substr(3, 9) : isbn.substr(0, 9))};
  }
  std::vector<std::string> words;
  std::size_t at = 0;
  while (at < about.size()) {
    const std::size_t end = std::min(about.find(' ', at), about.size());
    if (end - at >= word_min) words.emplace_back(about.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

void find_touches(Account& account) {
  for (ShownViolation& shown : account.violations) Finder(account, shown).find();
}

}  // namespace cutover::chaos
