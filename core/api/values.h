// Values from outside, checked: what a user id, an ISBN, a status, a rating, a year may be (R3.9,
// plan defects R13, U04, U07). Each refusal is a 400 that names the input and says what is allowed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/api/problem.h"
#include "core/books/isbn.h"
#include "core/store/shelf.h"

namespace cutover::api {

inline constexpr std::size_t isbn_text_bytes_max = 32;
inline constexpr std::size_t reason_bytes_max = 1000;
inline constexpr std::int64_t page_limit_default = 50;

// Any accepted way of writing an ISBN. INVALID_REQUEST when there is none, else INVALID_ISBN.
[[nodiscard]] Checked<books::Isbn> checked_isbn(std::optional<std::string_view> text);

// 1 to 200 bytes of text without control characters.
[[nodiscard]] Checked<std::string> checked_user(std::string_view text);

[[nodiscard]] Checked<std::string> checked_status(std::string_view text);
[[nodiscard]] Checked<std::int64_t> checked_rating(std::int64_t rating);

// Digits only; `name` is the parameter's, for the message. No text: nothing.
[[nodiscard]] Checked<std::optional<std::int64_t>> checked_number(
    std::string_view name, std::optional<std::string_view> text, std::int64_t low,
    std::int64_t high);

// "true" or "false", in lower case. No text: false.
[[nodiscard]] Checked<bool> checked_switch(std::string_view name,
                                           std::optional<std::string_view> text);

// Up to 100,000 bytes without a zero byte.
[[nodiscard]] Checked<std::string> checked_review(std::string text);

// Why an operator does something: 1 to 1,000 bytes without control characters.
[[nodiscard]] Checked<std::string> checked_reason(const std::optional<std::string>& text);

// The cursor of a page of a library, and its text.
[[nodiscard]] Checked<std::optional<store::ShelfPlace>> checked_place(
    std::optional<std::string_view> cursor);
[[nodiscard]] std::string cursor_of(const store::ShelfPlace& place);

}  // namespace cutover::api
