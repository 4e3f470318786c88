#include "load/request_source.h"

#include <algorithm>

#include "core/ports/check.h"
#include "scenarios/generate.h"

namespace cutover::load {
namespace {

// Where in the row of generated ISBNs the books begin that nobody knows yet, and those that nobody
// ever will.
constexpr std::uint64_t fresh_from = 600'000'000;
constexpr std::uint64_t unknown_from = 700'000'000;
constexpr std::uint64_t unknown_isbns = 1'000'000;

}  // namespace

RequestSource::RequestSource(const Profile& profile, std::uint64_t seed,
                             std::vector<std::string> known, std::vector<std::string> users)
    : known_(std::move(known)),
      users_(std::move(users)),
      popularity_(std::max<std::size_t>(known_.size(), 1), profile.popularity) {
  const Mix& mix = profile.mix;
  up_to_ = {mix.search_known, mix.search_fresh, mix.search_unknown, mix.library_read,
            mix.library_write};
  for (std::size_t i = 1; i < kind_count; ++i) up_to_[i] += up_to_[i - 1];
  all_known_.insert(known_.begin(), known_.end());
  RandomStream random(seed, "popularity");
  for (std::size_t i = known_.size(); i > 1; --i) std::swap(known_[i - 1], known_[random.below(i)]);
  if (mix.search_fresh <= 0) return;
  for (std::uint64_t i = 0; fresh_.size() < profile.fresh_books; ++i) {
    std::string isbn = scenarios::isbn13_of(fresh_from + i);
    if (all_known_.insert(isbn).second) fresh_.push_back(std::move(isbn));
  }
}

Request RequestSource::draw(RandomStream& random) const {
  constexpr std::uint64_t fine = 1U << 30;
  const double chosen =
      up_to_.back() * static_cast<double>(random.below(fine)) / static_cast<double>(fine);
  const auto kind = std::upper_bound(up_to_.begin(), up_to_.end(), chosen) - up_to_.begin();
  Request request;
  if (kind == 1) {
    request.wanted = Wanted::fresh;
    request.isbn = fresh_[random.below(fresh_.size())];
    return request;
  }
  if (kind == 2) {
    request.wanted = Wanted::unknown;
    request.isbn = unknown_isbn(random);
    return request;
  }
  if (kind >= 3) {
    CUTOVER_CHECK(!users_.empty(), "library routes need users");
    request.route = kind == 3 ? Route::library_read : Route::library_write;
    request.user = users_[random.below(users_.size())];
    if (kind == 3) return request;
  }
  CUTOVER_CHECK(!known_.empty(), "there must be a book to ask for");
  request.isbn = known_[popularity_.draw(random)];
  return request;
}

std::string RequestSource::unknown_isbn(RandomStream& random) const {
  for (;;) {
    std::string isbn = scenarios::isbn13_of(unknown_from + random.below(unknown_isbns));
    if (!all_known_.contains(isbn)) return isbn;
  }
}

}  // namespace cutover::load
