// The routes: every path of this service, who may use it, what it takes, who answers.
//
// docs/api/openapi.yaml lists the same ones; a test compares them (plan defect U06).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/api/problem.h"

namespace cutover::api {

struct Call;

// Answers with a success, or says why not. May switch.
using Handler = Checked<HttpResponse> (*)(Call& call);

enum class Access : std::uint8_t { everybody, user, admin };  // user: that of :userId, or the admin
enum class Takes : std::uint8_t { no_body, json, maybe_json };
enum class Kind : std::uint8_t { search, library_read, library_write, admin, probe };

struct Route {
  std::string_view method;
  std::string_view pattern;  // a segment that begins with a colon stands for any text
  Handler handler;
  Access access;
  Kind kind;
  Takes takes;
  std::vector<std::string_view> query = {};   // parameters that may be given
  std::vector<std::string_view> fields = {};  // of the body
};

[[nodiscard]] const std::vector<Route>& routes();

struct Match {
  const Route* route = nullptr;              // none: see the next two
  bool path_known = false;                   // some route has this path
  std::string allow;                         // without a route: the methods of this path
  std::vector<std::string_view> parameters;  // what stands for :userId and :isbn, in order
};

// HEAD counts as GET here.
[[nodiscard]] Match match_route(std::string_view method, std::string_view path);

}  // namespace cutover::api
