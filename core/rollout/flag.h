// The flag feature:enable_d1_reads: one parser, one precedence rule, off unless told otherwise
// (R5.3, plan defects F01, F07, F11).
//
// Values, and nothing else: `true` (all), `false` (none), or a whole percentage `0` to `100`, with
// or without `%` and without leading zeros. No other spelling: `True`, `on`, ` false`, `false\n`
// are invalid, count as off, and are reported as invalid.
//
// Precedence: the flag stands in two places, the environment (ENABLE_D1_READS) and KV. Of those
// that are set, the smaller percentage counts, so that either can turn D1 off; an invalid one
// counts as 0. Neither set: 0. An unreadable KV is "not known": then the last value known counts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cutover::rollout {

inline constexpr std::string_view flag_key = "feature:enable_d1_reads";
inline constexpr std::string_view flag_variable = "ENABLE_D1_READS";

struct FlagSetting {
  bool set = false;
  bool valid = false;
  int percent = 0;  // 0 to 100; 0 unless valid

  friend bool operator==(const FlagSetting&, const FlagSetting&) = default;
};

// nullopt: not set.
[[nodiscard]] FlagSetting parse_flag(const std::optional<std::string>& text);

struct FlagValue {
  int percent = 0;
  std::string_view reason;  // static: flag_unset, flag_environment, flag_kv, flag_invalid

  friend bool operator==(const FlagValue&, const FlagValue&) = default;
};
[[nodiscard]] FlagValue combine(const FlagSetting& environment, const FlagSetting& kv);

// The bucket of a key, 0 to 9,999: XXH3 (64 bits, seed 0) of the salt, a zero byte and the key,
// modulo 10,000. Integers only; sticky for one salt. Published vectors: docs/ROLLOUT.md. A key is
// in at `percent` when bucket < percent * 100, so growing the percentage never takes a key out.
[[nodiscard]] int bucket_of(std::string_view salt, std::string_view key);
[[nodiscard]] bool is_in(int percent, std::string_view salt, std::string_view key);

}  // namespace cutover::rollout
