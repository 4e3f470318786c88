// Requests that people should not send, with the answers that are right for them (plan defects
// R13, U01, U04, U07). None may reach a service as what it seems to be, and none is a 500.

#include <array>

#include "chaos/users.h"
#include "core/api/user_token.h"

namespace cutover::chaos {
namespace {

struct Wrong {
  const char* what;
  const char* method;
  const char* path;  // %u: the user, %o: another one, %i: the ISBN
  const char* name;  // of a query parameter; null: none
  const char* value;
  const char* token;  // u: the user's, a: the admin's, f: a forged one, -: none
  const char* body;
  int status;
};

constexpr const char* search_path = "/v1/search/isbn";
constexpr const char* shelf_path = "/v1/library/%u";
constexpr const char* add_path = "/v1/library/%u/books";
constexpr const char* entry_path = "/v1/library/%u/books/%i";

constexpr std::array<Wrong, 41> wrongs = {{
    {"a search without an ISBN", "GET", search_path, nullptr, "", "-", "", 400},
    {"a search for nothing", "GET", search_path, "isbn", "", "-", "", 400},
    {"a wrong check digit", "GET", search_path, "isbn", "9780306406158", "-", "", 400},
    {"too few digits", "GET", search_path, "isbn", "978030640615", "-", "", 400},
    {"no ISBN at all", "GET", search_path, "isbn", "BAD_DATA", "-", "", 400},
    {"SQL as an ISBN", "GET", search_path, "isbn", "' OR 1=1 --", "-", "", 400},
    {"a key as an ISBN", "GET", search_path, "isbn", "9780306406157:summary", "-", "", 400},
    {"a far too long ISBN", "GET", search_path, "isbn",
     "97803064061579780306406157978030640615797803064061579780306406157", "-", "", 400},
    {"an unknown parameter", "GET", search_path, "title", "x", "-", "", 400},
    {"an unknown status", "POST", add_path, nullptr, "", "u", R"({"isbn":"%i","status":"done"})",
     400},
    {"a rating of 0", "POST", add_path, nullptr, "", "u", R"({"isbn":"%i","rating":0})", 400},
    {"a rating of 6", "POST", add_path, nullptr, "", "u", R"({"isbn":"%i","rating":6})", 400},
    {"a rating of 4.5", "POST", add_path, nullptr, "", "u", R"({"isbn":"%i","rating":4.5})", 400},
    {"a rating in words", "POST", add_path, nullptr, "", "u", R"({"isbn":"%i","rating":"abc"})",
     400},
    {"a rating as text", "PATCH", entry_path, nullptr, "", "u", R"({"rating":"5"})", 400},
    {"a status of null", "PATCH", entry_path, nullptr, "", "u", R"({"status":null})", 400},
    {"a change of nothing", "PATCH", entry_path, nullptr, "", "u", "{}", 400},
    {"an unknown field", "PATCH", entry_path, nullptr, "", "u", R"({"stars":5})", 400},
    {"half a body", "POST", add_path, nullptr, "", "u", R"({"isbn":"%i","sta)", 400},
    {"a body of another kind", "POST", add_path, nullptr, "", "u", R"(["%i"])", 400},
    {"a field that stands twice", "PATCH", entry_path, nullptr, "", "u",
     R"({"rating":5,"rating":1})", 400},
    {"an addition without an ISBN", "POST", add_path, nullptr, "", "u", R"({"status":"reading"})",
     400},
    {"a wrong ISBN in the path", "PATCH", "/v1/library/%u/books/12345", nullptr, "", "u",
     R"({"rating":5})", 400},
    {"a filter by rating 0", "GET", shelf_path, "rating", "0", "u", "", 400},
    {"a filter by rating abc", "GET", shelf_path, "rating", "abc", "u", "", 400},
    {"a filter by rating 5x", "GET", shelf_path, "rating", "5x", "u", "", 400},
    {"a filter by rating 4.5", "GET", shelf_path, "rating", "4.5", "u", "", 400},
    {"a filter by year 0", "GET", shelf_path, "year", "0", "u", "", 400},
    {"a filter by no status", "GET", shelf_path, "status", "done", "u", "", 400},
    {"a page of 0", "GET", shelf_path, "limit", "0", "u", "", 400},
    {"a cursor of somewhere else", "GET", shelf_path, "cursor", "abc", "u", "", 400},
    {"another user's shelf", "GET", "/v1/library/%o", nullptr, "", "u", "", 403},
    {"an addition to another user's shelf", "POST", "/v1/library/%o/books", nullptr, "", "u",
     R"({"isbn":"%i","status":"completed","rating":1})", 403},
    {"a change of another user's entry", "PATCH", "/v1/library/%o/books/%i", nullptr, "", "u",
     R"({"rating":1})", 403},
    {"a removal of another user's entry", "DELETE", "/v1/library/%o/books/%i", nullptr, "", "u", "",
     403},
    {"a shelf without a token", "GET", shelf_path, nullptr, "", "-", "", 401},
    {"a shelf with a forged token", "GET", shelf_path, nullptr, "", "f", "", 401},
    {"an admin route without a token", "POST", "/admin/rollback", nullptr, "", "-",
     R"({"reason":"x"})", 401},
    {"an admin route with a user's token", "POST", "/admin/rollback", nullptr, "", "u",
     R"({"reason":"x"})", 403},
    {"a phase that there is not", "POST", "/admin/phase", nullptr, "", "a",
     R"({"phase":"half_way","reason":"x"})", 400},
    {"a flag that says nothing", "PUT", "/admin/flags", nullptr, "", "a", R"({"value":"maybe"})",
     400},
}};

std::string filled(std::string text, const std::string& user, const std::string& other,
                   const std::string& isbn) {
  for (const auto& [mark, value] : {std::pair{"%u", user}, {"%o", other}, {"%i", isbn}}) {
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark)) {
      text.replace(at, 2, value);
    }
  }
  return text;
}

}  // namespace

void Users::misbehave(const std::string& user, const std::string& isbn) {
  constexpr std::int64_t good_until = 4'000'000'000;
  const std::string other = user == "user-0" ? "user-1" : "user-0";
  for (int i = 0; i < 3; ++i) {
    const Wrong& wrong = wrongs[random() % wrongs.size()];
    api::HttpRequest request;
    request.method = wrong.method;
    request.path = filled(wrong.path, user, other, isbn);
    request.body = filled(wrong.body, user, other, isbn);
    if (wrong.name != nullptr) request.query = {{wrong.name, wrong.value}};
    if (!request.body.empty()) request.headers = {{"Content-Type", "application/json"}};
    std::string token;
    switch (wrong.token[0]) {
      case 'u': token = api::mint_user_token(user_secret, user, good_until); break;
      case 'a': token = admin_token; break;
      case 'f': token = api::mint_user_token("another s3cr3t", user, good_until); break;
      default: break;
    }
    if (!token.empty()) request.headers.emplace_back("Authorization", "Bearer " + token);
    const Duration asked = scheduler_.now();
    const api::HttpResponse answer = send(request);
    note(wrong.what, {wrong.status}, false, asked, answer);
  }
}

}  // namespace cutover::chaos
