// R6.8: a report and its sign-off, changed in every byte and in several ways.

#include <gtest/gtest.h>

#include <functional>

#include "core/books/sha256.h"
#include "reports/json_report.h"
#include "signoff/signoff_file.h"
#include "tests/signoff/desk.h"

namespace cutover::signoff {
namespace {

using reports::Verdict;

// As the commands do it: from the bytes of both files to a verdict; what cannot be read is no pass.
Verdict verdict_of_files(const std::string& report_json, const std::string& signoff_json,
                         const Approvers& approvers) {
  const reports::ReadReport report = reports::from_json(report_json);
  const auto signoff = signoff_from_json(signoff_json);
  if (!report.report || !signoff) return Verdict::fail;
  return verdict_of(
      judge(*signoff, {books::Sha256().hex(report_json), *report.report, &approvers, morning}));
}

using Change = std::function<void(std::string& text, std::size_t at)>;
const std::vector<Change> changes = {
    [](std::string& text, std::size_t at) { text[at] = static_cast<char>(text[at] ^ 1); },
    [](std::string& text, std::size_t at) { text[at] = static_cast<char>(text[at] ^ 0x20); },
    [](std::string& text, std::size_t at) { text.erase(at, 1); },
    [](std::string& text, std::size_t at) { text.insert(at, 1, ' '); },
};

class EveryByte : public testing::Test {
 protected:
  void SetUp() override {
    Desk desk(passing_report());
    desk.approve_all();
    report = reports::to_json(desk.report);
    signoff = to_json(desk.signoff);
    ASSERT_EQ(verdict_of_files(report, signoff, approvers), Verdict::pass);
  }
  const Approvers approvers = everybody();
  std::string report;
  std::string signoff;
};

TEST_F(EveryByte, OfTheReportIsCovered) {
  for (std::size_t at = 0; at < report.size(); ++at) {
    for (std::size_t i = 0; i < changes.size(); ++i) {
      std::string changed = report;
      changes[i](changed, at);
      ASSERT_NE(verdict_of_files(changed, signoff, approvers), Verdict::pass)
          << "byte " << at << " way " << i;
    }
  }
}

TEST_F(EveryByte, OfTheSignOffIsCovered) {
  for (std::size_t at = 0; at < signoff.size(); ++at) {
    for (std::size_t i = 0; i < changes.size(); ++i) {
      std::string changed = signoff;
      changes[i](changed, at);
      if (changed == signoff) continue;
      ASSERT_NE(verdict_of_files(report, changed, approvers), Verdict::pass)
          << "byte " << at << " way " << i;
    }
  }
}

TEST_F(EveryByte, AShorterFileIsNoSignOff) {
  for (std::size_t size = 0; size < signoff.size(); ++size) {
    ASSERT_NE(verdict_of_files(report, signoff.substr(0, size), approvers), Verdict::pass) << size;
  }
}

}  // namespace
}  // namespace cutover::signoff
