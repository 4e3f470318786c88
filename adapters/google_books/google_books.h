// GoogleBooks: the BookProvider that asks Google Books v1, or a server that answers like it.
//
//   GET {base}/books/v1/volumes?q=isbn:{isbn}[&key=...][&country=..]
//
// Every answer is classified as reference facts D says: a quota (429, 403 and 400 by their reasons)
// is throttled, backendFailed is unavailable, a refused key is unauthorized, HTML or broken JSON
// malformed. It does not repeat a call that was answered; who asks decides that (ports/retry.h).
//
// The answer is bounded while it is read, and the whole call by one deadline. The key is sent, and
// stands in no message. Connections are kept and reused, at most connections_max of them; calls
// beyond wait for one. Safe to use from any thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "core/ports/book_provider.h"

namespace cutover::google_books {

struct GoogleBooksOptions {
  std::string base_url = "https://www.googleapis.com";  // http:// too; no path
  std::string key;                                      // empty: the shared, scarce quota
  std::string country;                                  // two letters; empty: by address
  std::size_t answer_bytes_max = ProviderLimits::answer_bytes_max;
  std::size_t connections_max = 8;
  Duration connect_timeout = std::chrono::seconds(3);
  Duration timeout =
      std::chrono::seconds(8);  // of a whole call, the wait for a connection included
};

class GoogleBooks final : public BookProvider {
 public:
  // Nothing is asked yet. The error says what is wrong with the options, and never shows the key.
  static tl::expected<std::unique_ptr<GoogleBooks>, std::string> create(
      const GoogleBooksOptions& options);
  ~GoogleBooks() override;

  Outcome<std::optional<std::string>> find(std::string_view isbn13) override;

 private:
  struct State;
  explicit GoogleBooks(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace cutover::google_books
