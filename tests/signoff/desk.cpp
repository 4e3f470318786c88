#include "tests/signoff/desk.h"

#include <openssl/evp.h>

#include <algorithm>

#include "core/books/sha256.h"
#include "reports/json_report.h"

namespace cutover::signoff {

using reports::Verdict;

std::string pem_with_secret(const std::array<std::uint8_t, 32>& secret) {
  // PKCS #8 for Ed25519 (RFC 8410): a fixed head, then the secret.
  std::vector<std::uint8_t> der = {0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06,
                                   0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20};
  der.insert(der.end(), secret.begin(), secret.end());
  std::string base64(65, '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(base64.data()), der.data(),
                  static_cast<int>(der.size()));
  base64.resize(64);
  return "-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----\n";
}

SigningKey key_number(std::uint8_t byte) {
  std::array<std::uint8_t, 32> secret{};
  secret.fill(byte);
  return SigningKey::from_pem(pem_with_secret(secret)).value();
}

reports::Report passing_report() {
  reports::Report report;
  report.tool_version = "0.1.0";
  report.started = "2026-11-26T20:00:00Z";
  report.verdict = Verdict::pass;
  report.headline = "7 of 7 keys have a fate.";
  report.criteria = {{"R6.5.p95", "API p95", "< 500", 41.5, "ms", Verdict::pass, ""}};
  report.requirements = {
      {"R7.2", "Falls back", Verdict::pass, {{"3 drills", "drill", "", Verdict::pass}}}};
  report.steps = {{"migration", Verdict::pass, "7 keys", 10.0, 1.0, 31}};
  return report;
}

reports::Report failing_report() {
  reports::Report report = passing_report();
  report.verdict = Verdict::fail;
  report.criteria[0].measured = 612.0;
  report.criteria[0].verdict = Verdict::fail;
  report.requirements[0].verdict = Verdict::unknown;
  report.requirements[0].evidence[0].verdict = Verdict::unknown;
  return report;
}

std::uint8_t key_of(const std::string& role) {
  return static_cast<std::uint8_t>(1 + (role_named(role) - roles.data()));
}

std::string person_of(const std::string& role) {
  const auto capital = static_cast<char>(role.front() - 'a' + 'A');
  return std::string(1, capital) + ". Example";
}

Approvers everybody() {
  Approvers approvers;
  for (const Role& role : roles) {
    const std::string id(role.id);
    approvers.list.push_back({id, person_of(id), key_number(key_of(id)).public_key()});
  }
  return approvers;
}

Desk::Desk(reports::Report given)
    : report(std::move(given)), sha256(books::Sha256().hex(reports::to_json(report))) {
  signoff = unsigned_of(facts());
}

Approval words_of(const std::string& role, UnixSeconds at) {
  Approval words;
  words.role = role;
  words.person = person_of(role);
  words.at = at;
  words.decision = Decision::approve;
  return words;
}

std::string Desk::say(Approval words, std::uint8_t key) {
  auto after = sign(signoff, facts(), std::move(words), key_number(key));
  if (!after) return after.error();
  signoff = std::move(*after);
  return "";
}

std::string Desk::approve(const std::string& role, std::vector<Waiver> waivers) {
  Approval words = words_of(role, now);
  words.waivers = std::move(waivers);
  return say(std::move(words), key_of(role));
}

std::string Desk::reject(const std::string& role) {
  Approval words = words_of(role, now);
  words.decision = Decision::reject;
  words.comment = "not like this";
  return say(std::move(words), key_of(role));
}

void Desk::approve_all() {
  for (const Role& role : roles) approve(std::string(role.id));
}

std::string text_of(const Checks& checks, const std::string& what) {
  for (const Check& check : checks) {
    if (check.what == what) return check.text;
  }
  return "";
}

Verdict verdict_named(const Checks& checks, const std::string& what) {
  const auto found = std::find_if(checks.begin(), checks.end(),
                                  [&](const Check& check) { return check.what == what; });
  return found == checks.end() ? Verdict::unknown : found->verdict;
}

}  // namespace cutover::signoff
