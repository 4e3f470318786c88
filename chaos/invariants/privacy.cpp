// Privacy: no token, secret or stored value in any log, history, error record or refusal.
//
// What must not be seen carries marks: live_system.h has that of tokens, secrets and reviews; the
// authors of live books and the head of each user's token are as good.

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>

#include "chaos/invariants/checks.h"
#include "chaos/invariants/tables.h"
#include "chaos/invariants/watch.h"
#include "chaos/live_system.h"

namespace cutover::chaos {
namespace {

// The head of every token with this algorithm, the authors that live books are given.
constexpr std::array<std::string_view, 4> marks = {secret_mark, "eyJhbGci", "A. Writer",
                                                   "P. Rovider"};
// So much of a value in an error's text is the value.
constexpr std::size_t telling_bytes = 12;

std::string_view mark_in(std::string_view text) {
  const auto* found = std::find_if(marks.begin(), marks.end(), [text](std::string_view mark) {
    return text.size() >= mark.size() && text.find(mark) != std::string_view::npos;
  });
  return found == marks.end() ? std::string_view() : *found;
}

class PrivacyWatch final : public Watch {
 public:
  void saw(const sim::EventView& event, std::string_view role) override {
    for (const std::string_view text : {event.key, event.result}) {
      const std::string_view mark = mark_in(text);
      if (mark.empty()) continue;
      add("privacy", role,
          "the history of " + std::string(event.what) + " shows \"" + std::string(mark) + "\"");
    }
  }
};

}  // namespace

std::unique_ptr<Watch> make_privacy_watch() {
  return std::make_unique<PrivacyWatch>();
}

std::vector<Violation> check_privacy(const Aftermath& aftermath) {
  std::vector<Violation> found;
  for (const auto& leak : aftermath.live.leaks) {
    found.push_back(
        violated("privacy", leak.route, "an answer shows what it must not: " + leak.mark));
  }
  std::unordered_map<std::string_view, std::string_view> values;
  for (const KvRecord& source : aftermath.sources) values.emplace(source.key, source.value);
  for (const SqlRow& row : read_rows(
           aftermath, "SELECT key, reason || ' ' || ifnull(detail, '') FROM MigrationErrors")) {
    const std::string_view text = as_text(row[1]);
    const auto value = values.find(as_text(row[0]));
    const bool shown = value != values.end() && value->second.size() >= telling_bytes &&
                       text.find(value->second.substr(0, telling_bytes)) != std::string_view::npos;
    if (!shown && mark_in(text).empty()) continue;
    found.push_back(violated("privacy", as_text(row[0]), "an error's text shows the stored value"));
  }
  return found;
}

}  // namespace cutover::chaos
