// What DumpWriter writes, DumpReader reads, equal: for any bytes, either form and each packing.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <stdlib.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "adapters/dump/dump_reader.h"
#include "adapters/dump/dump_writer.h"

namespace cutover::dump {
namespace {

class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& ending)
      : path_(::testing::TempDir() + "cutover-round-trip-XXXXXX" + ending) {
    const int descriptor = ::mkstemps(path_.data(), static_cast<int>(ending.size()));
    RC_ASSERT(descriptor >= 0);
    std::fclose(::fdopen(descriptor, "w"));
  }
  ~TemporaryFile() { std::remove(path_.c_str()); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Characters that have a meaning in JSON, for a line, or beyond ASCII.
rc::Gen<std::string> text() {
  const auto piece = rc::gen::element<std::string>(
      "a", "book:isbn:", "\"", "\\", "{", "}", "[", "]", ",", "\n", "\r", "\t", " ", "\x01", "\x7F",
      "\xC3\xA9", "\xE2\x80\xA8", "\xF0\x9F\x93\x9A", "\\u0041", std::string(1, '\0'));
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(piece),
                      [](const std::vector<std::string>& pieces) {
                        std::string joined;
                        for (const std::string& one : pieces) joined += one;
                        return joined;
                      });
}

rc::Gen<std::string> key() {
  return rc::gen::map(text(), [](const std::string& end) { return "k" + end; });
}

rc::Gen<std::string> metadata() {
  return rc::gen::element<std::string>("", "0", "false", "\"\"", "{}", R"({"a":[1.0,2e5,"b c"]})",
                                       R"({"\u00e9":"\ud83d\udcda","n":{"n":null}})");
}

rc::Gen<KvRecord> record() {
  return rc::gen::build<KvRecord>(
      rc::gen::set(&KvRecord::key,
                   rc::gen::suchThat(key(), [](const std::string& k) { return k.size() <= 512; })),
      rc::gen::set(&KvRecord::value, rc::gen::oneOf(text(), rc::gen::arbitrary<std::string>())),
      rc::gen::set(&KvRecord::metadata, metadata()));
}

// RapidCheck has no generator for std::optional: a number that may be left out.
std::vector<KvRecord> with_expirations(std::vector<KvRecord> records) {
  for (KvRecord& one : records) {
    if (*rc::gen::arbitrary<bool>()) one.expiration = *rc::gen::arbitrary<std::int64_t>();
  }
  return records;
}

RC_GTEST_PROP(DumpRoundTrip, WhatIsWrittenIsReadEqual, ()) {
  const auto records = with_expirations(*rc::gen::container<std::vector<KvRecord>>(record()));
  const TemporaryFile file(*rc::gen::element<std::string>("", ".gz", ".zst"));
  const DumpForm form = *rc::gen::element(DumpForm::lines, DumpForm::array);

  auto writer = DumpWriter::create(file.path(), form);
  RC_ASSERT(writer.has_value());
  for (const KvRecord& one : records) RC_ASSERT((*writer)->write(one).has_value());
  const auto written = (*writer)->finish();
  RC_ASSERT(written.has_value());
  RC_ASSERT(written->entries == records.size());

  auto reader = DumpReader::open(file.path(), 0);
  RC_ASSERT(reader.has_value());
  std::vector<KvRecord> read;
  while (auto item = (*reader)->next()) {
    RC_ASSERT(std::holds_alternative<KvRecord>(*item));
    read.push_back(std::get<KvRecord>(*item));
  }
  RC_ASSERT(read == records);
  RC_ASSERT((*reader)->sha256() == written->sha256);
}

RC_GTEST_PROP(DumpRoundTrip, AnyBytesAreReadToTheirEnd, ()) {
  const TemporaryFile file("");
  const auto start = *rc::gen::element<std::string>("[", "{", "[{\"key\":\"", "");
  const auto bytes = start + *rc::gen::oneOf(text(), rc::gen::arbitrary<std::string>());
  {
    std::ofstream out(file.path(), std::ios::binary);
    out << bytes;
  }
  auto reader = DumpReader::open(file.path(), 0);
  if (!reader) return;
  std::uint64_t items = 0;
  while ((*reader)->next()) RC_ASSERT(++items <= bytes.size() + 1);
  RC_ASSERT((*reader)->records() + (*reader)->problems() == items);
  RC_ASSERT((*reader)->bytes_read() == bytes.size());
}

}  // namespace
}  // namespace cutover::dump
