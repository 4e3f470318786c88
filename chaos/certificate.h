// Certificate: the histories of some seeds, so that another build of the program (another compiler,
// another optimisation level, another machine) can show that it gives the same ones.
//
//   { "cutoverCertificate": 1, "program": "0.1.0", "build": "gcc 12.2.0, optimised",
//     "base": { …a case file… },
//     "histories": [ { "seed": 100, "digest": "…", "marks": "1f0c…" } ] }
//
// `marks` holds eight hex digits for each event, of a hash over all events up to it, so the first
// event that differs is found exactly.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "chaos/storm_run.h"

namespace cutover::chaos {

struct CertifiedHistory {
  std::uint64_t seed = 0;
  std::string digest;
  std::vector<std::uint32_t> marks;  // one for each event

  friend bool operator==(const CertifiedHistory&, const CertifiedHistory&) = default;
};

struct Certificate {
  std::string program;  // its version
  std::string build;    // its compiler
  StormCase base;
  std::vector<CertifiedHistory> histories;

  friend bool operator==(const Certificate&, const Certificate&) = default;
};

// One seed's history, and the lines that describe its events.
struct PlayedHistory {
  CertifiedHistory certified;
  std::vector<std::string> events;
};
[[nodiscard]] PlayedHistory play_for_certificate(const StormCase& base, std::uint64_t seed);

// The index of the first event in which the two differ; the shorter one's length when one merely
// goes on; nothing when they are the same.
[[nodiscard]] std::optional<std::size_t> first_difference(const CertifiedHistory& one,
                                                          const CertifiedHistory& other);

// The compiler and optimisation of this program, for people.
[[nodiscard]] std::string this_build();

[[nodiscard]] std::string to_json(const Certificate& certificate);
// At most 256 MiB. The error names the field.
[[nodiscard]] tl::expected<Certificate, std::string> certificate_from_json(std::string_view json);

}  // namespace cutover::chaos
