#include "tests/target/deployment.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "scenarios/reference/isbn_text.h"
#include "target/evidence.h"

namespace cutover::target {
namespace {

using nlohmann::json;

std::string isbn_of(std::size_t number) {
  std::string digits = std::to_string(978'044'900'000 + number);
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) sum += (i % 2 == 0 ? 1 : 3) * (digits[i] - '0');
  return digits + std::to_string((10 - sum % 10) % 10);
}

// As KV held it, in the provider's form.
json held(std::size_t number) {
  const std::string n = std::to_string(number);
  return {{"title", "Title " + n},
          {"authors", {"Author " + n, "Second Author"}},
          {"publisher", "Publisher " + n},
          {"publishedDate", "2004-05-0" + std::to_string(1 + number % 9)},
          {"description", "Description " + n},
          {"pageCount", 100 + number},
          {"categories", {"Fiction"}},
          {"language", "de"},
          {"imageLinks", {{"thumbnail", "http://books.google.com/" + n + "/thumbnail.jpg"}}}};
}

// As the contract has it.
json answered(std::size_t number) {
  json book = held(number);
  const std::string url = "https://books.google.com/" + std::to_string(number) + "/thumbnail.jpg";
  book["isbn"] = isbn_of(number);
  book["authorsDetailed"] = nullptr;
  book["imageLinks"] = {{"large", url}, {"medium", url}, {"thumbnail", url}};
  return book;
}

// A book of which little is known, and much of that in another form.
json held_sparse() {
  return {{"title", 1984}, {"authors", "One Author"}, {"pageCount", "309"}, {"publisher", " "}};
}

json answered_sparse(std::size_t number) {
  json book = {{"isbn", isbn_of(number)},
               {"title", "1984"},
               {"authors", {"One Author"}},
               {"pageCount", 309}};
  for (const char* none : {"authorsDetailed", "publishedDate", "publisher", "language",
                           "categories", "description", "imageLinks"}) {
    book[none] = nullptr;
  }
  return book;
}

std::string record(const std::string& key, const std::string& value, bool expires = false) {
  json record = {{"key", key}, {"value", value}};
  if (expires) record["expiration"] = Deployment::expiry_of_the_first;
  return record.dump() + "\n";
}

std::string bearer(const api::HttpRequest& request) {
  const auto header = request.header("Authorization");
  return header && header->starts_with("Bearer ") ? std::string(header->substr(7)) : "";
}

}  // namespace

api::HttpResponse json_answer(int status, const json& body) {
  api::HttpResponse response;
  response.status = status;
  response.body = body.dump();
  return response;
}

api::HttpResponse refusal(int status, const std::string& code) {
  return json_answer(status, {{"success", false},
                              {"error", {{"code", code}, {"message", "no"}}},
                              {"metadata", json::object()}});
}

std::string query_of(const api::HttpRequest& request, const std::string& name) {
  for (const auto& [key, value] : request.query) {
    if (key == name) return value;
  }
  return {};
}

Deployment::Deployment(std::size_t books) {
  std::string dump;
  for (std::size_t i = 0; i < books; ++i) {
    const bool sparse = i % 10 == 7;
    isbns_.push_back(isbn_of(i));
    books_[isbns_.back()] = sparse ? answered_sparse(i) : answered(i);
    dump += record("book:isbn:" + isbns_.back(), (sparse ? held_sparse() : held(i)).dump(), i == 0);
  }
  dump += record("book:isbn:9780451524935", "null");
  dump += record("book:isbn:9780061120084", "not json");
  dump += record("session:1", "x");
  static int number = 0;
  dump_ = (std::filesystem::temp_directory_path() /
           ("cutover-target-" + std::to_string(::getpid()) + "-" + std::to_string(number++)))
              .string();
  std::ofstream(dump_) << dump;
  http::ServerOptions options;
  auto started = http::HttpServer::start(
      options, [this](const api::HttpRequest& request) { return answer(request); });
  if (!started) throw std::runtime_error(started.error());
  server_ = std::move(*started);
}

Deployment::~Deployment() {
  server_->stop();
  std::filesystem::remove(dump_);
}

AcceptanceOptions Deployment::options() const {
  AcceptanceOptions options;
  options.url = "http://127.0.0.1:" + std::to_string(server_->port());
  options.dump = dump_;
  options.now_seconds = 1'764'000'000;
  return options;
}

std::vector<std::string> Deployment::methods() {
  const std::lock_guard lock(mutex_);
  return {methods_.begin(), methods_.end()};
}

std::string Deployment::shelf() {
  const std::lock_guard lock(mutex_);
  return json(shelf_).dump();
}

api::HttpResponse Deployment::answer(const api::HttpRequest& request) {
  if (odd) {
    if (auto strange = odd(request)) return *strange;
  }
  api::HttpResponse response;
  {
    const std::lock_guard lock(mutex_);
    methods_.insert(request.method);
    response = right(request);
  }
  if (change) change(request, response);
  return response;
}

api::HttpResponse Deployment::right(const api::HttpRequest& request) {
  const std::string& path = request.path;
  if (path.starts_with("/v1/library/")) return library(request);
  if (request.method != "GET") return refusal(405, "METHOD_NOT_ALLOWED");
  if (path == "/health") return json_answer(200, {{"success", true}});
  if (path == "/v1/search/isbn") return search(request, false);
  if (path == "/search") return search(request, true);
  if (path != "/admin/migration-status") return refusal(404, "ROUTE_NOT_FOUND");
  if (bearer(request).empty()) return refusal(401, "UNAUTHORIZED");
  if (bearer(request) != admin_token) return refusal(403, "FORBIDDEN");
  const json totals = {{"listed", 43}, {"inserted", 40}};
  return json_answer(200, {{"success", true}, {"data", {{"run", {{"totals", totals}}}}}});
}

api::HttpResponse Deployment::search(const api::HttpRequest& request, bool of_before) {
  const std::string text = query_of(request, "isbn");
  const auto reading = reference::read_isbn(text);
  if (text.size() > 32 || reading.isbn.empty()) return refusal(400, "INVALID_ISBN");
  const auto book = books_.find(reading.isbn);
  if (book == books_.end()) return refusal(404, "NOT_FOUND");
  const bool cached = !cached_.insert(reading.isbn).second;
  json body = of_before ? book->second : json::object();
  body["success"] = true;
  body["data"] = {{"book", book->second}};
  body["metadata"] = {{"source", cached ? "cache" : "d1"}, {"cached", cached}};
  return json_answer(200, body);
}

api::HttpResponse Deployment::library(const api::HttpRequest& request) {
  if (bearer(request).empty()) return refusal(401, "UNAUTHORIZED");
  if (bearer(request) != user_token) return refusal(403, "FORBIDDEN");
  if (!request.path.starts_with("/v1/library/reader")) return refusal(403, "FORBIDDEN");
  if (request.path != "/v1/library/reader") return write(request);
  if (query_of(request, "rating") == "abc") return refusal(400, "INVALID_REQUEST");
  json list = json::array();
  for (const auto& [isbn, entry] : shelf_) {
    json item = books_.at(isbn);
    item.update(entry);
    item["publication_year"] = 2004;
    const std::string rating = query_of(request, "rating");
    const std::string year = query_of(request, "year");
    const std::string status = query_of(request, "status");
    const bool fits = (rating.empty() || entry["rating"] >= std::stoi(rating)) &&
                      (year.empty() || year == "2004") &&
                      (status.empty() || entry["status"] == status);
    if (fits) list.push_back(item);
  }
  return json_answer(200,
                     {{"success", true}, {"data", {{"books", list}, {"nextCursor", nullptr}}}});
}

api::HttpResponse Deployment::write(const api::HttpRequest& request) {
  if (request.method == "DELETE") {
    const bool gone = shelf_.erase(request.path.substr(request.path.rfind('/') + 1)) > 0;
    return gone ? json_answer(200, {{"success", true}}) : refusal(404, "NOT_FOUND");
  }
  if (request.method != "POST") return refusal(405, "METHOD_NOT_ALLOWED");
  const json body = json::parse(request.body);
  json& entry = shelf_[body.at("isbn").get<std::string>()];
  entry.update(body);
  return json_answer(200, {{"success", true}, {"data", {{"added", true}}}});
}

std::set<std::string> named(const reports::Report& report, reports::Verdict verdict) {
  std::set<std::string> names;
  for (const reports::Criterion& one : report.criteria) {
    if (one.verdict == verdict) names.insert(one.name);
  }
  return names;
}

std::string found_by(const reports::Report& report, const std::string& name) {
  for (const reports::Criterion& one : report.criteria) {
    if (one.name == name) return what_was_found(one);
  }
  return "there is no such criterion";
}

}  // namespace cutover::target
