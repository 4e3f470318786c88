// The house rules that a machine can check: include directions, banned words in the core, sizes,
// and links between documents.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <set>

#include "tests/tidy/source_tree.h"

namespace cutover::tidy {
namespace {

const std::filesystem::path root(CUTOVER_SOURCE_DIR);

const std::vector<SourceFile>& tree() {
  static const std::vector<SourceFile> files = read_tree(root);
  return files;
}

bool is_code(const SourceFile& file) {
  return file.path.ends_with(".h") || file.path.ends_with(".cpp");
}

std::string where(const SourceFile& file, std::size_t line) {
  return file.path + ":" + std::to_string(line + 1);
}

// What each folder may include, besides itself. The longest matching prefix counts.
const std::map<std::string, std::vector<std::string>> arrows = {
    {"core/ports/", {}},
    {"core/books/", {"core/ports/"}},
    {"core/store/", {"core/ports/", "core/books/"}},
    {"core/migrate/", {"core/ports/", "core/books/", "core/store/"}},
    {"core/lookup/", {"core/ports/", "core/books/", "core/store/"}},
    {"core/rollout/",
     {"core/ports/", "core/books/", "core/store/", "core/migrate/", "core/lookup/"}},
    {"core/api/",
     {"core/ports/", "core/books/", "core/store/", "core/migrate/", "core/lookup/",
      "core/rollout/"}},
    {"adapters/", {"core/"}},
    {"fakes/", {"core/ports/", "adapters/sqlite/"}},
    {"fakes/cloudflare/",
     {"core/ports/", "core/api/http_message.h", "core/api/secrets.h", "adapters/sqlite/",
      "adapters/dump/", "fakes/"}},
    {"reports/", {}},
    {"scenarios/reference/", {}},
    {"scenarios/", {"core/", "adapters/", "fakes/", "reports/"}},
    {"chaos/", {"core/", "adapters/", "fakes/", "reports/", "scenarios/"}},
    {"load/", {"core/", "adapters/", "fakes/", "scenarios/", "reports/"}},
    {"worker/", {"core/ports/", "adapters/", "fakes/", "reports/", "scenarios/"}},
    {"target/", {"core/ports/", "adapters/", "reports/", "scenarios/reference/"}},
    {"signoff/", {"core/", "fakes/faults/", "reports/", "scenarios/", "chaos/"}},
    {"golive/", {"reports/"}},
    {"acceptance/",
     {"core/ports/", "adapters/", "fakes/", "reports/", "scenarios/", "chaos/", "load/", "signoff/",
      "target/"}},
    {"app/",
     {"core/", "adapters/", "fakes/", "reports/", "scenarios/", "chaos/", "worker/", "load/",
      "target/", "signoff/", "golive/", "acceptance/"}},
    {"bench/",
     {"core/", "adapters/", "fakes/", "reports/", "scenarios/", "chaos/", "load/", "worker/"}},
    {"property-tests/", {"core/", "adapters/", "fakes/", "scenarios/", "reports/", "chaos/"}},
    {"tests/",
     {"core/", "adapters/", "fakes/", "scenarios/", "reports/", "chaos/", "worker/", "load/",
      "target/", "signoff/", "golive/", "acceptance/", "bench/"}},
    {"examples/", {"core/", "fakes/"}},
};

bool may_include(const std::string& path, const std::string& included) {
  std::string best;
  for (const auto& [folder, targets] : arrows) {
    if (path.starts_with(folder) && folder.size() > best.size()) best = folder;
  }
  if (best.empty()) return false;
  if (included.starts_with(best)) return true;
  const auto& targets = arrows.at(best);
  return std::any_of(targets.begin(), targets.end(), [&included](const std::string& target) {
    return included.starts_with(target);
  });
}

TEST(Tidy, DependenciesPointDownNeverUp) {
  static const std::regex include(R"rx(^\s*#include "([^"]+)")rx");
  std::size_t checked = 0;
  for (const SourceFile& file : tree()) {
    if (!is_code(file)) continue;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      std::smatch match;
      if (!std::regex_search(file.lines[i], match, include)) continue;
      ++checked;
      EXPECT_TRUE(std::filesystem::exists(root / match[1].str()))
          << where(file, i) << ": includes are written from the project's root: " << match[1];
      EXPECT_TRUE(may_include(file.path, match[1]))
          << where(file, i) << ": " << file.path << " must not include " << match[1];
    }
  }
  EXPECT_GT(checked, 50U) << "the check must have looked at something";
}

TEST(Tidy, TheCoreTakesNoTimeThreadsOrChanceFromTheLanguage) {
  static const std::vector<std::pair<std::regex, std::string>> banned = {
      {std::regex(R"(std::(this_)?thread|std::j?thread|thread_local)"), "threads: use Runtime"},
      {std::regex(R"(std::(mutex|condition_variable|atomic|shared_mutex))"), "locks: use Runtime"},
      {std::regex(R"((system|steady|high_resolution)_clock)"), "clocks: use Runtime"},
      {std::regex(R"(<random>|std::rand|std::mt19937|random_device)"), "chance: use RandomStream"},
      {std::regex(R"(std::hash\b)"), "std::hash differs between libraries"},
      {std::regex(R"(catch \(\.\.\.\))"), "would swallow the end of a killed task"},
      {std::regex(R"(std::cout|std::cerr|printf\()"), "output: use Telemetry"},
  };
  std::size_t files = 0;
  for (const SourceFile& file : tree()) {
    if (!is_code(file) || !file.path.starts_with("core/")) continue;
    if (file.path == "core/ports/check.cpp") continue;  // prints its last words
    ++files;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      const std::string code = file.lines[i].substr(0, file.lines[i].find("//"));
      for (const auto& [pattern, instead] : banned) {
        EXPECT_FALSE(std::regex_search(code, pattern)) << where(file, i) << ": " << instead;
      }
    }
  }
  EXPECT_GT(files, 20U);
}

// Files that are longer than the house allows. The table may only shrink.
const std::map<std::string, std::size_t> long_files = {};

TEST(Tidy, FilesAreSmallAndLinesAreShort) {
  for (const SourceFile& file : tree()) {
    if (!is_code(file)) continue;
    const bool test = file.path.starts_with("tests/") || file.path.starts_with("property-tests/");
    const std::size_t limit = test ? 500 : file.path.ends_with(".h") ? 200 : 400;
    const auto excused = long_files.find(file.path);
    EXPECT_LE(file.lines.size(), excused == long_files.end() ? limit : excused->second)
        << file.path;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      const auto& line = file.lines[i];
      const auto characters = std::count_if(line.begin(), line.end(),
                                            [](unsigned char c) { return (c & 0xC0) != 0x80; });
      EXPECT_LE(characters, 100) << where(file, i);
    }
  }
}

TEST(Tidy, EveryHeaderOpensWithProse) {
  for (const SourceFile& file : tree()) {
    if (!file.path.ends_with(".h") || file.lines.empty()) continue;
    EXPECT_TRUE(file.lines[0].starts_with("// ")) << file.path << ": say what this is for";
  }
}

TEST(Tidy, EveryFolderOfCodeSaysWhatLivesThere) {
  std::set<std::string> folders;
  for (const SourceFile& file : tree()) {
    const std::string top = file.path.substr(0, file.path.find('/'));
    if (!is_code(file) || top == "tests") continue;
    folders.insert(std::filesystem::path(file.path).parent_path().generic_string());
  }
  for (const std::string& folder : folders) {
    EXPECT_TRUE(std::filesystem::exists(root / folder / "README.md")) << folder << " has no README";
  }
}

TEST(Tidy, LinksBetweenDocumentsLead) {
  static const std::regex link(R"(\]\(([^)#:]+)(#[^)]*)?\))");
  for (const SourceFile& file : tree()) {
    if (!file.path.ends_with(".md")) continue;
    const auto folder = (root / file.path).parent_path();
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      auto begin = std::sregex_iterator(file.lines[i].begin(), file.lines[i].end(), link);
      for (auto it = begin; it != std::sregex_iterator(); ++it) {
        EXPECT_TRUE(std::filesystem::exists(folder / (*it)[1].str()))
            << where(file, i) << ": " << (*it)[1];
      }
    }
  }
}

TEST(Tidy, EveryTestThatThePageOfPlanDefectsNamesIsThere) {
  std::string code;
  const SourceFile* page = nullptr;
  for (const SourceFile& file : tree()) {
    if (file.path == "docs/PLAN_DEFECTS.md") page = &file;
    if (!file.path.ends_with("_test.cpp") && !file.path.starts_with("property-tests/")) continue;
    for (const std::string& line : file.lines) code.append(line).append(1, '\n');
  }
  ASSERT_NE(page, nullptr);
  static const std::regex named(R"(`\w+\.(\w+)`)");
  std::size_t tests = 0;
  for (const std::string& line : page->lines) {
    for (auto it = std::sregex_iterator(line.begin(), line.end(), named);
         it != std::sregex_iterator(); ++it) {
      EXPECT_NE(code.find((*it)[1].str()), std::string::npos) << (*it)[1];
      ++tests;
    }
    // A row of the table without a test: "| R01 | |".
    EXPECT_FALSE(std::regex_match(line, std::regex(R"(\| [RWUF]\d\d \|\s*\|)"))) << line;
  }
  EXPECT_GT(tests, 57U);
}

TEST(Tidy, NothingIsLeftForLater) {
  // Spelt in parts, so that this file does not find itself.
  const std::regex later(std::string("TO") + "DO|FIX" + "ME|\\bXX" + "X\\b|DISABLED" + "_");
  for (const SourceFile& file : tree()) {
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      EXPECT_FALSE(std::regex_search(file.lines[i], later)) << where(file, i);
    }
  }
}

}  // namespace
}  // namespace cutover::tidy
