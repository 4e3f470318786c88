#include "fakes/cloudflare/json_input.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace cutover::simulate {
namespace {

constexpr int levels_max = 64;
constexpr int members_max = 1000;  // of one object: they are looked up one after the other

struct TooLarge {
  const char* what;
};

tl::unexpected<ApiError> invalid(std::string message) {
  return tl::unexpected(ApiError{400, code_invalid, std::move(message)});
}

std::string range_of(std::int64_t low, std::int64_t high) {
  return "must be a whole number from " + std::to_string(low) + " to " + std::to_string(high);
}

}  // namespace

Checked<Json> parse_json(std::string_view bytes) {
  std::array<int, levels_max + 1> members{};  // of the open object at each level
  const auto bounded = [&](int depth, Json::parse_event_t event, const Json&) {
    if (depth > levels_max) throw TooLarge{"is nested deeper than 64 levels"};
    int& here = members.at(static_cast<std::size_t>(depth));
    if (event == Json::parse_event_t::key && ++here > members_max) {
      throw TooLarge{"has an object with more than 1000 members"};
    }
    if (event == Json::parse_event_t::object_end) {
      if (depth < levels_max) members.at(static_cast<std::size_t>(depth) + 1) = 0;
    }
    return true;
  };
  try {
    return Json::parse(bytes, bounded);
  } catch (const Json::exception&) {
    return invalid("the body is not JSON");
  } catch (const TooLarge& bound) {
    return invalid(std::string("the body's JSON ") + bound.what);
  }
}

Checked<Json> parse_object(std::string_view bytes) {
  auto json = parse_json(bytes);
  if (json && !json->is_object()) return invalid("the body must be a JSON object");
  return json;
}

Checked<std::string> text_member(const Json& object, const char* name, std::size_t bytes_max) {
  const auto found = object.find(name);
  if (found == object.end()) return invalid(std::string(name) + ": is missing");
  if (!found->is_string()) return invalid(std::string(name) + ": must be a text");
  auto text = found->get<std::string>();
  if (text.empty() || text.size() > bytes_max) {
    return invalid(std::string(name) + ": must have 1 to " + std::to_string(bytes_max) + " bytes");
  }
  return text;
}

Checked<std::optional<std::int64_t>> number_member(const Json& object, const char* name,
                                                   std::int64_t low, std::int64_t high) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return std::optional<std::int64_t>();
  const bool fits = found->is_number_integer() &&
                    (!found->is_number_unsigned() ||
                     found->get<std::uint64_t>() <= static_cast<std::uint64_t>(INT64_MAX));
  if (!fits || found->get<std::int64_t>() < low || found->get<std::int64_t>() > high) {
    return invalid(std::string(name) + ": " + range_of(low, high));
  }
  return std::optional(found->get<std::int64_t>());
}

std::optional<ApiError> only_members(const Json& object,
                                     std::initializer_list<std::string_view> names) {
  for (const auto& [name, value] : object.items()) {
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    return ApiError{400, code_invalid, name.substr(0, 64) + ": is not a field of this request"};
  }
  return std::nullopt;
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return number;
}

const std::string* query_value(const api::HttpRequest& request, std::string_view name) {
  for (const auto& [key, value] : request.query) {
    if (key == name) return &value;
  }
  return nullptr;
}

Checked<std::int64_t> query_number(const api::HttpRequest& request, std::string_view name,
                                   std::int64_t low, std::int64_t high, std::int64_t otherwise) {
  const std::string* text = query_value(request, name);
  if (text == nullptr || text->empty()) return otherwise;
  const auto number = whole_number(*text);
  if (!number || *number < low || *number > high) {
    return invalid(std::string(name) + ": " + range_of(low, high));
  }
  return *number;
}

}  // namespace cutover::simulate
