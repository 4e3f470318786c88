#include "scenarios/live/crowd.h"

#include <iterator>

#include "fakes/sim/sanitizers.h"
#include "scenarios/generate.h"
#include "scenarios/live/http.h"

namespace cutover::scenarios {
namespace {

// Far from all books of these worlds.
constexpr std::uint64_t nobodys_books = 900'000'000;
constexpr std::uint64_t shelf_max = 25;  // books

}  // namespace

Wish Crowd::next(const std::function<std::uint64_t()>& random) {
  const std::uint64_t which = random();
  const std::uint64_t lot = next_lot();
  if (lot >= 1000 - options_.library_per_mille) return library_wish(random);
  const sim::Quiet quiet;
  Wish wish;
  if (lot < options_.rare_per_mille && rare_asked_ < options_.rare.size()) {
    wish.isbn = options_.rare[rare_asked_++];
  } else if (lot >= options_.rare_per_mille &&
             lot < options_.rare_per_mille + options_.unknown_per_mille) {
    wish.isbn = isbn13_of(nobodys_books + unknown_asked_++);
  } else {
    wish.isbn = options_.popular[which % options_.popular.size()];
  }
  wish.request = search_request(wish.isbn);
  return wish;
}

// Each of 0 to 999 once in a thousand requests, neighbours far apart: the shares are exact.
std::uint64_t Crowd::next_lot() {
  const sim::Quiet quiet;
  return lots_++ * 619 % 1000;
}

Wish Crowd::library_wish(const std::function<std::uint64_t()>& random) {
  const std::uint64_t lot = random();
  const std::uint64_t which = random();
  const sim::Quiet quiet;
  Wish wish;
  wish.asked = Asked::library;
  wish.user = "user-" + std::to_string(which % options_.users);
  wish.request.path = "/v1/library/" + wish.user;
  wish.request.headers = authorised(user_token(options_.user_secret, wish.user));
  // On a full shelf entries are changed, so that one page shows it whole.
  auto& attempted = attempted_[wish.user];
  wish.writes = lot % 3 == 0;
  if (wish.writes) {
    if (attempted.size() < shelf_max) {
      wish.isbn = options_.popular[(which / options_.users) % options_.popular.size()];
      attempted.insert(wish.isbn);
    } else {
      wish.isbn = *std::next(attempted.begin(), static_cast<std::ptrdiff_t>(which % shelf_max));
    }
    wish.request.method = "POST";
    wish.request.path += "/books";
    wish.request.body = R"({"isbn":")" + wish.isbn + R"(","status":"reading","rating":)" +
                        std::to_string(1 + lot / 3 % 5) + "}";
  } else {
    wish.request.method = "GET";
    wish.request.query = {{"limit", std::to_string(shelf_max)}};
  }
  return wish;
}

bool Crowd::judge_shelf(const Wish& wish, const api::HttpResponse& answer) {
  const sim::Quiet quiet;
  if (wish.writes) {
    if (answer.status == 200 || answer.status == 201) confirmed_[wish.user].insert(wish.isbn);
    return false;
  }
  if (answer.status != 200) return false;
  const auto& attempted = attempted_[wish.user];
  constexpr std::string_view name = "\"isbn\":";
  const std::string_view body = answer.body;
  for (std::size_t at = body.find(name); at != std::string_view::npos;
       at = body.find(name, at + name.size())) {
    if (!attempted.contains(std::string(unquoted(json_after(body, name, at))))) return true;
  }
  return false;
}

}  // namespace cutover::scenarios
