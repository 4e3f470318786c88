#include "reports/report_files.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>
#include <utility>

#include "reports/ci_report.h"
#include "reports/html/html_report.h"
#include "reports/json_report.h"
#include "reports/junit_report.h"
#include "reports/markdown_report.h"
#include "reports/sarif_report.h"

namespace cutover::reports {

namespace {

namespace fs = std::filesystem;

struct PendingFile {
  fs::path target;
  fs::path temporary;
  std::string content;
};

std::string cannot(const std::string& what, const fs::path& path, const std::string& why) {
  return "cannot " + what + " " + path.string() + ": " + why;
}

PendingFile pending(const fs::path& directory, const std::string& name, std::string content) {
  const std::string temporary = name + "." + std::to_string(::getpid()) + ".tmp";
  return {directory / name, directory / temporary, std::move(content)};
}

// The error, or nothing. A full disk may show only when the file is closed.
std::string write_whole(const PendingFile& file) {
  errno = 0;
  std::ofstream stream(file.temporary, std::ios::binary | std::ios::trunc);
  stream.write(file.content.data(), static_cast<std::streamsize>(file.content.size()));
  stream.close();
  if (stream) return {};
  return cannot("write", file.temporary, errno == 0 ? "unknown error" : std::strerror(errno));
}

void remove_temporaries(const std::vector<PendingFile>& files) {
  for (const PendingFile& file : files) {
    std::error_code ignored;  // the first error is the one to report
    fs::remove(file.temporary, ignored);
  }
}

}  // namespace

WrittenReports write_reports(const fs::path& directory, const Report& report,
                             std::vector<ExtraFile> extra) {
  WrittenReports result;
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) {
    result.error = cannot("create the directory", directory, error.message());
    return result;
  }
  std::vector<PendingFile> files;
  for (ExtraFile& file : extra) {
    files.push_back(pending(directory, file.name, std::move(file.content)));
  }
  files.push_back(pending(directory, "junit.xml", to_junit(report)));
  files.push_back(pending(directory, "report.sarif", to_sarif(report)));
  files.push_back(pending(directory, "summary.md", to_summary(report)));
  files.push_back(pending(directory, "report.md", to_markdown(report)));
  files.push_back(pending(directory, "report.html", to_html(report)));
  files.push_back(pending(directory, "report.json", to_json(report)));
  for (const PendingFile& file : files) {
    result.error = write_whole(file);
    if (!result.error.empty()) break;
  }
  for (const PendingFile& file : files) {
    if (!result.error.empty()) break;
    fs::rename(file.temporary, file.target, error);
    if (error) {
      result.error = cannot("put in place", file.target, error.message());
    } else {
      result.files.push_back(file.target);
    }
  }
  if (!result.error.empty()) remove_temporaries(files);
  return result;
}

}  // namespace cutover::reports
