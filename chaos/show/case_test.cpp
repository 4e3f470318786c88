#include "chaos/show/case_test.h"

#include <cctype>

namespace cutover::chaos {
namespace {

// "complete_means_complete+health" -> "CompleteMeansCompleteAndHealth"
std::string in_one_word(const std::string& text) {
  std::string word;
  bool begins = true;
  for (const char c : text) {
    if (c == '+') word += "And";
    const bool letter = std::isalnum(static_cast<unsigned char>(c)) != 0;
    if (letter) word += begins ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    begins = !letter;
  }
  return word;
}

// A raw string's delimiter that the text does not end by chance.
std::string delimiter_for(const std::string& text) {
  std::string delimiter = "json";
  for (int i = 2; text.find(")" + delimiter + "\"") != std::string::npos; ++i) {
    delimiter = "json" + std::to_string(i);
  }
  return delimiter;
}

}  // namespace

std::string case_test_of(const CaseFile& file) {
  const std::string json = to_json(file);
  const std::string delimiter = delimiter_for(json);
  const std::string what = file.signature.empty() ? "EveryInvariant" : in_one_word(file.signature);
  std::string code = "// Made by `cutover replay --test` from a case that once failed.\n\n";
  code +=
      "#include <gtest/gtest.h>\n\n"
      "#include \"chaos/show/account.h\"\n\n"
      "namespace cutover::chaos {\n"
      "namespace {\n\n";
  code += "constexpr const char* json = R\"" + delimiter + "(" + json + ")" + delimiter + "\";\n\n";
  code += "TEST(SavedCase, " + in_one_word(file.played.scenario) + "OfSeed" +
          std::to_string(file.played.seed) + "Holds" + what + ") {\n";
  code +=
      "  const auto file = case_from_json(json);\n"
      "  ASSERT_TRUE(file.has_value()) << file.error();\n"
      "  const Played played = play_and_note(*file);\n"
      "  for (const Violation& violation : played.result.violations) {\n"
      "    ADD_FAILURE() << violation.invariant << \" \" << violation.about << \": \" << "
      "violation.text;\n"
      "  }\n"
      "  // When none of the faults meets its call any more, this shows nothing.\n"
      "  EXPECT_TRUE(file->faults.empty() || played.unmatched.size() < file->faults.size());\n"
      "}\n\n"
      "}  // namespace\n"
      "}  // namespace cutover::chaos\n";
  return code;
}

}  // namespace cutover::chaos
