// RequestSource: draws the requests of a load, by the profile's mix and popularity.
#pragma once

#include <array>
#include <set>
#include <string>
#include <vector>

#include "core/ports/random.h"
#include "load/distributions.h"
#include "load/profile.h"
#include "load/request.h"

namespace cutover::load {

class RequestSource {
 public:
  // `known` and `users` must not be empty where the mix asks for them. The seed decides which of
  // the known books are popular.
  RequestSource(const Profile& profile, std::uint64_t seed, std::vector<std::string> known,
                std::vector<std::string> users);

  // May be called by many tasks at once, each with a stream of its own.
  [[nodiscard]] Request draw(RandomStream& random) const;

  // The books that only the provider knows at first.
  [[nodiscard]] const std::vector<std::string>& fresh() const { return fresh_; }

 private:
  [[nodiscard]] std::string unknown_isbn(RandomStream& random) const;

  static constexpr std::size_t kind_count = 5;
  std::array<double, kind_count> up_to_{};  // cumulated shares, in the order of Mix
  std::vector<std::string> known_;          // the most popular first
  std::vector<std::string> fresh_;
  std::vector<std::string> users_;
  std::set<std::string, std::less<>> all_known_;  // fresh ones included
  Zipf popularity_;
};

}  // namespace cutover::load
