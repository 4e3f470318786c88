#include "app/console.h"

#include <unistd.h>
#include <atomic>
#include <csignal>
#include <cstdio>

namespace cutover::app {
namespace {

// Written by a signal handler and read by every thread: only an atomic without a lock may be.
std::atomic<bool> stop_flag = false;
static_assert(std::atomic<bool>::is_always_lock_free);

void on_signal(int) {
  stop_flag = true;
}

constexpr int bar_width = 30;

const char* mark_of(reports::Verdict verdict) {
  switch (verdict) {
    case reports::Verdict::pass: return "pass";
    case reports::Verdict::fail: return "FAIL";
    case reports::Verdict::unknown: return "unknown";
  }
  return "?";
}

}  // namespace

void watch_signals() {
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
}

bool stop_requested() {
  return stop_flag;
}

ProgressLine::ProgressLine(std::string name, bool quiet)
    : name_(std::move(name)), quiet_(quiet), terminal_(isatty(STDERR_FILENO) == 1) {}

void ProgressLine::update(std::int64_t done, std::int64_t total) {
  if (quiet_) return;
  if (!terminal_) {
    if (done / 1000 <= last_thousand_) return;
    last_thousand_ = done / 1000;
    std::fprintf(stderr, "%s: %lld of %lld\n", name_.c_str(), static_cast<long long>(done),
                 static_cast<long long>(total));
    return;
  }
  const auto now = std::chrono::steady_clock::now();
  if (drawn_ && now - last_draw_ < std::chrono::milliseconds(100)) return;
  last_draw_ = now;
  drawn_ = true;
  std::string bar(bar_width, ' ');
  if (total > 0) {
    const std::int64_t filled = std::min<std::int64_t>(bar_width, done * bar_width / total);
    bar.replace(0, static_cast<std::size_t>(filled), static_cast<std::size_t>(filled), '#');
  }
  std::fprintf(stderr, "\r\033[K%s [%s] %lld of %lld", name_.c_str(), bar.c_str(),
               static_cast<long long>(done), static_cast<long long>(total));
  std::fflush(stderr);
}

void ProgressLine::clear() {
  if (drawn_) std::fprintf(stderr, "\r\033[K");
  std::fflush(stderr);
  drawn_ = false;
}

void ConsoleProgress::step_began(std::string_view name) {
  line_ = ProgressLine(std::string(name), quiet_ || isatty(STDERR_FILENO) != 1);
  line_.update(0, 0);
}

void ConsoleProgress::went_on(std::int64_t done, std::int64_t total) {
  line_.update(done, total);
}

void ConsoleProgress::step_ended(const reports::Step& step) {
  line_.clear();
  if (quiet_) return;
  std::fprintf(stderr, "%-8s %-26s %6.2f s  %s\n", mark_of(step.verdict), step.name.c_str(),
               step.real_ms.value_or(0) / 1000.0, step.what_happened.c_str());
}

void MigrationProgress::emit(std::string_view name, std::span<const Field> fields) {
  if (name == "retry" && !quiet_) {
    std::string words;  // "d1 batch throttled"
    for (const Field& field : fields) {
      const auto* text = std::get_if<std::string_view>(&field.value);
      if (text != nullptr) words.append(*text).append(" ");
    }
    // One call, because it may come from any task.
    std::fprintf(stderr, "\nwaiting to try again: %s\n", words.c_str());
    return;
  }
  if (name != "migrate.chunk") return;
  for (const Field& field : fields) {
    if (field.name != "listed") continue;
    if (const auto* listed = std::get_if<std::int64_t>(&field.value)) line_.update(*listed, total_);
  }
}

}  // namespace cutover::app
