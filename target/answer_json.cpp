#include "target/answer_json.h"

#include <algorithm>
#include <cctype>

#include "reports/text.h"

namespace cutover::target {
namespace {

constexpr std::size_t shown_characters_max = 120;

bool type_is(const Told& told, std::string_view wanted) {
  std::string type = told.content_type.substr(0, told.content_type.find(';'));
  std::transform(type.begin(), type.end(), type.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return type.find(wanted) != std::string::npos;
}

}  // namespace

std::optional<Json> json_in(const Told& told) {
  bool too_deep = false;
  // The library's parser does not recurse, but copying and comparing what it made would.
  const auto bounded = [&too_deep](int depth, Json::parse_event_t event, Json&) {
    const bool opens =
        event == Json::parse_event_t::object_start || event == Json::parse_event_t::array_start;
    if (opens && depth >= answer_levels_max) too_deep = true;
    return !too_deep;
  };
  Json json = Json::parse(told.body, bounded, false);
  if (json.is_discarded() || too_deep) return std::nullopt;
  return json;
}

const Json* value_at(const Json& json, std::string_view path) {
  const Json* at = &json;
  while (!path.empty()) {
    const std::size_t dot = std::min(path.find('.'), path.size());
    if (!at->is_object()) return nullptr;
    const auto found = at->find(std::string(path.substr(0, dot)));
    if (found == at->end()) return nullptr;
    at = &*found;
    path.remove_prefix(std::min(dot + 1, path.size()));
  }
  return at;
}

Json book_in(const Json& answer) {
  const Json* book = value_at(answer, "data.book");
  return book != nullptr && book->is_object() ? *book : Json();
}

bool says_json(const Told& told) {
  return type_is(told, "json");
}

bool says_html(const Told& told) {
  return type_is(told, "html");
}

bool is_refusal(const Json& answer) {
  const Json* success = value_at(answer, "success");
  const Json* code = value_at(answer, "error.code");
  const Json* message = value_at(answer, "error.message");
  return success != nullptr && *success == false && code != nullptr && code->is_string() &&
         message != nullptr && message->is_string();
}

std::string said(const Told& told) {
  if (told.status == 0) return "no answer (" + told.silence + ")";
  std::string text = std::to_string(told.status);
  if (!told.location.empty()) text += " to " + shown(told.location);
  return text;
}

std::string shown(std::string_view text) {
  return reports::clipped(reports::visible(text.substr(0, shown_characters_max * 8)),
                          shown_characters_max);
}

std::string shown_value(const Json& value) {
  return shown(value.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace cutover::target
