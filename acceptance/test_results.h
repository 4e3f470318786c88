// TestResults: what the test suite said, read from the JUnit file that ctest writes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace cutover::acceptance {

enum class TestEnd : std::uint8_t { passed, failed, skipped };

struct TestResult {
  std::string name;  // "Suite.Name", or a sentence
  TestEnd end = TestEnd::failed;
};

struct TestResults {
  std::string finished;  // as the file says it; empty when it does not
  std::vector<TestResult> tests;
};

// At most 64 MiB. The error names the file and what is wrong with it. A file without tests is an
// error: it shows nothing.
[[nodiscard]] tl::expected<TestResults, std::string> read_test_results(const std::string& path);

// Does this test show the requirement? By its id in the name ("R2_4" for R2.4, never R2.41's), or
// by one of `parts`, separated by "|".
[[nodiscard]] bool shows(std::string_view test, std::string_view requirement,
                         std::string_view parts);

}  // namespace cutover::acceptance
