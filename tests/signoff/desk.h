// A desk to sign at: a small report, five people with fixed keys, and the file that knows them.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "signoff/sign.h"

namespace cutover::signoff {

// 2026-11-27T09:00:00Z.
inline constexpr UnixSeconds morning = 1'795'770'000;
inline constexpr UnixSeconds hour = 3600;
inline constexpr UnixSeconds day = 24 * hour;

// The key whose 32 secret bytes are all `byte`; the same on every machine.
SigningKey key_number(std::uint8_t byte);
// A private key in PEM with these secret bytes.
std::string pem_with_secret(const std::array<std::uint8_t, 32>& secret);

reports::Report passing_report();
// Two rows that did not pass: the criterion R6.5.p95 failed, the requirement R7.2 is unknown.
reports::Report failing_report();

// "T. Example" for tech_lead, "Q. Example" for qa, ...
std::string person_of(const std::string& role);
std::uint8_t key_of(const std::string& role);
Approvers everybody();

class Desk {
 public:
  explicit Desk(reports::Report report);

  reports::Report report;
  std::string sha256;
  Approvers approvers = everybody();
  UnixSeconds now = morning;
  SignOff signoff;

  [[nodiscard]] Facts facts() const { return {sha256, report, &approvers, now}; }
  [[nodiscard]] Checks judged() const { return judge(signoff, facts()); }
  [[nodiscard]] reports::Verdict verdict() const { return verdict_of(judged()); }

  // The person whose role it is signs; empty, or why not.
  std::string approve(const std::string& role, std::vector<Waiver> waivers = {});
  std::string reject(const std::string& role);
  std::string say(Approval words, std::uint8_t key);
  void approve_all();
};

Approval words_of(const std::string& role, UnixSeconds at);

// The text of the first check of this name; "" when there is none.
std::string text_of(const Checks& checks, const std::string& what);
reports::Verdict verdict_named(const Checks& checks, const std::string& what);

}  // namespace cutover::signoff
