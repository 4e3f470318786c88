// Words: how calls, times and numbers read in a sentence. English, lower case where a sentence goes
// on. Texts that come from outside (keys, messages) are made visible and cut to a line's length.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "chaos/show/account.h"

namespace cutover::chaos {

// "12.408 s"
[[nodiscard]] std::string seconds_of(Duration time);
// How long something took: "0.4 ms", "30 ms", "1.2 s", "3 min 20 s"
[[nodiscard]] std::string length_of(Duration length);
// "1st", "2nd", "3rd", "11th"; of an occurrence, which counts from 0, give it plus one.
[[nodiscard]] std::string ordinal_of(std::uint64_t number);
// "1 call", "12 calls"
[[nodiscard]] std::string count_of(std::uint64_t count, std::string_view what);
// "the migrator", "reader-2"
[[nodiscard]] std::string name_of_role(std::string_view role);
// "D1 batch 'UPDATE MigrationLease'", "bulk read of KV from 'book:isbn:97…' on"
[[nodiscard]] std::string name_of_call(const ShownCall& call);
// A failure's first words: "d1 batch: connection lost (effect unknown)"; "ok" as it is.
[[nodiscard]] std::string short_result(std::string_view result);
// A text from outside on one line, of at most so many characters.
[[nodiscard]] std::string plain(std::string_view text, std::size_t characters_max = 90);
// What a mark in the history says, as a sentence: a happening, or how a migrator's step ended.
[[nodiscard]] std::string sentence_of_mark(const ShownNote& mark);
// With its first letter large.
[[nodiscard]] std::string capital(std::string text);

}  // namespace cutover::chaos
