#include "adapters/dump/splitter.h"

namespace cutover::dump {

std::string too_long_trouble(std::string_view unit) {
  return "the " + std::string(unit) + " is longer than " +
         std::to_string(Splitter::record_bytes_max) + " bytes; it was skipped to its end";
}

}  // namespace cutover::dump
