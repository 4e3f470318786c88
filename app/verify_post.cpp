#include "app/verify_post.h"

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <memory>
#include <optional>
#include <thread>

#include "app/console.h"
#include "app/time_span.h"
#include "app/whole_file.h"
#include "golive/post_checks.h"
#include "reports/figures.h"
#include "reports/json_report.h"
#include "reports/report_files.h"
#include "signoff/utc.h"
#include "target/base_url.h"
#include "target/http_client.h"

namespace cutover::app {
namespace {

struct VerifyPostArguments {
  std::string stage;
  std::string metrics;
  std::string before;
  std::string span;
  std::string save;
};

struct Shot {
  std::string text;
  std::vector<golive::Sample> samples;
};

bool is_url(const std::string& source) {
  return source.starts_with("http://") || source.starts_with("https://");
}

tl::expected<std::string, std::string> ask(const std::string& url) {
  const auto parts = target::read_base_url(url, false);
  if (!parts) {
    return tl::unexpected("--metrics " + url +
                          ": must be a file, or a URL such as "
                          "http://127.0.0.1:8787/metrics");
  }
  target::ClientOptions options;
  options.base_url = parts->origin;
  options.answer_bytes_max = golive::metrics_bytes_max;
  auto client = target::HttpClient::create(options);
  if (!client) return tl::unexpected("--metrics " + url + ": " + client.error());
  target::Ask asked;
  asked.path = parts->path.empty() ? "/metrics" : parts->path;
  const target::Told told = (*client)->ask(asked);
  if (told.status == 200) return told.body;
  return tl::unexpected(
      "--metrics " + url + ": " +
      (told.status == 0 ? told.silence : "answers with status " + std::to_string(told.status)));
}

tl::expected<Shot, std::string> read_shot(const std::string& source) {
  auto text = is_url(source) ? ask(source) : read_whole_file(source, golive::metrics_bytes_max);
  if (!text) return tl::unexpected(text.error());
  auto samples = golive::samples_from(*text);
  if (!samples) return tl::unexpected(source + ": " + samples.error());
  return Shot{std::move(*text), std::move(*samples)};
}

// False: interrupted.
bool wait_for(Duration span) {
  const auto end = std::chrono::steady_clock::now() + span;
  while (std::chrono::steady_clock::now() < end) {
    if (stop_requested()) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return true;
}

int show(const reports::Report& report, const std::string& out, const Common& common) {
  const auto written = reports::write_reports(out, report);
  if (!written.error.empty()) return usage_error(written.error);
  if (common.json) {
    std::fputs(reports::to_json(report).c_str(), stdout);
  } else {
    for (const reports::Criterion& one : report.criteria) {
      std::printf("%-8s %-28s %-10s %s%s%s\n", std::string(name_of(one.verdict)).c_str(),
                  one.name.c_str(), one.threshold.c_str(), measured_text(one).c_str(),
                  one.note.empty() ? "" : "; ", one.note.c_str());
    }
    std::printf("\nverdict: %s\n%s\nreport: %s/report.html\n",
                std::string(name_of(report.verdict)).c_str(), report.headline.c_str(), out.c_str());
  }
  return exit_code_of(report.verdict);
}

int verify_post(const VerifyPostArguments& arguments, const std::string& out,
                const Common& common) {
  watch_signals();
  std::optional<Shot> before;
  std::string span = "since the system's start";
  if (!arguments.before.empty()) {
    auto shot = read_shot(arguments.before);
    if (!shot) return usage_error(shot.error());
    before = std::move(*shot);
    span = "since " + arguments.before;
  } else if (!arguments.span.empty()) {
    const auto time = time_span_of(arguments.span);
    if (!time) return usage_error("--for " + time.error());
    if (!is_url(arguments.metrics)) return usage_error("--for: goes with a URL, not with a file");
    auto shot = read_shot(arguments.metrics);
    if (!shot) return usage_error(shot.error());
    before = std::move(*shot);
    span = "during " + arguments.span;
    if (!wait_for(*time)) return exit_unknown;
  }
  auto after = read_shot(arguments.metrics);
  if (!after) return usage_error(after.error());
  if (!arguments.save.empty()) {
    const auto saved = write_whole_file(arguments.save, after->text);
    if (!saved) return usage_error("--save " + saved.error());
  }
  const golive::Window window = before ? golive::Window(std::move(after->samples), before->samples)
                                       : golive::Window(std::move(after->samples));
  return show(post_report(window, {CUTOVER_VERSION, signoff::utc_text(std::time(nullptr)),
                                   common.typed, arguments.metrics, span}),
              out, common);
}

}  // namespace

Run add_post_stage(CLI::App& verify, Common& common) {
  auto arguments = std::make_shared<VerifyPostArguments>();
  const auto others = verify.get_options();
  CLI::Option* stage =
      verify
          .add_option("--stage", arguments->stage,
                      "post: after going live, judge what the running system counted")
          ->check(CLI::IsMember({"post"}));
  CLI::Option* out = nullptr;
  for (CLI::Option* option : others) {
    const std::string name = option->get_name();
    if (name == "--out") out = option;
    if (name != "--out" && name != "--help") stage->excludes(option);
  }
  CLI::Option* metrics =
      verify
          .add_option("--metrics", arguments->metrics,
                      "with --stage post: URL or file of the system's Prometheus text")
          ->needs(stage);
  stage->needs(metrics);
  CLI::Option* before =
      verify
          .add_option("--before", arguments->before,
                      "with --metrics: an earlier text; what was counted since then is judged")
          ->needs(metrics);
  verify
      .add_option("--for", arguments->span,
                  "with --metrics URL: read twice, so far apart: 60s, 5m, 6h")
      ->needs(metrics)
      ->excludes(before);
  verify.add_option("--save", arguments->save, "with --metrics: keep the text, for --before")
      ->needs(metrics);
  return [arguments, out, &common] {
    const bool given = out != nullptr && out->count() > 0;
    return verify_post(*arguments, given ? out->as<std::string>() : "report-post", common);
  };
}

}  // namespace cutover::app
