#include "signoff/signoff_file.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "chaos/json_bounds.h"
#include "chaos/strict_reader.h"
#include "signoff/approval_json.h"
#include "signoff/plain_text.h"
#include "signoff/roles.h"

namespace cutover::signoff {
namespace {

using chaos::StrictReader;
using nlohmann::json;
using nlohmann::ordered_json;

constexpr int depth_max = 5;

bool is_digest(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

// A StrictReader that also knows what a sign-off holds.
class Fields : public StrictReader {
 public:
  using StrictReader::StrictReader;

  std::string words(const char* name, std::size_t bytes_min, std::size_t bytes_max) {
    std::string value = text(name, true);
    const std::string wrong = what_is_wrong(value, bytes_min, bytes_max);
    if (!wrong.empty()) fail(name, wrong);
    return value;
  }
  std::string digest(const char* name, bool may_be_empty) {
    std::string value = text(name, true);
    if (!is_digest(value) && !(may_be_empty && value.empty())) {
      fail(name, "must be a SHA-256 in lower-case hex digits");
    }
    return value;
  }
  // What `parse` makes of the text.
  template <class Parse>
  auto parsed(const char* name, Parse&& parse) -> typename decltype(parse(""))::value_type {
    const auto value = parse(text(name, true));
    if (value) return *value;
    fail(name, value.error());
    return {};
  }
};

tl::expected<reports::Verdict, std::string> verdict_from(std::string_view name) {
  if (const auto verdict = reports::verdict_named(name)) return *verdict;
  return tl::unexpected(std::string("must be pass, fail or unknown"));
}

tl::expected<Decision, std::string> decision_from(std::string_view name) {
  for (const Decision decision : {Decision::approve, Decision::reject}) {
    if (name == name_of(decision)) return decision;
  }
  return tl::unexpected(std::string("must be approve or reject"));
}

tl::expected<std::string, std::string> role_from(std::string_view id) {
  if (role_named(id) != nullptr) return std::string(id);
  return tl::unexpected(roles_there_are());
}

Waiver read_waiver(const json& value, const std::string& where, std::string& error) {
  Fields fields(value, where, error);
  Waiver waiver;
  waiver.row = fields.words("row", 1, row_id_bytes_max);
  waiver.reason = fields.words("reason", 1, reason_bytes_max);
  waiver.until = fields.parsed("until", utc_from);
  fields.nothing_else();
  return waiver;
}

Approval read_approval(const json& value, const std::string& where, std::string& error) {
  Fields fields(value, where, error);
  Approval approval;
  approval.role = fields.parsed("role", role_from);
  approval.person = fields.words("person", 1, person_bytes_max);
  approval.at = fields.parsed("at", utc_from);
  approval.decision = fields.parsed("decision", decision_from);
  approval.comment = fields.words("comment", 0, comment_bytes_max);
  fields.list("waivers", [&](const json& one, const std::string& place) {
    approval.waivers.push_back(read_waiver(one, place, error));
    if (approval.waivers.size() > waivers_max) fields.fail("waivers", "too many");
  });
  approval.previous = fields.digest("previous", true);
  approval.public_key = fields.parsed("public_key", public_key_from);
  approval.signature = fields.parsed("signature", signature_from);
  fields.nothing_else();
  return approval;
}

SignOff read_signoff(const json& document, std::string& error) {
  SignOff signoff;
  Fields fields(document, "", error);
  fields.number("schema_version", signoff_schema_version, signoff_schema_version, std::nullopt);
  const json* report = fields.part("report");
  if (report == nullptr) {
    fields.fail("report", "is missing");
    return signoff;
  }
  Fields head(*report, "report", error);
  signoff.report_sha256 = head.digest("sha256", false);
  signoff.verdict = head.parsed("verdict", verdict_from);
  head.nothing_else();
  fields.list("approvals", [&](const json& one, const std::string& place) {
    signoff.approvals.push_back(read_approval(one, place, error));
    if (signoff.approvals.size() > approvals_max) fields.fail("approvals", "too many");
  });
  fields.nothing_else();
  return signoff;
}

// "line 12": of the first byte that differs.
std::string first_difference(std::string_view left, std::string_view right) {
  const auto at = std::mismatch(left.begin(), left.end(), right.begin(), right.end()).first;
  return "line " + std::to_string(1 + std::count(left.begin(), at, '\n'));
}

}  // namespace

std::string to_json(const SignOff& signoff) {
  ordered_json document = {{"schema_version", signoff_schema_version},
                           {"report", head_of(signoff)},
                           {"approvals", ordered_json::array()}};
  for (const Approval& approval : signoff.approvals) {
    ordered_json object = json_of(approval);
    object["signature"] = base64_of(approval.signature);
    document["approvals"].push_back(std::move(object));
  }
  return document.dump(2) + "\n";
}

tl::expected<SignOff, std::string> signoff_from_json(std::string_view text) {
  if (text.size() > signoff_bytes_max) return tl::unexpected(std::string("more than 1 MiB"));
  if (chaos::nests_deeper_than(text, depth_max)) return tl::unexpected(std::string("too deep"));
  const json document = json::parse(text, nullptr, false);
  if (document.is_discarded()) return tl::unexpected(std::string("is not JSON"));
  std::string error;
  SignOff signoff = read_signoff(document, error);
  if (!error.empty()) return tl::unexpected(error);
  const std::string written = to_json(signoff);
  if (written != text) {
    return tl::unexpected(first_difference(text, written) +
                          ": is not as cutover writes it; a sign-off is never edited by hand");
  }
  return signoff;
}

}  // namespace cutover::signoff
