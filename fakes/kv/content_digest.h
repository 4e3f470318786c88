// ContentDigest: one short text for a service's whole content, to compare two final states.
//
// Fields are length-prefixed, so ("ab", "c") and ("a", "bc") differ. It tells accidental
// differences apart; it is no protection against someone who wants two states to look equal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cutover::fakes {

class ContentDigest {
 public:
  void add(std::string_view field);
  void add_number(std::int64_t number);

  // 16 hex digits over everything added so far.
  [[nodiscard]] std::string text() const;

 private:
  std::string pending_;  // bytes not yet folded in
  std::uint64_t folded_ = 0;
};

}  // namespace cutover::fakes
