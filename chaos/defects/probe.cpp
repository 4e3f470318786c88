// The program that is linked once with the core as it is (the control), and once with each planted
// defect:
//
//   probe PATCH [--runs N] [--canary]
//
// plays storms as the patch's header says until one fails, finds the smallest case, and prints one
// line of JSON (hunt.h). A core that crashes or hangs is reported in the same form.

#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <string>

#include "chaos/defects/catalogue.h"
#include "chaos/defects/hunt.h"

namespace cutover::chaos {
namespace {

constexpr unsigned hang_seconds = 100;  // of real time, for one storm or for shrinking

// Written before each storm, for what a dying program can still say. One thread, so plain.
char last_words[96] = "";

void note(const char* what, std::uint64_t first, std::uint64_t seed) {
  std::snprintf(
      last_words, sizeof last_words, R"({"caught":true,"died":"%s","runs":%llu,"seed":%llu})", what,
      static_cast<unsigned long long>(seed - first + 1), static_cast<unsigned long long>(seed));
}

std::uint64_t first_seed = 1;
std::uint64_t present_seed = 1;

void die(int signal) {
  note(signal == SIGALRM ? "hang" : "crash", first_seed, present_seed);
  const ssize_t written = write(STDOUT_FILENO, last_words, std::strlen(last_words));
  _exit(written > 0 ? 0 : 1);
}

void watch_for_death() {
  // A stack of its own: the one that overflowed is of no use.
  static char stack[64 * 1024];
  stack_t place{};
  place.ss_sp = stack;
  place.ss_size = sizeof stack;
  sigaltstack(&place, nullptr);
  struct sigaction action {};
  action.sa_handler = die;
  action.sa_flags = SA_ONSTACK;
  for (const int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGALRM}) {
    sigaction(signal, &action, nullptr);
  }
}

int run(int argc, char** argv) {
  HuntOptions options;
  const char* patch = nullptr;
  bool canary = false;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--canary") {
      canary = true;
    } else if (argument == "--runs" && i + 1 < argc) {
      options.runs_max = std::strtoull(argv[++i], nullptr, 10);
    } else {
      patch = argv[i];
    }
  }
  if (patch == nullptr) {
    std::fputs("usage: probe PATCH [--runs N] [--canary]\n", stderr);
    return 2;
  }
  const auto defect = read_defect(patch);
  if (!defect) {
    std::fprintf(stderr, "%s\n", defect.error().c_str());
    return 2;
  }
  options.played = defect->played;
  if (canary) options.played.scenario = canary_scenario;
  first_seed = options.played.seed;
  options.begins = [](std::uint64_t seed) {
    present_seed = seed;
    alarm(hang_seconds);
  };
  watch_for_death();
  std::printf("%s\n", to_json(hunt(options)).c_str());
  return 0;
}

}  // namespace
}  // namespace cutover::chaos

int main(int argc, char** argv) {
  return cutover::chaos::run(argc, argv);
}
