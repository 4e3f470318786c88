// What is read of a Worker's folder, and what is said of one that cannot be used.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "worker/worker_config.h"
#include "worker/worker_folder.h"

namespace cutover::worker {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class WorkerFolders : public testing::Test {
 protected:
  WorkerFolders()
      : root(fs::temp_directory_path() /
             testing::UnitTest::GetInstance()->current_test_info()->name()) {
    fs::remove_all(root);
    fs::create_directories(root);
  }
  ~WorkerFolders() override { fs::remove_all(root); }

  void write(const std::string& name, const std::string& text) {
    fs::create_directories((root / name).parent_path());
    std::ofstream(root / name) << text;
  }
  std::string error() { return read_worker(root.string()).error(); }

  fs::path root;
  const std::string good = R"({
    // a comment
    "main": "src/index.js", "compatibility_date": "2026-11-17",
    "compatibility_flags": ["nodejs_compat"],
    "kv_namespaces": [{"binding": "BOOK_CACHE"}],
    "d1_databases": [{"binding": "DB", "migrations_dir": "sql"}],
    "vars": {"A": "text", "B": {"n": 1}}
  })";
};

TEST_F(WorkerFolders, AreReadAsWranglerWould) {
  write("wrangler.jsonc", good);
  write("src/index.js", "main");
  write("src/lib/other.mjs", "other");
  write("src/node_modules/no.js", "no");
  write("src/readme.md", "no");
  write("sql/0002_b.sql", "b");
  write("sql/0001_a.sql", "a");
  const auto worker = read_worker(root.string());
  ASSERT_TRUE(worker.has_value()) << worker.error();
  ASSERT_EQ(worker->modules.size(), 2U);
  EXPECT_EQ(worker->modules[0].name, "index.js");
  EXPECT_EQ(worker->modules[1].name, "lib/other.mjs");
  ASSERT_EQ(worker->migrations.size(), 2U);
  EXPECT_EQ(worker->migrations[0].text, "a");
  EXPECT_EQ(worker->variables[1].text, R"({"n":1})");
  EXPECT_EQ(worker->name, "AreReadAsWranglerWould");
}

TEST_F(WorkerFolders, AMistakeIsNamedWithItsFile) {
  EXPECT_THAT(error(), HasSubstr("wrangler.jsonc: cannot be read"));
  write("wrangler.jsonc", "{,}");
  EXPECT_THAT(error(), HasSubstr("wrangler.jsonc: is no JSON object"));
  write("wrangler.jsonc", "{}");
  EXPECT_THAT(error(), HasSubstr("compatibility_date: is missing"));
  write("wrangler.jsonc", R"({"compatibility_date": "2026-11-17"})");
  EXPECT_THAT(error(), HasSubstr("kv_namespaces: names no binding"));
  write("wrangler.jsonc", good);
  EXPECT_THAT(error(), HasSubstr("it is `main` in wrangler.jsonc"));
}

TEST_F(WorkerFolders, NoTextBreaksTheConfiguration) {
  write("wrangler.jsonc", good);
  write("src/index.js", "main");
  auto worker = read_worker(root.string());
  ASSERT_TRUE(worker.has_value()) << worker.error();
  worker->variables.push_back({"ADMIN_TOKEN", "of the folder"});
  worker->variables.push_back({"ODD\"\n", "\\"});
  const auto setup = setup_of(*worker, {}, {{"ADMIN_TOKEN", "of the run"}});
  EXPECT_THAT(setup.config, HasSubstr(R"((name = "ODD\"\x0a", text = "\\"))"));
  EXPECT_THAT(setup.config, HasSubstr("of the run"));
  EXPECT_THAT(setup.config, testing::Not(HasSubstr("of the folder"))) << "a secret wins";
  ASSERT_EQ(setup.files.size(), 1U);
  EXPECT_EQ(setup.files[0].first, "worker/index.js");
}

}  // namespace
}  // namespace cutover::worker
