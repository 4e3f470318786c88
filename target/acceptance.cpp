#include "target/acceptance.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "scenarios/reference/isbn_text.h"
#include "target/answer_json.h"
#include "target/check.h"
#include "target/evidence.h"
#include "target/http_client.h"
#include "target/rate.h"

namespace cutover::target {
namespace {

using reports::Verdict;

constexpr int greetings = 3;
constexpr std::uint64_t errors_to_go_on = 10;

// The three of the plan's own integrity test.
const std::vector<std::string> isbns_of_the_plan = {"9780439708180", "9780451524935",
                                                    "9780061120084"};
// Valid, and of a registration group (979-9) that no country has.
const std::vector<std::string> isbns_of_nobody = {"9799123456788", "9799876543216"};

// All as ISBN-13. The error names the flag.
tl::expected<std::vector<std::string>, std::string> canonical(const std::vector<std::string>& texts,
                                                              const std::string& flag) {
  std::vector<std::string> isbns;
  for (const std::string& text : texts) {
    const auto reading = reference::read_isbn(text);
    if (reading.isbn.empty()) {
      return tl::unexpected(flag + ": " + shown(text) + " is no ISBN (" + reading.reason + ")");
    }
    isbns.push_back(reading.isbn);
  }
  return isbns;
}

// The error says why there is nothing to judge.
tl::expected<Told, std::string> greet(Visit& visit, const std::string& url) {
  Answer answer;
  for (int i = 0; i < greetings && answer.status == 0 && visit.why_over().empty(); ++i) {
    answer = visit.ask({"GET", "/health", "", ""});
  }
  if (answer.status == 0) {
    return tl::unexpected("--target: " + url + " does not answer: " + answer.silence);
  }
  if (!answer.location.empty() && answer.status >= 300 && answer.status < 400) {
    return tl::unexpected("--target: " + url + " sends its callers to " + shown(answer.location) +
                          "; give the URL behind that");
  }
  return static_cast<Told>(answer);
}

std::vector<Wanted> wanted_books(const Tour& tour) {
  std::vector<Wanted> wanted;
  if (!tour.sample) {
    for (const std::string& isbn : tour.options.isbns) wanted.push_back({isbn, Json(), false});
    return wanted;
  }
  for (const ExpectedBook& one : tour.sample->books) {
    wanted.push_back({one.isbn, one.book, one.expired});
  }
  return wanted;
}

std::string told_of(const Sample& sample) {
  std::string text = fmt::format("{} records, {} books, {} of them drawn", sample.records,
                                 sample.books_in_all, sample.books.size());
  if (sample.problems > 0) text += fmt::format("; {} records are unusable", sample.problems);
  for (const auto& [reason, count] : sample.no_books) text += fmt::format("; {} {}", count, reason);
  return text;
}

std::string told_of(const Reading& reading) {
  return fmt::format(
      "{} of {} books looked up; {} again, {} in other spellings, {} for the figures",
      reading.first.size(), reading.wanted.size(), reading.again.size(), reading.spelled.size(),
      reading.more.size());
}

// What this run cannot say anything about, so that a pass is not read as more than it is.
std::vector<std::string> not_covered(const Tour& tour) {
  const AcceptanceOptions& options = tour.options;
  std::vector<std::string> lines = {
      "What is in D1 and in KV by themselves: over HTTP only their answer together is seen. "
      "`cutover validate` compares the stores.",
      "The migration, its interruptions, the flag, rollback and failing services: "
      "`cutover verify` and `cutover verify --worker` rehearse them.",
      "SQL: the plan's three queries and D1's own times (R6.2, D1 P95 < 100 ms).",
      "Load: at most 50 requests at a time were made.",
  };
  if (!tour.sample) lines.push_back("The books themselves: no --dump says what they must be.");
  if (options.admin_token.empty()) {
    lines.push_back("The admin's routes: no --admin-token-file was given.");
  }
  if (options.user_token.empty()) {
    lines.push_back("Users' shelves: no --user and --user-token-file were given.");
  }
  if (!options.allow_writes) lines.push_back("Every write: --allow-writes was not given.");
  return lines;
}

class Run {
 public:
  Run(Tour& tour, const AcceptanceOptions& options) : tour_(tour), options_(options) {}

  void check_all(std::span<const Check> checks) {
    for (const Check& check : checks) one(check);
  }
  void step(std::string name, Verdict verdict, std::string what,
            std::chrono::steady_clock::time_point start) {
    reports::Step step;
    step.name = std::move(name);
    step.verdict = verdict;
    step.what_happened = redacted(std::move(what));
    step.real_ms =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    report.steps.push_back(std::move(step));
  }

  reports::Report report;

 private:
  void one(const Check& check) {
    const auto start = std::chrono::steady_clock::now();
    // When nothing more is asked, a check still judges what was seen before.
    Found found = check.run(tour_);
    reports::Criterion criterion;
    criterion.name = check.name;
    criterion.id = check.requirements;
    criterion.threshold = check.threshold;
    criterion.measured = std::move(found.measured);
    criterion.unit = std::move(found.unit);
    criterion.note = redacted(std::move(found.note));
    criterion.verdict = found.verdict;
    if (auto* text = std::get_if<std::string>(&criterion.measured)) *text = redacted(*text);
    step(criterion.name, criterion.verdict, what_was_found(criterion), start);
    add_evidence(report, check.requirements, criterion);
    if (options_.checked) options_.checked(criterion);
    report.criteria.push_back(std::move(criterion));
  }

  // An answer may repeat the token that was sent with the question.
  [[nodiscard]] std::string redacted(std::string text) const {
    for (const std::string* token : {&options_.admin_token, &options_.user_token}) {
      if (token->empty()) continue;
      for (std::size_t at = 0; (at = text.find(*token, at)) != std::string::npos;) {
        text.replace(at, token->size(), "(token)");
      }
    }
    return text;
  }

  Tour& tour_;
  const AcceptanceOptions& options_;
};

void go_through(Run& run, Tour& tour) {
  const AcceptanceOptions& options = tour.options;
  run.check_all(refusal_checks());
  run.check_all(access_checks());
  if (!options.admin_token.empty()) run.check_all(admin_checks());
  if (!options.user_token.empty()) run.check_all(shelf_checks());

  const auto start = std::chrono::steady_clock::now();
  tour.reading.wanted = wanted_books(tour);
  // The burst, the route of before, and what a written shelf takes.
  const std::size_t reserved = burst_size + 10 + (options.allow_writes ? 40 : 0);
  read_books(tour.visit, tour.reading, reserved);
  const Tally tally = tour.visit.tally();
  const std::uint64_t errors = tally.silent + tally.broken;
  // A target in trouble is not asked more than it must.
  if (errors <= errors_to_go_on) {
    read_on(tour.visit, tour.reading, reserved, needed_for(errors, error_rate_max));
  }
  const bool whole = tour.visit.why_over().empty();
  run.step("read the books", whole ? Verdict::pass : Verdict::unknown, told_of(tour.reading),
           start);

  run.check_all(book_checks());
  if (options.allow_writes) run.check_all(shelf_writing_checks());
  run.check_all(speed_checks());
  run.check_all(form_checks());
}

}  // namespace

tl::expected<reports::Report, std::string> accept_target(const AcceptanceOptions& given) {
  AcceptanceOptions options = given;
  auto isbns = canonical(given.isbns, "--isbn");
  if (!isbns) return tl::unexpected(std::move(isbns.error()));
  auto unknown = canonical(given.unknown_isbns, "--unknown-isbn");
  if (!unknown) return tl::unexpected(std::move(unknown.error()));
  options.isbns = isbns->empty() ? isbns_of_the_plan : *isbns;
  options.unknown_isbns = unknown->empty() ? isbns_of_nobody : *unknown;

  ClientOptions about;
  about.base_url = options.url;
  about.ca_file = options.ca_file;
  about.tokens = !options.admin_token.empty() || !options.user_token.empty();
  about.timeout = options.timeout;
  auto client = HttpClient::create(about);
  if (!client) return tl::unexpected(std::move(client.error()));

  Visit visit(**client, options.limits, options.interrupted);
  Tour tour{visit, options, Told(), std::nullopt, Reading(), {}};
  Run run(tour, options);
  if (!options.dump.empty()) {
    const auto start = std::chrono::steady_clock::now();
    auto sample = draw_sample({options.dump, options.sample, options.seed, options.now_seconds});
    if (!sample) return tl::unexpected(std::move(sample.error()));
    run.report.inputs.push_back(sample->input);
    run.step("read the dump", Verdict::pass, told_of(*sample), start);
    for (const auto& [reason, count] : sample->no_books) {
      run.report.rejections.push_back({reason, count, "makes no book; it was not asked for", {}});
    }
    tour.sample = std::move(*sample);
  }
  auto health = greet(visit, options.url);
  if (!health) return tl::unexpected(std::move(health.error()));
  tour.health = std::move(*health);
  go_through(run, tour);

  reports::Report& report = run.report;
  report.started = options.started;
  report.tool_version = options.tool_version;
  report.reproduce = options.command;
  report.seed = options.seed;
  report.not_covered = not_covered(tour);
  report.verdict = reports::conclude(report);
  report.headline = headline_of(report, options.url, visit.tally().asked, visit.why_over());
  return std::move(report);
}

}  // namespace cutover::target
