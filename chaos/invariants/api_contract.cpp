// The HTTP interface keeps its contract, in the storm too: the right status for each request, and
// pages of a shelf that hold what was asked for (R3.9, U01, U04, U07, U08).

#include <algorithm>
#include <string>

#include "chaos/invariants/checks.h"
#include "chaos/invariants/tables.h"

namespace cutover::chaos {
namespace {

bool is_right(const Exchange& exchange, Duration healthy) {
  const auto& allowed = exchange.allowed;
  if (std::find(allowed.begin(), allowed.end(), exchange.status) != allowed.end()) return true;
  const bool trouble = exchange.status >= 502 && exchange.status <= 504;
  return exchange.services && trouble && exchange.asked < healthy;
}

void check_page(const Aftermath& aftermath, const ShelfPage& page, std::vector<Violation>& found) {
  const auto wrong = [&](const std::string& isbn, const char* text) {
    found.push_back(violated("shelf_pages", page.user + " " + isbn, text));
  };
  if (page.items.size() > page.limit) wrong("", "a page has more entries than its limit");
  std::int64_t newest = INT64_MAX;
  std::set<std::string> here;
  for (const ShelfItem& item : page.items) {
    if (!aftermath.live.shelves.contains({page.user, item.isbn})) {
      wrong(item.isbn, "shows an entry that this user never made");
    }
    if (!page.status.empty() && item.status != page.status) {
      wrong(item.isbn, "has another status than was asked for");
    }
    if (item.rating < page.rating_min) wrong(item.isbn, "is rated lower than was asked for");
    if (item.added_at > newest) wrong(item.isbn, "is newer than the entry before it");
    newest = item.added_at;
    if (!here.insert(item.isbn).second) wrong(item.isbn, "stands twice on one page");
  }
}

}  // namespace

std::vector<Violation> check_api_contract(const Aftermath& aftermath) {
  const Duration healthy = healthy_from(aftermath.played);
  std::vector<Violation> found;
  for (const Exchange& exchange : aftermath.live.exchanges) {
    if (!exchange.oddity.empty()) {
      found.push_back(violated("api_contract", exchange.what, exchange.oddity));
    }
    if (is_right(exchange, healthy)) continue;
    std::string text = "answered " + std::to_string(exchange.status) + "; right is";
    for (const int status : exchange.allowed) text += " " + std::to_string(status);
    found.push_back(violated("api_contract", exchange.what, std::move(text)));
  }
  return found;
}

std::vector<Violation> check_shelf_pages(const Aftermath& aftermath) {
  std::vector<Violation> found;
  for (const ShelfPage& page : aftermath.live.pages) check_page(aftermath, page, found);
  return found;
}

}  // namespace cutover::chaos
