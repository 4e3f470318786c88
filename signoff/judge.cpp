#include "signoff/judge.h"

#include <algorithm>
#include <set>

#include "reports/text.h"
#include "signoff/open_rows.h"
#include "signoff/standing.h"

namespace cutover::signoff {
namespace {

using reports::Verdict;
using reports::visible;

std::string number_of(std::size_t place) {
  return "approval " + std::to_string(place + 1);
}

std::string who(const Approval& approval) {
  return visible(approval.person) + " (" + approval.role + ")";
}

// Empty: the approval is as it was signed, where it was signed.
std::string what_broke(const SignOff& signoff, std::size_t place, const Facts& facts) {
  const Approval& approval = signoff.approvals[place];
  const bool first = place == 0;
  const std::string before = first ? "" : digest_of(signoff, signoff.approvals[place - 1]);
  if (!fits(approval.signature, signed_bytes(signoff, approval), approval.public_key)) {
    return "the signature does not fit: something was changed after it was signed";
  }
  if (approval.previous != before) {
    return "does not follow the approval before it: one was taken out, put in or moved";
  }
  if (approval.at > facts.now + clock_skew_max) {
    return "is of a time that has not come, " + utc_text(approval.at);
  }
  if (!first && approval.at < signoff.approvals[place - 1].at - clock_skew_max) {
    return "is of a time before the approval before it, " + utc_text(approval.at);
  }
  const auto too_long =
      std::find_if(approval.waivers.begin(), approval.waivers.end(), [&](const Waiver& waiver) {
        return waiver.until <= approval.at || waiver.until > approval.at + waiver_seconds_max;
      });
  if (too_long != approval.waivers.end()) {
    return "the waiver of " + visible(too_long->row) + " does not end within 366 days of it";
  }
  return "";
}

bool may_sign(const Approvers& approvers, const Approval& approval) {
  return std::any_of(approvers.list.begin(), approvers.list.end(), [&](const Approver& approver) {
    return approver.role == approval.role && approver.person == approval.person &&
           approver.public_key == approval.public_key;
  });
}

// Empty: each row that did not pass has a waiver that is good now.
std::string what_lacks(const SignOff& signoff, std::size_t place, const Facts& facts) {
  for (const OpenRow& row : open_rows(facts.report)) {
    const Waiver* waiver = waiver_for(signoff, place, row.id);
    if (waiver == nullptr) {
      return "nobody had waived " + visible(row.id) + " (" + std::string(name_of(row.verdict)) +
             ") by then";
    }
    if (waiver->until < facts.now) {
      return "the waiver of " + visible(row.id) + " expired at " + utc_text(waiver->until);
    }
  }
  return "";
}

Check check_role(const Role& role, const SignOff& signoff, const Facts& facts) {
  const std::string what(role.id);
  const auto place = last_word(signoff, role.id);
  if (!place) return {Verdict::unknown, what, std::string(role.title) + ": open"};
  const Approval& approval = signoff.approvals[*place];
  const std::string said = " by " + visible(approval.person) + " at " + utc_text(approval.at) +
                           (approval.comment.empty() ? "" : ": " + visible(approval.comment));
  if (approval.decision == Decision::reject) {
    return {Verdict::fail, what, std::string(role.title) + ": rejected" + said};
  }
  const std::string lacks = what_lacks(signoff, *place, facts);
  if (!lacks.empty()) {
    return {Verdict::fail, what,
            std::string(role.title) + ": void, " + lacks + "; approved" + said};
  }
  return {Verdict::pass, what, std::string(role.title) + ": approved" + said};
}

void append(Checks& checks, Checks more) {
  std::move(more.begin(), more.end(), std::back_inserter(checks));
}

}  // namespace

Checks check_integrity(const SignOff& signoff, const Facts& facts) {
  Checks checks;
  if (signoff.report_sha256 != facts.report_sha256) {
    checks.push_back({Verdict::fail, "digest",
                      "the report is not the one that was signed: its SHA-256 is " +
                          facts.report_sha256 + ", " + signoff.report_sha256 +
                          " was signed; every approval is void"});
  } else if (signoff.verdict != facts.report.verdict) {
    checks.push_back({Verdict::fail, "digest",
                      "the sign-off says " + std::string(name_of(signoff.verdict)) +
                          ", the report says " + std::string(name_of(facts.report.verdict))});
  } else if (!signoff.approvals.empty()) {  // else there is nothing to show
    checks.push_back({Verdict::pass, "digest",
                      "the report is the one that was signed, SHA-256 " + facts.report_sha256});
  }
  for (std::size_t place = 0; place < signoff.approvals.size(); ++place) {
    const std::string broke = what_broke(signoff, place, facts);
    const std::string by = who(signoff.approvals[place]) + ": ";
    checks.push_back({broke.empty() ? Verdict::pass : Verdict::fail, number_of(place),
                      by + (broke.empty() ? "signature and chain fit" : broke)});
  }
  return checks;
}

Checks check_trust(const SignOff& signoff, const Facts& facts) {
  if (facts.approvers == nullptr) {
    return {{Verdict::unknown, "keys",
             "signatures fit their keys, but nobody says whose keys these are; give --approvers"}};
  }
  Checks checks;
  for (std::size_t place = 0; place < signoff.approvals.size(); ++place) {
    const Approval& approval = signoff.approvals[place];
    const bool may = may_sign(*facts.approvers, approval);
    checks.push_back({may ? Verdict::pass : Verdict::fail, "key " + std::to_string(place + 1),
                      who(approval) + (may ? ": the file of approvers has this key"
                                           : ": the file of approvers does not have this key for "
                                             "this person and role")});
  }
  return checks;
}

Checks check_roles(const SignOff& signoff, const Facts& facts) {
  Checks checks;
  for (const Role& role : roles) checks.push_back(check_role(role, signoff, facts));
  return checks;
}

Check check_people(const SignOff& signoff, const Facts& facts) {
  std::set<std::string> people;
  std::set<PublicKey> keys;
  std::size_t approved = 0;
  for (std::size_t place = 0; place < signoff.approvals.size(); ++place) {
    if (!stands(signoff, place)) continue;
    ++approved;
    people.insert(signoff.approvals[place].person);
    keys.insert(signoff.approvals[place].public_key);
  }
  const std::size_t needed =
      facts.approvers == nullptr ? roles.size() : facts.approvers->people_min;
  const std::size_t different = std::min(people.size(), keys.size());
  std::string text = std::to_string(approved) + " approvals by " + std::to_string(different) +
                     " different people with keys of their own; the five roles need " +
                     std::to_string(needed);
  // Roles that are open may still bring new people.
  if (different + (roles.size() - approved) < needed) return {Verdict::fail, "people", text};
  return {different < needed ? Verdict::unknown : Verdict::pass, "people", text};
}

Checks check_waivers(const SignOff& signoff, const Facts& facts) {
  Checks checks;
  for (const OpenRow& row : open_rows(facts.report)) {
    const std::string what = "waiver";
    const std::string name = visible(row.id) + " (" + std::string(name_of(row.verdict)) + "): ";
    const Waiver* waiver = signoff.approvals.empty()
                               ? nullptr
                               : waiver_for(signoff, signoff.approvals.size() - 1, row.id);
    if (waiver == nullptr) {
      checks.push_back({Verdict::unknown, what, name + "nobody has waived it"});
      continue;
    }
    const bool good = waiver->until >= facts.now;
    checks.push_back({good ? Verdict::pass : Verdict::fail, what,
                      name + (good ? "waived until " : "the waiver expired at ") +
                          utc_text(waiver->until) + ": " + visible(waiver->reason)});
  }
  return checks;
}

Check check_report(const reports::Report& report) {
  const std::vector<std::string> wrong = contradictions(report);
  if (wrong.empty()) {
    return {Verdict::pass, "report",
            "says " + std::string(name_of(report.verdict)) + ", and no more than its parts show"};
  }
  return {Verdict::fail, "report", visible(wrong.front())};
}

Checks judge(const SignOff& signoff, const Facts& facts) {
  Checks checks = {check_report(facts.report)};
  append(checks, check_integrity(signoff, facts));
  // What was changed has nothing to say about roles.
  if (verdict_of(checks) != Verdict::pass) return checks;
  if (signoff.approvals.empty()) {
    checks.push_back({Verdict::unknown, "approvals", "nobody has signed"});
  }
  append(checks, check_trust(signoff, facts));
  append(checks, check_roles(signoff, facts));
  checks.push_back(check_people(signoff, facts));
  append(checks, check_waivers(signoff, facts));
  return checks;
}

}  // namespace cutover::signoff
