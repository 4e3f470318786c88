// cutover report pdf: report.html on paper, by a program that is already there.

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "adapters/process/child.h"
#include "app/report_commands.h"
#include "app/whole_file.h"

namespace cutover::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t page_bytes_max = 16U << 20;
constexpr const char* seconds_max = "120";  // then the printer is ended: it must not hang a job

struct ReportPdfArguments {
  std::string page;
  std::string out;
  std::string with;
};

// The path of the first of these programs that PATH has; empty without one.
std::string find_program(const std::vector<std::string>& names) {
  const char* path = std::getenv("PATH");
  for (const std::string& name : names) {
    std::istringstream folders(path == nullptr ? "" : path);
    for (std::string folder; std::getline(folders, folder, ':');) {
      const std::string file = folder + "/" + name;
      if (!folder.empty() && ::access(file.c_str(), X_OK) == 0) return file;
    }
  }
  return {};
}

struct Printer {
  std::string program;
  bool is_browser = false;
};

tl::expected<Printer, std::string> find_printer(const std::string& with) {
  const std::string light = with == "chromium" ? "" : find_program({"weasyprint"});
  if (!light.empty()) return Printer{light, false};
  const std::string browser =
      with == "weasyprint"
          ? ""
          : find_program({"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"});
  if (!browser.empty()) return Printer{browser, true};
  return tl::unexpected((with.empty() ? "neither weasyprint nor chromium is" : with + " is not") +
                        " installed; on Debian: apt-get install " +
                        (with.empty() ? "weasyprint" : with) +
                        ". Or open report.html in any browser and print it");
}

std::string file_address(const fs::path& path) {
  std::string address = "file://";
  for (const char character : path.string()) {
    const auto byte = static_cast<unsigned char>(character);
    const bool plain = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
                       (byte >= 'a' && byte <= 'z') || character == '/' || character == '-' ||
                       character == '_' || character == '.';
    char escaped[4];
    std::snprintf(escaped, sizeof escaped, "%%%02X", byte);
    address += plain ? std::string(1, character) : escaped;
  }
  return address;
}

std::vector<std::string> words_for(const Printer& printer, const fs::path& page,
                                   const fs::path& pdf, const fs::path& profile) {
  if (!printer.is_browser) return {printer.program, "--quiet", page.string(), pdf.string()};
  std::vector<std::string> words = {printer.program,
                                    "--headless",
                                    "--disable-gpu",
                                    "--no-first-run",
                                    "--disable-background-networking",
                                    "--disable-component-update",
                                    "--disable-sync",
                                    "--host-resolver-rules=MAP * ~NOTFOUND",
                                    "--log-level=3",
                                    "--no-pdf-header-footer",
                                    "--user-data-dir=" + profile.string(),
                                    "--print-to-pdf=" + pdf.string(),
                                    file_address(page)};
  // Chromium has no sandbox for root.
  if (::geteuid() == 0) words.insert(words.begin() + 1, "--no-sandbox");
  return words;
}

// Only pages of our own are given to another program: they ask for nothing, and hold no script.
tl::expected<void, std::string> check_page(const std::string& path) {
  const auto text = read_whole_file(path, page_bytes_max);
  if (!text) return tl::unexpected(text.error());
  const bool ours = text->starts_with("<!doctype html>") &&
                    text->find("content=\"default-src 'none'; style-src 'unsafe-inline'") < 400;
  if (!ours) return tl::unexpected(path + ": is no report.html of cutover's");
  return {};
}

// The error, or nothing when `pdf` is a whole document.
std::string print_page(const Printer& printer, const fs::path& page, const fs::path& pdf) {
  const std::string timeout = find_program({"timeout"});
  if (timeout.empty()) return "there is no `timeout` (coreutils) to end a printer that hangs";
  const fs::path profile = pdf.string() + ".profile";
  std::vector<std::string> words = {timeout, "--kill-after=5", seconds_max};
  for (const std::string& word : words_for(printer, page, pdf, profile)) words.push_back(word);
  const auto end = process::run_child(words);
  std::error_code ignored;
  fs::remove_all(profile, ignored);
  if (!end) return end.error();
  const auto written = read_whole_file(pdf.string(), 256U << 20);
  if (end->code == 0 && written && written->starts_with("%PDF-")) return {};
  return printer.program + " made no PDF (exit code " + std::to_string(end->code) + ")";
}

int make_pdf(const ReportPdfArguments& arguments) {
  if (const auto checked = check_page(arguments.page); !checked) {
    return usage_error(checked.error());
  }
  const auto printer = find_printer(arguments.with);
  if (!printer) return usage_error(printer.error());
  std::error_code error;
  const fs::path page = fs::absolute(arguments.page, error);
  const fs::path out = fs::absolute(
      arguments.out.empty() ? fs::path(arguments.page).replace_extension(".pdf").string()
                            : arguments.out,
      error);
  fs::create_directories(out.parent_path(), error);
  const fs::path unfinished = out.string() + "." + std::to_string(::getpid()) + ".tmp";
  std::string problem = print_page(*printer, page, unfinished);
  if (problem.empty()) {
    fs::rename(unfinished, out, error);
    if (error) problem = out.string() + ": cannot be written (" + error.message() + ")";
  }
  if (!problem.empty()) {
    fs::remove(unfinished, error);
    return usage_error(problem);
  }
  std::printf("%s\n", out.string().c_str());
  return exit_pass;
}

}  // namespace

Run add_report_pdf(CLI::App& report, Common&) {
  auto arguments = std::make_shared<ReportPdfArguments>();
  CLI::App* command = report.add_subcommand(
      "pdf", "report.html as a PDF, by WeasyPrint or a Chromium that is installed");
  command->fallthrough();
  command->footer(
      "Example: cutover report pdf report/report.html --out report.pdf\n"
      "./cutover installs neither program; on Debian: apt-get install weasyprint.");
  command->add_option("page", arguments->page, "a report.html")->required();
  command->add_option("--out", arguments->out, "the PDF; without it beside the page");
  command->add_option("--with", arguments->with, "weasyprint or chromium; else the first there is")
      ->check(CLI::IsMember({"weasyprint", "chromium"}));
  return [arguments] { return make_pdf(*arguments); };
}

}  // namespace cutover::app
