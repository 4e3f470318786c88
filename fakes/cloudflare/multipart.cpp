#include "fakes/cloudflare/multipart.h"

#include <algorithm>
#include <cctype>

namespace cutover::simulate {
namespace {

constexpr std::size_t fields_max = 16;
constexpr std::size_t boundary_bytes_max = 70;  // RFC 2046

std::string lower(std::string_view text) {
  std::string small(text);
  std::transform(small.begin(), small.end(), small.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return small;
}

// The value of `name=` in a header's parameters: a word, or quoted. Empty: there is none.
std::string parameter(std::string_view header, std::string_view name) {
  const std::string small = lower(header);
  const std::string wanted = std::string(name) + "=";
  std::size_t at = small.find(wanted);
  // "filename=" also ends in "name=".
  while (at != std::string::npos && at > 0 && small[at - 1] != ' ' && small[at - 1] != ';') {
    at = small.find(wanted, at + 1);
  }
  if (at == std::string::npos) return {};
  std::string_view value = header.substr(at + wanted.size());
  if (!value.starts_with('"')) return std::string(value.substr(0, value.find_first_of("; \t\r")));
  std::string text;
  for (std::size_t i = 1; i < value.size() && value[i] != '"'; ++i) {
    if (value[i] == '\\' && i + 1 < value.size()) ++i;
    text += value[i];
  }
  return text;
}

// The field's name from the part's headers; empty when they do not tell.
std::string name_of_part(std::string_view headers) {
  while (!headers.empty()) {
    const std::size_t end = headers.find("\r\n");
    const std::string_view line = headers.substr(0, end);
    if (lower(line.substr(0, 20)).starts_with("content-disposition:")) {
      return parameter(line, "name");
    }
    headers = end == std::string_view::npos ? std::string_view() : headers.substr(end + 2);
  }
  return {};
}

}  // namespace

bool is_multipart(std::string_view content_type) {
  return lower(content_type.substr(0, 19)) == "multipart/form-data";
}

std::optional<std::map<std::string, std::string>> parse_multipart(std::string_view content_type,
                                                                  std::string_view body) {
  const std::string boundary = parameter(content_type, "boundary");
  if (boundary.empty() || boundary.size() > boundary_bytes_max) return std::nullopt;
  const std::string opening = "--" + boundary;
  const std::string delimiter = "\r\n" + opening;
  if (!body.starts_with(opening)) return std::nullopt;
  body.remove_prefix(opening.size());
  std::map<std::string, std::string> fields;
  for (std::size_t parts = 0; !body.starts_with("--"); ++parts) {
    if (parts == fields_max || !body.starts_with("\r\n")) return std::nullopt;
    const std::size_t head_end = body.find("\r\n\r\n");
    if (head_end == std::string_view::npos || head_end < 2) return std::nullopt;
    const std::string name = name_of_part(body.substr(2, head_end - 2));
    const std::size_t end = body.find(delimiter, head_end + 2);
    if (name.empty() || end == std::string_view::npos) return std::nullopt;
    // An empty part's delimiter may begin with the line end of its headers.
    const std::size_t begin = std::min(head_end + 4, end);
    fields[name] = std::string(body.substr(begin, end - begin));
    body.remove_prefix(end + delimiter.size());
  }
  return fields;
}

}  // namespace cutover::simulate
