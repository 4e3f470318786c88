// A place in a JSON document that is being read, and what can be read there.
//
// `read` takes one value into a target, or notes the problem with the JSON pointer of the place.
// The overloads for the parts of a report are found beside it by their names: json_reader_parts.h.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reports/evidence.h"

namespace cutover::reports::reading {

using Json = nlohmann::ordered_json;

// What all places of one document share.
struct Document {
  int version = report_schema_version;  // as the document says
  std::string problem;                  // the first one; reading goes on, so that it is simple
};

class Place {
 public:
  Place(const Json& value, std::string pointer, Document& document)
      : value_(value), pointer_(std::move(pointer)), document_(document) {}

  [[nodiscard]] const Json& value() const { return value_; }
  [[nodiscard]] Document& document() const { return document_; }
  [[nodiscard]] Place below(std::string_view name, const Json& value) const;

  void fail(const std::string& why) const;
  void fail_type(const std::string& wanted) const;

 private:
  const Json& value_;
  std::string pointer_;
  Document& document_;
};

void read(const Place& place, std::string& target);
void read(const Place& place, double& target);
void read(const Place& place, std::uint64_t& target);
void read(const Place& place, std::optional<double>& target);
void read(const Place& place, Measured& target);
void read(const Place& place, Verdict& target);
void read(const Place& place, std::optional<Verdict>& target);
void read(const Place& place, Direction& target);
void read(const Place& place, ChartKind& target);
void read(const Place& place, ChecklistPhase& target);
void read(const Place& place, std::map<std::string, std::uint64_t>& target);

template <class Item>
void read(const Place& place, std::vector<Item>& items) {
  if (!place.value().is_array()) return place.fail_type("an array");
  items.reserve(place.value().size());
  for (const Json& value : place.value()) {
    const Place item = place.below(std::to_string(items.size()), value);
    read(item, items.emplace_back());
  }
}

// The member `name` of an object, which must be there.
template <class Target>
void member(const Place& object, const char* name, Target& target) {
  if (!object.value().is_object()) return object.fail_type("an object");
  const auto found = object.value().find(name);
  if (found == object.value().end()) return object.fail(std::string(name) + " is missing");
  read(object.below(name, *found), target);
}

// The same for what reports have since version 2: in an older one the target keeps what it holds.
template <class Target>
void member_since_2(const Place& object, const char* name, Target& target) {
  if (object.document().version >= 2) member(object, name, target);
}

// The same for what a report may leave out: where it does, the target keeps what it holds.
template <class Target>
void member_if_there(const Place& object, const char* name, Target& target) {
  if (object.value().contains(name)) member(object, name, target);
}

}  // namespace cutover::reports::reading
