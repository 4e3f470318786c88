// BookProvider: where unknown books come from: Google Books, or whatever answers like it.
//
// "There is no such book" is an answer, not a failure (R3.10): a failure says nothing about the
// book and must never be remembered as its absence (plan defect R14).
//
// The call may switch (ports/runtime.h) and may be made from any task of the process. Failures,
// none of which has an effect: throttled (a quota is used up; retry_after says until when, and
// `retryable` is false when that is hours away), unavailable (5xx, backendFailed), timeout,
// connection_lost, unauthorized (key or referrer refused, service not enabled, unknown location),
// limit_exceeded (the answer is larger than answer_bytes_max), malformed (HTML, broken JSON).
// Source: reference facts D.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/ports/outcome.h"

namespace cutover {

struct ProviderLimits {
  static constexpr std::size_t answer_bytes_max = 4 * 1024 * 1024;
};

class BookProvider {
 public:
  BookProvider() = default;
  BookProvider(const BookProvider&) = delete;
  BookProvider& operator=(const BookProvider&) = delete;
  virtual ~BookProvider() = default;

  // The provider's answer about this ISBN-13 (13 digits): JSON, a search answer with its items, as
  // received. Nothing: it answered that it has none (`totalItems` 0). Which item of the answer is
  // the book, and whether it is one at all, is for books::Transform to judge.
  virtual Outcome<std::optional<std::string>> find(std::string_view isbn13) = 0;
};

}  // namespace cutover
