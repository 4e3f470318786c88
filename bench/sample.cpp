#include "bench/sample.h"

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <utility>
#include <variant>

#include "adapters/dump/dump_reader.h"

namespace cutover::bench {
namespace {

[[noreturn]] void end_without_sample(const std::string& why) {
  std::fprintf(stderr, "cutover: %s\n", why.c_str());
  std::exit(2);
}

std::vector<KvRecord> read_sample() {
  auto reader = dump::DumpReader::open(CUTOVER_SAMPLE, 0);
  if (!reader) end_without_sample(reader.error());
  std::map<std::string, KvRecord>
      by_key;  // of equal keys the last one counts, as when they are put
  while (auto next = (*reader)->next()) {
    if (const auto* problem = std::get_if<dump::Problem>(&*next)) {
      end_without_sample(CUTOVER_SAMPLE ": " + problem->where + ": " + problem->reason);
    }
    KvRecord& record = std::get<KvRecord>(*next);
    std::string key = record.key;
    by_key.insert_or_assign(std::move(key), std::move(record));
  }
  if (by_key.empty()) end_without_sample(CUTOVER_SAMPLE ": there are no records in it");
  std::vector<KvRecord> records;
  records.reserve(by_key.size());
  for (auto& [key, record] : by_key) records.push_back(std::move(record));
  return records;
}

}  // namespace

const std::vector<KvRecord>& sample() {
  static const std::vector<KvRecord> records = read_sample();
  return records;
}

}  // namespace cutover::bench
