#include "signoff/shown.h"

#include <algorithm>

#include "reports/text.h"
#include "signoff/roles.h"
#include "signoff/standing.h"

namespace cutover::signoff {
namespace {

using reports::Verdict;

// What stands in the way of a pass, the worst first; or that nothing does.
std::string as_a_whole(const Checks& checks) {
  for (const Verdict verdict : {Verdict::fail, Verdict::unknown}) {
    const auto first = std::find_if(checks.begin(), checks.end(),
                                    [&](const Check& check) { return check.verdict == verdict; });
    if (first == checks.end()) continue;
    return std::string(verdict == Verdict::fail ? "not valid: " : "not complete: ") + first->what +
           ": " + first->text;
  }
  return "complete: everybody who is asked for has approved, with keys of their own";
}

// The role stands beside it.
std::string without(const std::string& beginning, const std::string& text) {
  return text.starts_with(beginning) ? text.substr(beginning.size()) : text;
}

}  // namespace

std::vector<reports::Approval> shown_approvals(const SignOff& signoff, const Facts& facts) {
  std::vector<reports::Approval> shown;
  shown.push_back({"The sign-off as a whole", "looked at", utc_text(facts.now), facts.report_sha256,
                   as_a_whole(judge(signoff, facts))});
  const Checks of_roles = check_roles(signoff, facts);
  // What was changed has nothing to say about roles.
  const bool changed = verdict_of(check_integrity(signoff, facts)) == Verdict::fail;
  for (std::size_t index = 0; index < roles.size(); ++index) {
    reports::Approval row;
    row.role = std::string(roles[index].title);
    row.note = changed ? "void" : without(row.role + ": ", of_roles[index].text);
    if (const auto place = last_word(signoff, roles[index].id); place && !changed) {
      row.person = reports::visible(signoff.approvals[*place].person);
      row.at = utc_text(signoff.approvals[*place].at);
      row.digest = signoff.report_sha256;
    }
    shown.push_back(std::move(row));
  }
  return shown;
}

}  // namespace cutover::signoff
