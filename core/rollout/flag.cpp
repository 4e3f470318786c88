#include "core/rollout/flag.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>

#include "core/ports/check.h"

namespace cutover::rollout {
namespace {

constexpr std::uint64_t buckets = 10'000;

// 0 to 100 in decimal digits, without leading zeros; otherwise nothing.
std::optional<int> read_percent(std::string_view text) {
  if (text.ends_with('%')) text.remove_suffix(1);
  if (text.empty() || text.size() > 3 || (text.size() > 1 && text.front() == '0')) {
    return std::nullopt;
  }
  int percent = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    percent = percent * 10 + (c - '0');
  }
  if (percent > 100) return std::nullopt;
  return percent;
}

}  // namespace

FlagSetting parse_flag(const std::optional<std::string>& text) {
  if (!text) return {};
  if (*text == "true") return {true, true, 100};
  if (*text == "false") return {true, true, 0};
  if (const std::optional<int> percent = read_percent(*text)) return {true, true, *percent};
  return {true, false, 0};
}

FlagValue combine(const FlagSetting& environment, const FlagSetting& kv) {
  if (!environment.set && !kv.set) return {0, "flag_unset"};
  // An invalid setting is 0, so it decides; two that say the same are the environment's.
  if ((environment.set && !environment.valid) || (kv.set && !kv.valid)) return {0, "flag_invalid"};
  if (!kv.set || (environment.set && environment.percent <= kv.percent)) {
    return {environment.percent, "flag_environment"};
  }
  return {kv.percent, "flag_kv"};
}

int bucket_of(std::string_view salt, std::string_view key) {
  std::string bytes;
  bytes.reserve(salt.size() + 1 + key.size());
  bytes.append(salt).append(1, '\0').append(key);
  return static_cast<int>(XXH3_64bits(bytes.data(), bytes.size()) % buckets);
}

bool is_in(int percent, std::string_view salt, std::string_view key) {
  CUTOVER_CHECK(percent >= 0 && percent <= 100, "a percentage is 0 to 100");
  return bucket_of(salt, key) < percent * 100;
}

}  // namespace cutover::rollout
