// KvCopy: a backup of a KV namespace in memory: what was written, to be read again from the start.
#pragma once

#include <optional>
#include <vector>

#include "core/migrate/backup.h"

namespace cutover::scenarios {

class KvCopy final : public migrate::RecordSink, public migrate::RecordSource {
 public:
  bool write(const KvRecord& record) override {
    records_.push_back(record);
    return true;
  }
  std::optional<KvRecord> next() override {
    if (read_ == records_.size()) return std::nullopt;
    return records_[read_++];
  }
  void rewind() { read_ = 0; }

 private:
  std::vector<KvRecord> records_;
  std::size_t read_ = 0;
};

}  // namespace cutover::scenarios
