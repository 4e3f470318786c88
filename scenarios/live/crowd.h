// Crowd: what people ask for: kinds of requests as exact shares of each thousand, and which book or
// user is drawn from the asking isolate's stream.
//
// Popular books are asked for again and again, rare ones each once (in their order, over all
// isolates), and the rest of the world's ISBNs belong to nobody. Library users write and read their
// shelves, and the crowd remembers what was confirmed, so that a loss is seen.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/api/http_message.h"
#include "scenarios/live/meter.h"

namespace cutover::scenarios {

struct CrowdOptions {
  std::vector<std::string> popular;  // ISBNs; at least one
  std::vector<std::string> rare;     // ISBNs; asked for once each, then popular ones instead
  std::uint64_t rare_per_mille = 0;
  std::uint64_t unknown_per_mille = 0;  // ISBNs that nobody has
  std::uint64_t library_per_mille = 0;  // of which one in three writes
  std::uint64_t users = 20;
  std::string user_secret;
};

// One request, and what must be known of it to judge the answer.
struct Wish {
  api::HttpRequest request;
  Asked asked = Asked::search;
  std::string isbn;
  std::string user;     // of a library request
  bool writes = false;  // ... adds the book to the shelf
};

class Crowd {
 public:
  explicit Crowd(CrowdOptions options) : options_(std::move(options)) {}

  // `random` gives the next number of the asking isolate's stream.
  [[nodiscard]] Wish next(const std::function<std::uint64_t()>& random);

  // An answer of a library came. True: it is wrong (an entry that this user never made, or one that
  // was confirmed and is gone from a shelf that was read whole).
  bool judge_shelf(const Wish& wish, const api::HttpResponse& answer);

  // By user: ISBNs that an answer said to be on the shelf. Nobody removes any.
  [[nodiscard]] const std::map<std::string, std::set<std::string>>& confirmed() const {
    return confirmed_;
  }
  [[nodiscard]] std::size_t rare_left() const { return options_.rare.size() - rare_asked_; }

  // Changes the shares while it runs.
  [[nodiscard]] CrowdOptions& options() { return options_; }

 private:
  std::uint64_t next_lot();
  [[nodiscard]] Wish library_wish(const std::function<std::uint64_t()>& random);

  CrowdOptions options_;
  std::uint64_t lots_ = 0;
  std::size_t rare_asked_ = 0;
  std::uint64_t unknown_asked_ = 0;
  std::map<std::string, std::set<std::string>> attempted_;
  std::map<std::string, std::set<std::string>> confirmed_;
};

}  // namespace cutover::scenarios
