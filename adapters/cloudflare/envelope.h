// The envelope in which Cloudflare's API answers: {success, errors: [{code, message}], result,
// ...}.
//
// Owns the parsed document; elements taken from it live as long as it does. One thread at a time.
// Source: reference facts A4.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cutover::cloudflare {

class Envelope {
 public:
  // The body may be anything.
  explicit Envelope(const std::string& body);

  // Is it a JSON object with a `success`?
  [[nodiscard]] bool valid() const { return valid_; }
  [[nodiscard]] bool success() const { return success_; }

  // Of the first error; 0 when there is none.
  [[nodiscard]] std::int64_t code() const;
  [[nodiscard]] bool has_code(std::int64_t code) const;
  // All errors' messages, "; " between them.
  [[nodiscard]] const std::string& text() const { return text_; }

  // False when there is nothing at this place: "/result", "/result_info/cursor".
  template <class T>
  [[nodiscard]] bool get(std::string_view place, T& value) const {
    return valid_ && root_.at_pointer(place).get(value) == simdjson::SUCCESS;
  }

 private:
  simdjson::dom::parser parser_;
  simdjson::dom::element root_;
  bool valid_ = false;
  bool success_ = false;
  std::vector<std::int64_t> codes_;
  std::string text_;
};

}  // namespace cutover::cloudflare
