// Problem: one thing in a file from outside that could not be used, and where it stands.
//
// A problem never ends a run (R8.13): it is counted and reported, and reading goes on behind it.
#pragma once

#include <string>

namespace cutover::dump {

struct Problem {
  std::string where;   // "line 17" or "element 17", counted from 1
  std::string key;     // of the record, when it is known; at most 512 bytes
  std::string reason;  // for people: what is wrong, with the limit that was broken

  friend bool operator==(const Problem&, const Problem&) = default;
};

}  // namespace cutover::dump
