// What Workers KV takes as an entry. The reader reports what breaks a rule, the writer refuses it,
// so that whatever is written can be read. Source: reference facts A1 (limits).
#pragma once

#include <string>
#include <string_view>

namespace cutover::dump {

// Each returns the broken rule, or an empty text.
[[nodiscard]] std::string broken_key_rule(std::string_view key);
[[nodiscard]] std::string broken_value_rule(std::string_view value);
[[nodiscard]] std::string broken_metadata_rule(std::string_view metadata);  // of compact JSON text

// The text's first 512 bytes at most, cut between characters: for messages.
[[nodiscard]] std::string clipped_key(std::string_view key);

}  // namespace cutover::dump
