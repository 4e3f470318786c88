// What searching users were told.

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include <nlohmann/json.hpp>

#include "chaos/invariants/checks.h"
#include "chaos/invariants/tables.h"
#include "core/store/book_statements.h"
#include "scenarios/reference_judge.h"

namespace cutover::chaos {
namespace {

using std::chrono::seconds;

constexpr int ok = 200;
constexpr int not_found_status = 404;
constexpr int internal_error = 500;

// Titles as JSON, by ISBN: what any tier may have held.
std::map<std::string, std::set<std::string>> possible_titles(const Aftermath& aftermath) {
  std::map<std::string, std::set<std::string>> titles;
  scenarios::ReferenceJudge judge;
  const auto& columns = store::book_columns();
  const auto title_at = static_cast<std::size_t>(
      std::find(columns.begin(), columns.end(), "title") - columns.begin());
  const auto as_json = [](const std::string& title) {
    return title.empty() ? "null" : nlohmann::json(title).dump();
  };
  for (const KvRecord& source : aftermath.sources) {
    const auto row = judge.expected(source.key, source.value, source.expiration);
    if (row) titles[row->at(0).value_or("")].insert(as_json(row->at(title_at).value_or("")));
  }
  for (const auto& [isbn, written] : aftermath.written) {
    for (const std::string& title : written) titles[isbn].insert(as_json(title));
  }
  return titles;
}

}  // namespace

std::vector<Violation> check_true_answers(const Aftermath& aftermath) {
  if (aftermath.live.answers.empty()) return {};
  std::vector<Violation> found;
  const auto titles = possible_titles(aftermath);
  for (const Answered& answer : aftermath.live.answers) {
    if (answer.status != ok) continue;
    const auto possible = titles.find(answer.isbn);
    if (possible != titles.end() && possible->second.contains(answer.title)) continue;
    found.push_back(violated("true_answers", answer.isbn,
                             "answered with title " + answer.title + ", which no tier ever had"));
  }
  return found;
}

// One title of one ISBN is one version of the book here: no two writes give the same title to
// different books.
std::vector<Violation> check_same_answer(const Aftermath& aftermath) {
  std::vector<Violation> found;
  std::map<std::pair<std::string_view, std::string_view>, const Answered*> first;
  for (const Answered& answer : aftermath.live.answers) {
    if (answer.status != ok) continue;
    if (answer.marked) {
      found.push_back(
          violated("same_answer", answer.isbn,
                   "the book itself says where it comes from, not the answer beside it"));
    }
    const auto [before, is_new] = first.try_emplace({answer.isbn, answer.title}, &answer);
    if (is_new || before->second->book == answer.book) continue;
    found.push_back(violated("same_answer", answer.isbn,
                             "one version looks different from " + before->second->source +
                                 " and from " + answer.source));
  }
  return found;
}

std::vector<Violation> check_not_found(const Aftermath& aftermath) {
  std::vector<Violation> found;
  const Duration healthy = healthy_from(aftermath.played);
  for (const Answered& answer : aftermath.live.answers) {
    const bool known = aftermath.live.stocked.contains(answer.isbn) &&
                       !aftermath.live.forgotten.contains(answer.isbn);
    if (answer.status == not_found_status && known) {
      found.push_back(violated("not_found", answer.isbn,
                               "answered 404, and the provider knew the book all the time"));
    }
    if (!aftermath.live.unknown.contains(answer.isbn)) continue;
    if (answer.status == ok || (answer.status != not_found_status && answer.asked >= healthy)) {
      found.push_back(
          violated("not_found", answer.isbn,
                   "nobody knows this ISBN, and it was answered " + std::to_string(answer.status)));
    }
  }
  return found;
}

std::vector<Violation> check_health(const Aftermath& aftermath) {
  const Duration healthy = healthy_from(aftermath.played);
  std::vector<Violation> found;
  for (const Answered& answer : aftermath.live.answers) {
    if (answer.status == internal_error) {
      found.push_back(violated("health", answer.isbn, "answered 500"));
    } else if (answer.status > internal_error && answer.asked >= healthy) {
      found.push_back(violated(
          "health", answer.isbn,
          "answered " + std::to_string(answer.status) + " a minute and more after the calm began"));
    }
  }
  return found;
}

// An answer from D1 needs a phase that lets D1 be read, or read as a fallback: any but kv_only. The
// isolate may act on the phase of up to 10 s before it was asked.
std::vector<Violation> check_phase(const Aftermath& aftermath) {
  const auto is_from_d1 = [](const Answered& answer) { return answer.source == "d1"; };
  const auto& answers = aftermath.live.answers;
  if (std::none_of(answers.begin(), answers.end(), is_from_d1)) return {};
  // By the second in which each phase began.
  std::vector<std::pair<std::int64_t, bool>> reads_d1 = {{0, false}};
  for (const SqlRow& row :
       read_rows(aftermath, "SELECT at, to_phase FROM RolloutAudit ORDER BY revision")) {
    reads_d1.emplace_back(as_int(row[0]), as_text(row[1]) != "kv_only");
  }
  const std::int64_t start = aftermath.world.scheduler().wall().seconds() -
                             std::chrono::floor<seconds>(aftermath.world.scheduler().now()).count();
  constexpr std::int64_t bound = 11;
  std::vector<Violation> found;
  for (const Answered& answer : answers) {
    if (!is_from_d1(answer)) continue;
    const std::int64_t from = start + std::chrono::floor<seconds>(answer.asked).count() - bound;
    const std::int64_t to = start + std::chrono::ceil<seconds>(answer.answered).count();
    bool allowed = false;
    for (std::size_t i = 0; i < reads_d1.size(); ++i) {
      const bool over = i + 1 < reads_d1.size() && reads_d1[i + 1].first < from;
      allowed = allowed || (reads_d1[i].second && !over && reads_d1[i].first <= to);
    }
    if (allowed) continue;
    found.push_back(
        violated("phase", answer.isbn, "D1 answered while the phase was kv_only, and was before"));
  }
  return found;
}

std::vector<Violation> check_breaker(const Aftermath& aftermath) {
  std::vector<Violation> found;
  for (const std::string& role : aftermath.live.open_breakers) {
    found.push_back(
        violated("breaker", role, "its D1 breaker is still open at the end of the calm"));
  }
  return found;
}

}  // namespace cutover::chaos
