// cutover signoff: keys, approvals and rejections, and what stands.

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include <nlohmann/json.hpp>

#include "acceptance/profile.h"
#include "app/commands.h"
#include "app/signed_report.h"
#include "app/whole_file.h"
#include "reports/html/html_report.h"
#include "reports/text.h"
#include "signoff/key_file.h"
#include "signoff/plain_text.h"
#include "signoff/shown.h"
#include "signoff/sign.h"
#include "signoff/signoff_file.h"

namespace cutover::app {
namespace {

struct SignoffArguments {
  SignedReportFiles files;
  std::string key;   // the file; for `key`, the one to make
  std::string page;  // of `status`: the HTML file to write; empty: none
  signoff::Approval words;
  std::vector<std::string> waived;
  std::vector<std::string> reasons;
  std::vector<std::string> untils;
};

// Two people may sign at the same time on a shared disk; one waits for the other.
class OneAtATime {
 public:
  explicit OneAtATime(const std::string& report)
      : file_(::open(report.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (file_ >= 0) ::flock(file_, LOCK_EX);
  }
  ~OneAtATime() {
    if (file_ >= 0) ::close(file_);
  }
  OneAtATime(const OneAtATime&) = delete;
  OneAtATime& operator=(const OneAtATime&) = delete;

 private:
  int file_;
};

// Fills in the waivers; empty, or what is wrong with the flags.
std::string complete(SignoffArguments& arguments) {
  const std::size_t count = arguments.waived.size();
  if (arguments.reasons.size() != count || arguments.untils.size() != count) {
    return "--waive: each needs its --reason and its --until";
  }
  for (std::size_t i = 0; i < count; ++i) {
    const auto until = signoff::utc_until(arguments.untils[i]);
    if (!until) return "--until: " + until.error();
    arguments.words.waivers.push_back({arguments.waived[i], arguments.reasons[i], *until});
  }
  return "";
}

// Whoever signs should know how little a pass may rest on; whether it is enough is theirs to say.
void say_profile(const reports::Report& report) {
  if (report.verdict != reports::Verdict::pass) return;
  const std::string less = acceptance::less_than_standard(report.profile);
  if (less.empty()) return;
  std::fprintf(stderr, "this report is of the profile '%s': %s\n",
               reports::clipped(reports::visible(report.profile), 80).c_str(), less.c_str());
}

int add_words(SignoffArguments& arguments, const Common& common) {
  const std::string wrong = complete(arguments);
  if (!wrong.empty()) return usage_error(wrong);
  const OneAtATime lock(arguments.files.report);
  const auto before = read_signed_report(arguments.files, false);
  if (!before) return usage_error(before.error());
  const auto key = signoff::read_key_file(arguments.key);
  if (!key) return usage_error(key.error());

  arguments.words.at = before->now;
  const auto after = sign(before->signoff, before->facts(), arguments.words, *key);
  if (!after) return usage_error(after.error());
  const std::string path = arguments.files.signoff_path();
  const auto written = write_whole_file(path, to_json(*after));
  if (!written) return usage_error(written.error());
  const signoff::Approval& last = after->approvals.back();
  if (last.decision == signoff::Decision::approve) say_profile(before->report);
  if (common.json) {
    const nlohmann::ordered_json json = {{"signoff", path},
                                         {"entry", after->approvals.size()},
                                         {"role", last.role},
                                         {"person", last.person},
                                         {"decision", std::string(name_of(last.decision))}};
    std::printf("%s\n", json.dump().c_str());
    return exit_pass;
  }
  std::printf("%s: %s by %s, entry %zu of %s\n", last.role.c_str(),
              last.decision == signoff::Decision::approve ? "approved" : "rejected",
              last.person.c_str(), after->approvals.size(), path.c_str());
  return exit_pass;
}

int status(const SignoffArguments& arguments, const Common& common) {
  const auto read = read_signed_report(arguments.files, true);
  if (!read) return usage_error(read.error());
  if (!arguments.page.empty()) {
    reports::Report shown = read->report;
    shown.approvals = signoff::shown_approvals(read->signoff, read->facts());
    const auto written = write_whole_file(arguments.page, reports::to_html(shown));
    if (!written) return usage_error(written.error());
  }
  say_profile(read->report);
  return print_checks(judge(read->signoff, read->facts()), "the sign-off is complete", common);
}

int make_key(const SignoffArguments& arguments, const Common& common) {
  const signoff::Approval& words = arguments.words;
  if (words.role.empty() != words.person.empty()) {
    return usage_error("--role and --person: give both, or neither");
  }
  if (!words.role.empty() && signoff::role_named(words.role) == nullptr) {
    return usage_error("--role: " + signoff::roles_there_are());
  }
  const std::string wrong =
      words.role.empty() ? "" : signoff::what_is_wrong(words.person, 1, signoff::person_bytes_max);
  if (!wrong.empty()) return usage_error("--person: " + wrong);
  const auto key = signoff::make_key_files(arguments.key);
  if (!key) return usage_error(key.error());
  if (!common.quiet) {
    std::fprintf(stderr, "made %s, for you alone, and %s.pub, for everybody\n",
                 arguments.key.c_str(), arguments.key.c_str());
  }
  if (common.json) {
    const nlohmann::ordered_json json = {{"public_key", signoff::base64_of(*key)}};
    std::printf("%s\n", json.dump().c_str());
    return exit_pass;
  }
  const std::string text = words.role.empty()
                               ? signoff::base64_of(*key) + "\n"
                               : to_toml(signoff::Approver{words.role, words.person, *key});
  std::fputs(text.c_str(), stdout);
  return exit_pass;
}

void add_signing(CLI::App& command, SignoffArguments& arguments) {
  command.fallthrough();
  add_signed_report_files(command, arguments.files);
  command.add_option("--role", arguments.words.role, signoff::roles_there_are())->required();
  command.add_option("--person", arguments.words.person, "your name")->required();
  command.add_option("--key", arguments.key, "your private key, readable by you alone")->required();
  command.add_option("--comment", arguments.words.comment, "a remark, which is signed as well");
}

void add_waivers(CLI::App& command, SignoffArguments& arguments) {
  command.add_option("--waive", arguments.waived,
                     "a row of the report that did not pass, by its id; may be repeated");
  command.add_option("--reason", arguments.reasons, "for each --waive: why you answer for it");
  command.add_option("--until", arguments.untils,
                     "for each --waive: the last day, 2026-12-31, or the last second");
}

}  // namespace

Run add_signoff(CLI::App& program, Common& common) {
  auto arguments = std::make_shared<SignoffArguments>();
  CLI::App* command = program.add_subcommand(
      "signoff", "approve or reject a report, and see who did (docs/SIGNOFF.md)");
  command->require_subcommand(1);
  command->fallthrough();
  command->footer(
      "Example: cutover signoff key --out qa.key\n"
      "         cutover signoff approve report/report.json --role qa --person \"Q. Example\" "
      "--key qa.key\n"
      "         cutover signoff status report/report.json --approvers approvers.toml\n"
      "Keys with a passphrase are not supported.");
  CLI::App* key = command->add_subcommand("key", "make a key pair: FILE and FILE.pub");
  key->fallthrough();
  key->add_option("--out", arguments->key, "the private key's file; never overwritten")->required();
  key->add_option("--role", arguments->words.role, "print an entry for approvers.toml");
  key->add_option("--person", arguments->words.person, "whose key it is, for that entry");
  CLI::App* approve = command->add_subcommand("approve", "sign that the report is good to go live");
  add_signing(*approve, *arguments);
  add_waivers(*approve, *arguments);
  CLI::App* reject = command->add_subcommand("reject", "sign that it is not");
  add_signing(*reject, *arguments);
  CLI::App* shown = command->add_subcommand(
      "status", "who approved, what is open, what is waived; exit 0 only when complete");
  shown->fallthrough();
  add_signed_report_files(*shown, arguments->files);
  shown->add_option("--page", arguments->page,
                    "also write the report's page with the approvals on it: an HTML file");
  return [=, &common] {
    if (key->parsed()) return make_key(*arguments, common);
    if (shown->parsed()) return status(*arguments, common);
    arguments->words.decision =
        approve->parsed() ? signoff::Decision::approve : signoff::Decision::reject;
    return add_words(*arguments, common);
  };
}

}  // namespace cutover::app
