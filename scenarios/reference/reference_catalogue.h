// What the table must hold after a migration of a set of entries, by the reference transform.
//
// Memory is O(total size of the winning entries): it keeps the columns of one entry per ISBN,
// canonical_metadata included, and every key. Good for about 100,000 books. It has no lock; use
// it from one thread at a time. It knows no time: whether an entry has expired is the caller's
// matter.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "scenarios/reference/reference_transform.h"

namespace cutover::reference {

// What becomes of a key. Superseded: its entry gives a row, but another entry is preferred.
enum class Fate { row, empty, rejected, superseded };

class ReferenceCatalogue {
 public:
  // Adds one entry of the source, in any order. A source holds a key once: a repeated key is
  // ignored, and the answer is false.
  bool add(std::string_view key, std::string_view value, std::optional<long long> expires_at);

  // The expected rows by ISBN-13.
  const std::map<std::string, Columns>& rows() const { return rows_; }

  // Number of keys that ended empty or rejected, by reason. The reason too_large, say, is counted
  // once for both of its causes.
  const std::map<std::string, std::size_t>& reasons() const { return reasons_; }

  // The keys of one fate, in byte order. Every key added is in exactly one of the four.
  const std::set<std::string>& keys(Fate fate) const { return keys_.at(fate); }

  // Nothing when the key was not added.
  std::optional<Fate> fate_of(const std::string& key) const;

  // Number of keys added.
  std::size_t size() const;

 private:
  std::map<std::string, Columns> rows_;
  std::map<std::string, std::size_t> reasons_;
  // All four fates are there from the start.
  std::map<Fate, std::set<std::string>> keys_ = {
      {Fate::row, {}}, {Fate::empty, {}}, {Fate::rejected, {}}, {Fate::superseded, {}}};
};

}  // namespace cutover::reference
