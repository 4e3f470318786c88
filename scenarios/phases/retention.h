// Retention (R7.6): KV's data is kept for 30 days after the migration. Whoever wants to clean up
// asks here first, and a rehearsal watches that nothing of ours removes a book's entry.
//
// The program itself has no command that deletes book entries: they end with their own lifetime,
// so what keeps the data is the backup. This check says whether a clean-up by hand may begin.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/ports/database.h"
#include "core/ports/runtime.h"
#include "fakes/sim/history.h"

namespace cutover::scenarios {

inline constexpr std::int64_t retention_days = 30;

struct RetentionAnswer {
  bool allowed = false;
  std::vector<std::string> reasons;  // why not; empty when allowed
};

// What a clean-up must be able to show: the newest migration run is complete, it ended `days` ago
// or earlier, D1 is what is read, and a backup with its checksum is there. May switch; what cannot
// be read counts against the clean-up.
[[nodiscard]] RetentionAnswer may_clean_up_kv(Database& database, UnixTime now, bool has_backup,
                                              std::int64_t days = retention_days);

// Counts removals of book entries from KV.
class RemovalWatch final : public sim::HistoryObserver {
 public:
  void happened(const sim::EventView& event) override;
  [[nodiscard]] const std::vector<std::string>& removed() const { return removed_; }

 private:
  std::vector<std::string> removed_;  // keys
};

}  // namespace cutover::scenarios
