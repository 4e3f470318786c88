#include "fakes/cloudflare/account_handlers.h"

namespace cutover::simulate {
namespace {

// Every account id reaches the same services; this is the one that is shown.
constexpr const char* account_id = "00000000000000000000000000000001";
constexpr const char* token_id = "00000000000000000000000000000002";

Json account() {
  return {{"id", account_id}, {"name", "Simulated account"}, {"type", "standard"}};
}

Json info(std::size_t count) {
  return {{"page", 1}, {"per_page", 20}, {"count", count}, {"total_count", count}};
}

}  // namespace

Answer list_accounts(Desk&, const Asked&) {
  return success(Json::array({account()}), info(1));
}

Answer list_memberships(Desk&, const Asked&) {
  const Json membership{{"id", token_id}, {"status", "accepted"}, {"account", account()}};
  return success(Json::array({membership}), info(1));
}

Answer show_user(Desk&, const Asked&) {
  return success({{"id", token_id}, {"email", "operator@example.com"}});
}

Answer verify_token(Desk&, const Asked&) {
  return success({{"id", token_id}, {"status", "active"}});
}

}  // namespace cutover::simulate
