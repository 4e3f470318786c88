#include "scenarios/reference/reference_catalogue.h"

#include <utility>

namespace cutover::reference {

bool ReferenceCatalogue::add(std::string_view key, std::string_view value,
                             std::optional<long long> expires_at) {
  const std::string name(key);
  if (fate_of(name)) return false;
  Result result = transform(key, value, expires_at);
  if (result.kind != Result::Kind::row) {
    ++reasons_[result.reason];
    const Fate fate = result.kind == Result::Kind::empty ? Fate::empty : Fate::rejected;
    keys_[fate].insert(name);
    return true;
  }
  const auto winner = rows_.find(result.isbn);
  if (winner == rows_.end()) {
    rows_.emplace(result.isbn, std::move(result.columns));
    keys_[Fate::row].insert(name);
  } else if (preferred(result.columns, winner->second)) {
    const std::string loser = winner->second.at("source_key").value();
    keys_[Fate::row].erase(loser);
    keys_[Fate::superseded].insert(loser);
    winner->second = std::move(result.columns);
    keys_[Fate::row].insert(name);
  } else {
    keys_[Fate::superseded].insert(name);
  }
  return true;
}

std::optional<Fate> ReferenceCatalogue::fate_of(const std::string& key) const {
  for (const auto& [fate, keys] : keys_) {
    if (keys.count(key) != 0) return fate;
  }
  return std::nullopt;
}

std::size_t ReferenceCatalogue::size() const {
  std::size_t count = 0;
  for (const auto& [fate, keys] : keys_) count += keys.size();
  return count;
}

}  // namespace cutover::reference
