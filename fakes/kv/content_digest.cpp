#include "fakes/kv/content_digest.h"

#include "fakes/sim/history.h"

namespace cutover::fakes {
namespace {

// Large enough to hash fast, small enough not to copy the whole content.
constexpr std::size_t fold_bytes = 64 * 1024;

void append_number(std::string& to, std::uint64_t number) {
  for (int shift = 0; shift < 64; shift += 8) to.push_back(static_cast<char>(number >> shift));
}

std::uint64_t fold(std::uint64_t folded, std::string_view pending) {
  std::string bytes;
  bytes.reserve(pending.size() + 8);
  append_number(bytes, folded);
  bytes.append(pending);
  return sim::hash_of(bytes);
}

}  // namespace

void ContentDigest::add(std::string_view field) {
  append_number(pending_, field.size());
  pending_.append(field);
  if (pending_.size() < fold_bytes) return;
  folded_ = fold(folded_, pending_);
  pending_.clear();
}

void ContentDigest::add_number(std::int64_t number) {
  append_number(pending_, static_cast<std::uint64_t>(number));
}

std::string ContentDigest::text() const {
  std::uint64_t rest = fold(folded_, pending_);
  std::string digits(16, '0');
  for (std::size_t i = digits.size(); i-- > 0; rest >>= 4)
    digits[i] = "0123456789abcdef"[rest & 15];
  return digits;
}

}  // namespace cutover::fakes
