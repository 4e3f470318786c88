#include "tests/adapters/dump/test_files.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "adapters/dump/sha256.h"

namespace cutover::dump {

TestFolder::TestFolder() : folder_(::testing::TempDir() + "cutover-dump-XXXXXX") {
  EXPECT_NE(::mkdtemp(folder_.data()), nullptr);
}

TestFolder::~TestFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string TestFolder::path(std::string_view name) const {
  return folder_ + "/" + std::string(name);
}

std::string TestFolder::write(std::string_view name, std::string_view bytes) const {
  std::ofstream file(path(name), std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  EXPECT_TRUE(file.good());
  return path(name);
}

std::vector<std::string> TestFolder::names() const {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.good()) << path;
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string packed(Packing packing, std::string_view bytes) {
  std::string to;
  make_packer(packing)->pack(bytes, true, to);
  return to;
}

std::string sha256_of(std::string_view bytes) {
  Sha256 digest;
  digest.add(bytes);
  return digest.hex();
}

std::vector<std::string> ReadDump::keys() const {
  std::vector<std::string> keys;
  for (const KvRecord& record : records) keys.push_back(record.key);
  return keys;
}

std::vector<std::string> ReadDump::problem_places() const {
  std::vector<std::string> places;
  for (const Problem& problem : problems) places.push_back(problem.where);
  return places;
}

ReadDump read_dump(const std::string& path) {
  ReadDump read;
  auto reader = DumpReader::open(path, test_now_seconds);
  if (!reader) {
    read.refusal = reader.error();
    return read;
  }
  while (auto item = (*reader)->next()) {
    EXPECT_EQ((*reader)->sha256(), "");
    if (auto* problem = std::get_if<Problem>(&*item)) {
      EXPECT_EQ(problem->where, (*reader)->where());
      EXPECT_NE(problem->reason, "");
      read.problems.push_back(std::move(*problem));
    } else {
      read.records.push_back(std::move(std::get<KvRecord>(*item)));
    }
  }
  EXPECT_EQ((*reader)->next(), std::nullopt);
  EXPECT_EQ((*reader)->records(), read.records.size());
  EXPECT_EQ((*reader)->problems(), read.problems.size());
  read.sha256 = (*reader)->sha256();
  read.cut_off = (*reader)->cut_off();
  read.bytes_read = (*reader)->bytes_read();
  read.unknown_fields = (*reader)->unknown_fields();
  return read;
}

ReadDump read_dump_text(std::string_view text) {
  const TestFolder folder;
  return read_dump(folder.write("dump", text));
}

ReadLibrary read_library(const std::string& path) {
  ReadLibrary read;
  auto reader = LibraryReader::open(path);
  if (!reader) {
    read.refusal = reader.error();
    return read;
  }
  while (auto item = (*reader)->next()) {
    if (auto* problem = std::get_if<Problem>(&*item)) {
      EXPECT_NE(problem->reason, "");
      read.problems.push_back(std::move(*problem));
    } else {
      read.records.push_back(std::move(std::get<LibraryRecord>(*item)));
    }
  }
  EXPECT_EQ((*reader)->next(), std::nullopt);
  EXPECT_EQ((*reader)->records(), read.records.size());
  EXPECT_EQ((*reader)->problems(), read.problems.size());
  read.sha256 = (*reader)->sha256();
  return read;
}

ReadLibrary read_library_text(std::string_view text) {
  const TestFolder folder;
  return read_library(folder.write("library.csv", text));
}

}  // namespace cutover::dump
