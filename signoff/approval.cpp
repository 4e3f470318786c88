#include "signoff/approval.h"

#include <nlohmann/json.hpp>

#include "core/books/sha256.h"
#include "signoff/approval_json.h"

namespace cutover::signoff {
namespace {

using nlohmann::ordered_json;

ordered_json json_of(const Waiver& waiver) {
  return {{"row", waiver.row}, {"reason", waiver.reason}, {"until", utc_text(waiver.until)}};
}

}  // namespace

ordered_json json_of(const Approval& approval) {
  ordered_json object = {
      {"role", approval.role},         {"person", approval.person},
      {"at", utc_text(approval.at)},   {"decision", std::string(name_of(approval.decision))},
      {"comment", approval.comment},   {"waivers", ordered_json::array()},
      {"previous", approval.previous}, {"public_key", base64_of(approval.public_key)}};
  for (const Waiver& waiver : approval.waivers) object["waivers"].push_back(json_of(waiver));
  return object;
}

ordered_json head_of(const SignOff& signoff) {
  return {{"sha256", signoff.report_sha256},
          {"verdict", std::string(reports::name_of(signoff.verdict))}};
}

std::string signed_bytes(const SignOff& of, const Approval& approval) {
  ordered_json object = {{"report", head_of(of)}};
  object.update(json_of(approval));
  return "cutover approval 1\n" + object.dump() + "\n";
}

std::string digest_of(const SignOff& of, const Approval& approval) {
  return books::Sha256().hex(signed_bytes(of, approval) + base64_of(approval.signature));
}

}  // namespace cutover::signoff
