// Who may do what, as far as GETs can show it (R2.9, R3.7; plan defect U01). No answer's content is
// told: it may be somebody's shelf.
#include <array>

#include <fmt/format.h>

#include "adapters/cloudflare/api_client.h"
#include "target/acceptance.h"
#include "target/check.h"

namespace cutover::target {
namespace {

const std::string status_path = "/admin/migration-status";

// No token of anybody's, and none that a service would take for one by mistake.
constexpr const char* wrong_token = "this-is-nobodys-token";

Found closed_without_a_token(Tour& tour, const std::string& path, const std::string& what) {
  Complaints open;
  std::string unsure;
  bool absent = false;
  for (const auto& [who, token] : {std::pair<std::string, std::string>{"without a token", ""},
                                   {"with a wrong token", wrong_token}}) {
    const Answer answer = tour.ask({"GET", path, token, ""}, what + " " + who);
    const int status = answer.status;
    if (status == 401 || status == 403) continue;
    if (status == 404 || status == 0) {
      absent = absent || status == 404;
      unsure += fmt::format("{}{}: {}", unsure.empty() ? "" : "; ", who, said(answer));
      continue;
    }
    open.add(fmt::format("{} {} is answered with {}", what, who, said(answer)));
  }
  if (open.count() == 0 && !unsure.empty()) {
    return cannot_say(what + ": " + unsure +
                      (absent ? ". There is no such route, or it hides" : ""));
  }
  return open.found(what + " without a token, and with a wrong one: 401 or 403");
}

Found the_admins_routes_are_closed(Tour& tour) {
  return closed_without_a_token(tour, status_path, "GET " + status_path);
}

Found a_shelf_is_its_owners(Tour& tour) {
  const std::string user = tour.options.user.empty() ? "testuser" : tour.options.user;
  return closed_without_a_token(tour, "/v1/library/" + cloudflare::percent_encoded(user),
                                "a user's shelf");
}

// The numbers of an object, "listed 60, inserted 60"; those of our own and of a team's status.
std::string figures_in(const Json& answer) {
  for (const char* path : {"data.run.totals", "data.outcomes", "data"}) {
    const Json* object = value_at(answer, path);
    if (object == nullptr || !object->is_object()) continue;
    std::string figures;
    for (const auto& [name, value] : object->items()) {
      if (!value.is_number()) continue;
      figures += (figures.empty() ? "" : ", ") + shown(name) + " " + shown_value(value);
      if (figures.size() > 400) break;
    }
    if (!figures.empty()) return figures;
  }
  return "no figures";
}

Found the_admin_sees_the_migration(Tour& tour) {
  const Answer answer = tour.visit.ask({"GET", status_path, tour.options.admin_token, ""});
  if (answer.status == 0) return cannot_say("GET " + status_path + ": " + said(answer));
  const auto json = json_in(answer);
  if (answer.status != 200 || !json) {
    return fails("GET " + status_path + " with the admin's token is answered with " + said(answer) +
                 (json ? "" : ", and no JSON"));
  }
  return holds("the migration's status: " + figures_in(*json));
}

constexpr std::array for_everybody = {
    Check{"the admin's routes are closed to strangers", "R2.9", "401 or 403",
          the_admins_routes_are_closed},
    Check{"a shelf is closed to strangers", "R3.7", "401 or 403", a_shelf_is_its_owners},
};
constexpr std::array for_the_admin = {
    Check{"the admin sees the migration's status", "R2.9", "200", the_admin_sees_the_migration},
};

}  // namespace

std::span<const Check> access_checks() {
  return for_everybody;
}

std::span<const Check> admin_checks() {
  return for_the_admin;
}

}  // namespace cutover::target
