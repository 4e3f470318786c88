#include "scenarios/live/http.h"

#include <utility>

#include "core/api/user_token.h"

namespace cutover::scenarios {

api::Pairs authorised(const std::string& token) {
  return {{"Authorization", "Bearer " + token}, {"Content-Type", "application/json"}};
}

api::HttpRequest get_request(std::string path, api::Pairs query) {
  return {"GET", std::move(path), std::move(query), {}, ""};
}

api::HttpRequest search_request(const std::string& isbn) {
  return get_request("/v1/search/isbn", {{"isbn", isbn}});
}

std::string user_token(const std::string& secret, const std::string& user) {
  constexpr std::int64_t good_until = 4'000'000'000;  // seconds since 1970
  return api::mint_user_token(secret, user, good_until);
}

std::string_view json_after(std::string_view text, std::string_view name, std::size_t from) {
  std::size_t begin = text.find(name, from);
  if (begin == std::string_view::npos) return {};
  begin += name.size();
  if (begin < text.size() && text[begin] == '"') {
    for (std::size_t end = begin + 1; end < text.size(); ++end) {
      if (text[end] == '\\') {
        ++end;
      } else if (text[end] == '"') {
        return text.substr(begin, end + 1 - begin);
      }
    }
    return {};
  }
  return text.substr(begin, text.find_first_of(",}]", begin) - begin);
}

std::string_view unquoted(std::string_view text) {
  return text.size() < 2 || text.front() != '"' ? std::string_view()
                                                : text.substr(1, text.size() - 2);
}

std::string_view book_in(std::string_view body) {
  constexpr std::string_view name = "\"book\":";
  const std::size_t begin = body.find(name);
  const std::size_t end = body.rfind("},\"metadata\":");
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) return {};
  return body.substr(begin + name.size(), end - begin - name.size());
}

}  // namespace cutover::scenarios
