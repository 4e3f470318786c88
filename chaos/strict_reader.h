// StrictReader: reads one JSON object of a file that people write: what is missing, of the wrong
// kind, out of bounds or unknown is an error that names the field. Only the first is kept. For
// source files: it brings the whole JSON library along.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

namespace cutover::chaos {

class StrictReader {
 public:
  StrictReader(const nlohmann::json& object, std::string where, std::string& error)
      : object_(object), where_(std::move(where)), error_(error) {
    if (!object.is_object()) fail("", "must be an object");
  }

  std::string text(const char* name, bool required) {
    const nlohmann::json* value = find(name, required);
    if (value == nullptr) return "";
    if (!value->is_string()) {
      fail(name, "must be a text");
      return "";
    }
    return value->get<std::string>();
  }

  std::uint64_t number(const char* name, std::uint64_t low, std::uint64_t high,
                       std::optional<std::uint64_t> otherwise) {
    const nlohmann::json* value = find(name, !otherwise);
    if (value == nullptr) return otherwise.value_or(low);
    if (!value->is_number_unsigned() || value->get<std::uint64_t>() < low ||
        value->get<std::uint64_t>() > high) {
      fail(name,
           "must be a whole number from " + std::to_string(low) + " to " + std::to_string(high));
      return low;
    }
    return value->get<std::uint64_t>();
  }

  const nlohmann::json* part(const char* name) { return find(name, false); }

  // Each element of a list, if it is there, until something is wrong.
  template <class Each>
  void list(const char* name, Each&& each) {
    const nlohmann::json* value = find(name, false);
    if (value == nullptr) return;
    if (!value->is_array()) fail(name, "must be a list");
    for (std::size_t i = 0; value->is_array() && i < value->size() && error_.empty(); ++i) {
      each((*value)[i], inside(name) + "[" + std::to_string(i) + "]");
    }
  }

  void nothing_else() {
    if (!object_.is_object()) return;
    for (const auto& [name, value] : object_.items()) {
      if (!known_.contains(name)) fail(name, "is not a field that belongs there");
    }
  }

  [[nodiscard]] std::string inside(const std::string& name) const {
    return where_ + (where_.empty() || name.empty() ? "" : ".") + name;
  }

  void fail(const std::string& name, const std::string& what) {
    if (!error_.empty()) return;
    error_ = inside(name);
    if (error_.empty()) error_ = "the file";
    error_ += ": " + what;
  }

 private:
  const nlohmann::json* find(const char* name, bool required) {
    known_.insert(name);
    if (!object_.is_object()) return nullptr;
    const auto found = object_.find(name);
    if (found != object_.end()) return &*found;
    if (required) fail(name, "is missing");
    return nullptr;
  }

  const nlohmann::json& object_;
  std::string where_;
  std::string& error_;
  std::set<std::string> known_;
};

// "kv, d1, provider": the names of a table's rows, for errors.
template <class Rows>
std::string names_of(const Rows& rows) {
  std::string names;
  for (const auto& row : rows) names.append(names.empty() ? "" : ", ").append(row.name);
  return names;
}

}  // namespace cutover::chaos
