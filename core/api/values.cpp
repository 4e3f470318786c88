#include "core/api/values.h"

#include "core/api/text_rules.h"
#include "core/store/user_library.h"

namespace cutover::api {
namespace {

using store::LibraryLimits;

}  // namespace

Checked<books::Isbn> checked_isbn(std::optional<std::string_view> text) {
  if (!text || text->empty()) return bad_request("an ISBN is required, as in isbn=9780439708180");
  if (text->size() > isbn_text_bytes_max) {
    return refuse(400, "INVALID_ISBN",
                  "an ISBN has at most " + std::to_string(isbn_text_bytes_max) + " characters");
  }
  const auto parsed = books::Isbn::parse(*text);
  if (!parsed) {
    return refuse(
        400, "INVALID_ISBN",
        shown(*text) + " is no ISBN-10 or ISBN-13 (" + std::string(name_of(parsed.error())) + ")");
  }
  return parsed->isbn;
}

Checked<std::string> checked_user(std::string_view text) {
  if (text.empty() || text.size() > LibraryLimits::user_id_bytes_max || !is_clean_text(text)) {
    return bad_request("a user id is text of 1 to " +
                       std::to_string(LibraryLimits::user_id_bytes_max) +
                       " bytes without control characters");
  }
  return std::string(text);
}

Checked<std::string> checked_status(std::string_view text) {
  if (text != "want_to_read" && text != "reading" && text != "completed") {
    return bad_request("status " + shown(text) +
                       " is unknown; it is want_to_read, reading or completed");
  }
  return std::string(text);
}

Checked<std::int64_t> checked_rating(std::int64_t rating) {
  if (rating < 1 || rating > 5) return bad_request("a rating is a whole number from 1 to 5");
  return rating;
}

Checked<std::optional<std::int64_t>> checked_number(std::string_view name,
                                                    std::optional<std::string_view> text,
                                                    std::int64_t low, std::int64_t high) {
  if (!text) return std::optional<std::int64_t>();
  const auto value = whole_number(*text, low, high);
  if (!value) {
    return bad_request(std::string(name) + " must be a whole number from " + std::to_string(low) +
                       " to " + std::to_string(high) + ", not " + shown(*text));
  }
  return std::optional<std::int64_t>(*value);
}

Checked<bool> checked_switch(std::string_view name, std::optional<std::string_view> text) {
  if (!text || *text == "false") return false;
  if (*text == "true") return true;
  return bad_request(std::string(name) + " must be true or false, not " + shown(*text));
}

Checked<std::string> checked_review(std::string text) {
  if (text.size() > LibraryLimits::review_bytes_max) {
    return bad_request("a review has at most " + std::to_string(LibraryLimits::review_bytes_max) +
                       " bytes");
  }
  if (text.find('\0') != std::string::npos) {
    return bad_request("a review must not hold a zero character");
  }
  return text;
}

Checked<std::string> checked_reason(const std::optional<std::string>& text) {
  if (!text || text->empty() || text->size() > reason_bytes_max || !is_clean_text(*text)) {
    return bad_request("\"reason\" is required: text of 1 to " + std::to_string(reason_bytes_max) +
                       " bytes on one line, for the audit");
  }
  return *text;
}

Checked<std::optional<store::ShelfPlace>> checked_place(std::optional<std::string_view> cursor) {
  using Place = std::optional<store::ShelfPlace>;
  if (!cursor) return Place();
  const std::size_t dash = cursor->find('-');
  if (dash != std::string_view::npos) {
    const auto added_at = whole_number(cursor->substr(0, dash), 0, INT64_MAX);
    const auto id = whole_number(cursor->substr(dash + 1), 0, INT64_MAX);
    if (added_at && id) return Place(store::ShelfPlace{*added_at, *id});
  }
  return bad_request("cursor is not one of this service; take nextCursor of the page before");
}

std::string cursor_of(const store::ShelfPlace& place) {
  return std::to_string(place.added_at) + "-" + std::to_string(place.id);
}

}  // namespace cutover::api
