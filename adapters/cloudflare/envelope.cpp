#include "adapters/cloudflare/envelope.h"

#include <algorithm>

namespace cutover::cloudflare {

Envelope::Envelope(const std::string& body) {
  valid_ = parser_.parse(body).get(root_) == simdjson::SUCCESS &&
           root_["success"].get(success_) == simdjson::SUCCESS;
  if (!valid_) return;
  simdjson::dom::array errors;
  if (root_["errors"].get(errors) != simdjson::SUCCESS) return;
  for (const simdjson::dom::element error : errors) {
    std::int64_t code = 0;
    if (error["code"].get(code) == simdjson::SUCCESS) codes_.push_back(code);
    std::string_view message;
    if (error["message"].get(message) != simdjson::SUCCESS) continue;
    if (!text_.empty()) text_ += "; ";
    text_ += message;
  }
}

std::int64_t Envelope::code() const {
  return codes_.empty() ? 0 : codes_.front();
}

bool Envelope::has_code(std::int64_t code) const {
  return std::find(codes_.begin(), codes_.end(), code) != codes_.end();
}

}  // namespace cutover::cloudflare
