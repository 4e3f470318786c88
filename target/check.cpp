#include "target/check.h"

#include <utility>

namespace cutover::target {
namespace {

constexpr std::size_t shown_max = 10;

}  // namespace

Found holds(std::string what) {
  return {reports::Verdict::pass, std::move(what), "", ""};
}

Found fails(std::string what) {
  return {reports::Verdict::fail, std::move(what), "", ""};
}

Found cannot_say(std::string why) {
  return {reports::Verdict::unknown, std::move(why), "", ""};
}

void Complaints::add(std::string what) {
  if (count_++ < shown_max) first_.push_back(std::move(what));
}

std::string Complaints::text() const {
  std::string text;
  for (const std::string& one : first_) text += (text.empty() ? "" : "; ") + one;
  if (count_ > first_.size()) text += "; and " + std::to_string(count_ - first_.size()) + " more";
  return text;
}

Found Complaints::found(std::string when_good) const {
  return count_ == 0 ? holds(std::move(when_good)) : fails(text());
}

Answer Tour::ask(const Ask& ask, const std::string& for_people) {
  Answer answer = visit.ask(ask);
  if (answer.status >= 400) refusals.push_back({for_people, answer});
  return answer;
}

std::string Tour::known_isbn() const {
  for (const Look& look : reading.first) {
    if (look.found) return reading.wanted[look.wanted].isbn;
  }
  return {};
}

}  // namespace cutover::target
