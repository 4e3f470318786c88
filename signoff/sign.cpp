#include "signoff/sign.h"

#include <algorithm>
#include <optional>
#include <set>

#include "reports/text.h"
#include "signoff/open_rows.h"
#include "signoff/plain_text.h"
#include "signoff/signoff_file.h"
#include "signoff/standing.h"

namespace cutover::signoff {
namespace {

using reports::Verdict;
using reports::visible;

std::string about(const std::string& flag, const std::string& wrong) {
  return wrong.empty() ? "" : flag + ": " + wrong;
}

// Empty: the words can be signed. Else the flag, and what is wrong.
std::string wrong_words(const Approval& words) {
  if (role_named(words.role) == nullptr) return "--role: " + roles_there_are();
  const std::string person = what_is_wrong(words.person, 1, person_bytes_max);
  if (!person.empty()) return about("--person", person);
  return about("--comment", what_is_wrong(words.comment, 0, comment_bytes_max));
}

std::string wrong_waiver(const Waiver& waiver, const Approval& words,
                         const std::vector<OpenRow>& rows) {
  const bool is_open = std::any_of(rows.begin(), rows.end(),
                                   [&](const OpenRow& row) { return row.id == waiver.row; });
  const std::string wrong_row = what_is_wrong(waiver.row, 1, row_id_bytes_max);
  if (!wrong_row.empty()) return about("--waive", wrong_row);
  if (!is_open) {
    return "--waive: no row '" + waiver.row + "' of the report failed or is unknown";
  }
  const std::string wrong_reason = what_is_wrong(waiver.reason, 1, reason_bytes_max);
  if (!wrong_reason.empty()) return about("--reason", wrong_reason);
  if (waiver.until <= words.at || waiver.until > words.at + waiver_seconds_max) {
    return "--until: a waiver ends after it is given, and within 366 days";
  }
  return "";
}

std::string wrong_waivers(const Approval& words, const std::vector<OpenRow>& rows) {
  if (words.decision == Decision::reject && !words.waivers.empty()) {
    return "--waive: whoever rejects waives nothing";
  }
  if (words.waivers.size() > waivers_max) return "--waive: at most 200 of them";
  std::set<std::string> seen;
  for (const Waiver& waiver : words.waivers) {
    const std::string wrong = wrong_waiver(waiver, words, rows);
    if (!wrong.empty()) return wrong;
    if (!seen.insert(waiver.row).second) return "--waive: '" + waiver.row + "' is given twice";
  }
  return "";
}

// The rows that the last approval leaves open, as the flags that would close them.
std::string rows_left(const SignOff& signoff, const std::vector<OpenRow>& rows, UnixSeconds now) {
  std::string left;
  for (const OpenRow& row : rows) {
    const Waiver* waiver = waiver_for(signoff, signoff.approvals.size() - 1, row.id);
    if (waiver != nullptr && waiver->until >= now) continue;
    left += "\n  " + visible(row.id) + " (" + std::string(name_of(row.verdict)) + ") " +
            reports::clipped(visible(row.title), 80);
  }
  return left;
}

std::optional<Check> first_bad(const Checks& checks) {
  const auto found = std::find_if(checks.begin(), checks.end(), [](const Check& check) {
    return check.verdict == Verdict::fail;
  });
  if (found == checks.end()) return std::nullopt;
  return *found;
}

}  // namespace

SignOff unsigned_of(const Facts& facts) {
  return {facts.report_sha256, facts.report.verdict, {}};
}

tl::expected<SignOff, std::string> sign(const SignOff& before, const Facts& facts, Approval words,
                                        const SigningKey& key) {
  if (const auto bad = first_bad(check_integrity(before, facts))) {
    return tl::unexpected(bad->what + ": " + bad->text +
                          "; move the sign-off away to begin a new one");
  }
  const std::vector<OpenRow> rows = open_rows(facts.report);
  std::string wrong = wrong_words(words);
  if (wrong.empty()) wrong = wrong_waivers(words, rows);
  if (!wrong.empty()) return tl::unexpected(wrong);
  if (before.approvals.size() >= approvals_max) {
    return tl::unexpected(std::string("the sign-off has 100 entries, and takes no more"));
  }
  const bool approves = words.decision == Decision::approve;
  const Check shown = check_report(facts.report);
  if (approves && shown.verdict != Verdict::pass) {
    return tl::unexpected("the report cannot be approved, only rejected: " + shown.text);
  }

  SignOff after = before;
  words.previous = before.approvals.empty() ? "" : digest_of(before, before.approvals.back());
  words.public_key = key.public_key();
  words.signature = key.sign(signed_bytes(before, words));
  after.approvals.push_back(std::move(words));

  Checks checks = check_integrity(after, facts);
  if (facts.approvers != nullptr) {
    for (Check& check : check_trust(after, facts)) checks.push_back(std::move(check));
  }
  checks.push_back(check_people(after, facts));
  if (const auto bad = first_bad(checks)) return tl::unexpected(bad->what + ": " + bad->text);
  const std::string left = approves ? rows_left(after, rows, facts.now) : "";
  if (!left.empty()) {
    return tl::unexpected(
        "the report did not pass; whoever approves it waives each of these rows, with "
        "--waive ROW --reason WHY --until DATE:" +
        left);
  }
  return after;
}

}  // namespace cutover::signoff
