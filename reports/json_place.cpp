#include "reports/json_place.h"

#include "reports/text.h"

namespace cutover::reports::reading {

namespace {

std::string escaped_for_pointer(std::string_view name) {
  std::string escaped;
  for (const char character : visible(name)) {
    if (character == '~') {
      escaped += "~0";
    } else if (character == '/') {
      escaped += "~1";
    } else {
      escaped += character;
    }
  }
  return escaped;
}

std::string kind_of(const Json& value) {
  if (value.is_number_integer() && value < 0) return "a negative number";
  if (value.is_string()) {
    return "the text \"" + clipped(visible(value.get<std::string>()), 40) + "\"";
  }
  if (value.is_array() || value.is_object()) return std::string("an ") + value.type_name();
  if (value.is_null()) return "null";
  return std::string("a ") + value.type_name();
}

// One of a few words.
template <class Word>
void read_word(const Place& place, std::optional<Word> (*word_named)(std::string_view),
               const char* words, Word& target) {
  const auto named =
      place.value().is_string() ? word_named(place.value().get<std::string>()) : std::nullopt;
  if (!named) return place.fail_type(std::string("one of ") + words);
  target = *named;
}

}  // namespace

Place Place::below(std::string_view name, const Json& value) const {
  return {value, pointer_ + "/" + escaped_for_pointer(name), document_};
}

void Place::fail(const std::string& why) const {
  if (!document_.problem.empty()) return;
  document_.problem = (pointer_.empty() ? "the report" : pointer_) + ": " + why;
}

void Place::fail_type(const std::string& wanted) const {
  fail("must be " + wanted + ", but is " + kind_of(value_));
}

void read(const Place& place, std::string& target) {
  if (!place.value().is_string()) return place.fail_type("a text");
  target = place.value().get<std::string>();
}

void read(const Place& place, double& target) {
  if (!place.value().is_number()) return place.fail_type("a number");
  target = place.value().get<double>();
}

void read(const Place& place, std::uint64_t& target) {
  if (!place.value().is_number_unsigned()) return place.fail_type("a count, 0 or more");
  target = place.value().get<std::uint64_t>();
}

void read(const Place& place, std::optional<double>& target) {
  if (place.value().is_null()) return;
  if (!place.value().is_number()) return place.fail_type("a number or null");
  target = place.value().get<double>();
}

void read(const Place& place, Measured& target) {
  if (place.value().is_null()) return;
  if (place.value().is_number()) {
    target = place.value().get<double>();
  } else if (place.value().is_string()) {
    target = place.value().get<std::string>();
  } else {
    place.fail_type("a number, a text or null");
  }
}

void read(const Place& place, Verdict& target) {
  read_word(place, verdict_named, R"("pass", "fail", "unknown")", target);
}

void read(const Place& place, std::optional<Verdict>& target) {
  if (!place.value().is_null()) read(place, target.emplace());
}

void read(const Place& place, Direction& target) {
  read_word(place, direction_named, R"("at_most", "below", "at_least", "above")", target);
}

void read(const Place& place, ChartKind& target) {
  read_word(place, chart_kind_named, R"("line", "steps", "bars", "heat")", target);
}

void read(const Place& place, ChecklistPhase& target) {
  read_word(place, phase_named, R"("before", "after")", target);
}

void read(const Place& place, std::map<std::string, std::uint64_t>& target) {
  if (!place.value().is_object()) return place.fail_type("an object of counts");
  for (const auto& [name, count] : place.value().items()) {
    read(place.below(name, count), target[name]);
  }
}

}  // namespace cutover::reports::reading
