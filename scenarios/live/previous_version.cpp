#include "scenarios/live/previous_version.h"

#include <utility>
#include <variant>

#include "core/api/envelope.h"
#include "core/books/canonical_json.h"
#include "core/books/transform.h"

namespace cutover::scenarios {
namespace {

constexpr std::int64_t kept_seconds = 86'400;  // seconds

api::HttpResponse failed(Runtime& runtime, int status, std::string_view code, std::string message) {
  return api::failure(runtime.wall(), {status, code, std::move(message), {}, {}});
}

std::string key_of(const books::Isbn& isbn) {
  return std::string(books::plan_prefix) + isbn.str();
}

}  // namespace

api::HttpResponse PreviousVersion::handle(const api::HttpRequest& request) {
  if (request.path == "/health") {
    return api::success(runtime_.wall(), R"({"status":"ok","version":"previous"})");
  }
  if (request.path != "/v1/search/isbn" && request.path != "/search") {
    return failed(runtime_, 404, "ROUTE_NOT_FOUND", "there is no such path");
  }
  for (const auto& [name, value] : request.query) {
    const auto parsed = books::Isbn::parse(value);
    if (name == "isbn" && parsed) return search(parsed->isbn);
  }
  return failed(runtime_, 400, "INVALID_ISBN", "send an ISBN-10 or ISBN-13");
}

api::HttpResponse PreviousVersion::search(const books::Isbn& isbn) {
  const auto found = [this](const std::string& book, const char* source) {
    const std::string cached = source == std::string_view("cache") ? "true" : "false";
    return api::success(
        runtime_.wall(), R"({"book":)" + book + "}", 200,
        std::string(R"({"source":")") + source + R"(","cached":)" + cached + R"(,"stale":false})");
  };
  if (const auto book = from_kv(isbn)) return found(*book, "cache");
  const auto answer = provider_.find(isbn.str());
  if (!answer) return failed(runtime_, 502, "PROVIDER_ERROR", "the book provider failed");
  if (!*answer) return failed(runtime_, 404, "NOT_FOUND", "no such book");
  books::Transform transform;
  const auto made = books::live_row(isbn.str(), **answer, runtime_.wall().millis(), transform);
  const auto* row = std::get_if<books::BookRow>(&made);
  if (row == nullptr) return failed(runtime_, 404, "NOT_FOUND", "no such book");
  KvPutOptions options;
  options.expiration_ttl = kept_seconds;
  static_cast<void>(
      kv_.put(key_of(isbn), row->canonical_metadata, options));  // a cache: best effort
  return found(books::canonical_json(*row), "provider");
}

std::optional<std::string> PreviousVersion::from_kv(const books::Isbn& isbn) {
  const auto value = kv_.get(key_of(isbn));
  if (!value || !*value) return std::nullopt;
  books::Transform transform;
  auto made = transform(books::Source{key_of(isbn), (**value).bytes, std::nullopt});
  const auto* row = std::get_if<books::BookRow>(&made);
  if (row == nullptr) return std::nullopt;
  return books::canonical_json(*row);
}

}  // namespace cutover::scenarios
