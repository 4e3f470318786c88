// The HTTP interface attacked with generated requests: near to right ones, and wrong in every way
// that a request can be. Whatever comes in, what goes out is a documented kind of answer: never a
// 5xx for bad input, always a JSON envelope, and no memory kept.
#include <gtest/gtest.h>
#include <malloc.h>
#include <rapidcheck/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "adapters/sqlite/sqlite_database.h"
#include "adapters/sqlite/sqlite_kv.h"
#include "adapters/threads/thread_runtime.h"
#include "core/api/routes.h"
#include "core/api/system.h"
#include "core/api/user_token.h"
#include "core/ports/random.h"
#include "core/store/schema_migrations.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CUTOVER_UNDER_SANITIZER 1
// GCC's package has the function, but not the header <sanitizer/allocator_interface.h>.
extern "C" std::size_t __sanitizer_get_current_allocated_bytes();
#endif

namespace cutover::api {
namespace {

constexpr const char* admin_token = "the-admin-token";
constexpr const char* user_secret = "the-secret";

class Nobody final : public BookProvider {
 public:
  Outcome<std::optional<std::string>> find(std::string_view) override {
    return std::optional<std::string>();
  }
};

class Silent final : public Telemetry {
 public:
  void emit(std::string_view, std::span<const Field>) override {}
};

// The whole system on SQLite stores in memory, with one known book.
struct Target {
  Target() {
    SystemOptions options;
    options.api.admin_token = admin_token;
    options.api.user_secret = user_secret;
    options.lookup.remembered_max = 100;
    const auto applied = store::apply(*d1, store::embedded_migrations(), false);
    RC_ASSERT(applied.has_value() && applied->ok());
    const auto put = kv->put("book:isbn:9780439708180", R"({"title":"T","authors":["A"]})", {});
    RC_ASSERT(put.has_value());
    system = std::make_unique<System>(*kv, *d1, provider, *runtime, telemetry, options);
  }
  ~Target() { runtime.reset(); }  // waits for deferred work, which uses the rest

  std::unique_ptr<threads::ThreadRuntime> runtime = std::make_unique<threads::ThreadRuntime>(1);
  std::unique_ptr<Database> d1 = std::move(*sqlite::SqliteDatabase::open(":memory:"));
  std::unique_ptr<KvStore> kv = std::move(*sqlite::SqliteKv::open(":memory:", *runtime));
  Nobody provider;
  Silent telemetry;
  std::unique_ptr<System> system;
};

// Makes requests by drawing from a stream, so that a loop needs no generator of its own.
class Attacker {
 public:
  explicit Attacker(std::uint64_t seed) : random_(seed, "attack") {}

  HttpRequest next() {
    const Route& route = routes()[random_.below(routes().size())];
    HttpRequest request;
    request.method = odd() ? one_of(methods_) : std::string(route.method);
    request.path = path_of(route);
    std::uint64_t parameters = random_.below(odd() ? 40 : 4);
    while (parameters-- > 0) request.query.emplace_back(name_for(route.query), value());
    authorise(request);
    if (random_.chance(9, 10)) request.headers.emplace_back("Content-Type", "application/json");
    if (odd()) request.headers.emplace_back("Idempotency-Key", value());
    if (odd()) request.headers.emplace_back(value(), value());
    if (!route.fields.empty() || odd()) request.body = body_for(route.fields);
    return request;
  }

 private:
  bool odd() { return random_.chance(1, 5); }

  std::string one_of(const std::vector<std::string>& choices) {
    return choices[random_.below(choices.size())];
  }

  std::string name_for(const std::vector<std::string_view>& known) {
    if (known.empty() || odd()) return value();
    return std::string(known[random_.below(known.size())]);
  }

  std::string garbage(std::size_t bytes_max) {
    std::string bytes;
    for (std::uint64_t left = random_.below(bytes_max + 1); left > 0; --left) {
      bytes += static_cast<char>(random_.below(256));
    }
    return bytes;
  }

  std::string value() {
    if (odd()) return garbage(40);
    return one_of(values_);
  }

  std::string path_of(const Route& route) {
    std::string path;
    for (std::size_t i = 0; i < route.pattern.size(); ++i) {
      if (route.pattern[i] != ':') {
        path += route.pattern[i];
        continue;
      }
      path += random_.chance(1, 2) ? "ada" : value();
      while (i + 1 < route.pattern.size() && route.pattern[i + 1] != '/') ++i;
    }
    if (odd()) path.insert(random_.below(path.size() + 1), garbage(3));
    if (odd()) path.resize(random_.below(path.size() + 1));
    return path;
  }

  void authorise(HttpRequest& request) {
    switch (random_.below(8)) {
      case 0: return;
      case 1: request.headers.emplace_back("Authorization", garbage(60)); return;
      case 2: request.headers.emplace_back("authorization", "Bearer " + value()); return;
      case 3:
      case 4:
        request.headers.emplace_back(
            "Authorization", "bearer " + mint_user_token(user_secret, "ada", 4'000'000'000));
        return;
      default: request.headers.emplace_back("Authorization", std::string("Bearer ") + admin_token);
    }
  }

  std::string json_value() {
    switch (random_.below(9)) {
      case 0: return std::string(random_.below(200), '[');
      case 1: return "{\"a\":[1,{\"b\":null}]}";
      case 2: return std::to_string(random_.between(-3, 3000));
      case 3: return "1e999";
      case 4: return "123456789012345678901234567890";
      case 5: return "null";
      case 6: return "\"" + garbage(20) + "\"";
      case 7: return "\"" + std::string(random_.below(2000), 'x') + "\"";
      default: return "\"" + one_of(plain_values_) + "\"";
    }
  }

  std::string body_for(const std::vector<std::string_view>& fields) {
    if (odd()) return garbage(200);
    if (random_.chance(1, 50)) return std::string(300'000, 'x');
    if (random_.chance(1, 50)) return std::string(20'000, '[') + std::string(20'000, ']');
    std::string body = "{";
    std::uint64_t count = random_.below(5);
    while (count-- > 0) {
      const bool known = !fields.empty() && !odd();
      body += body.size() > 1 ? "," : "";
      body += "\"" + (known ? std::string(fields[random_.below(fields.size())]) : garbage(8));
      body += "\":" + json_value();
    }
    body += "}";
    if (odd()) body.resize(random_.below(body.size() + 1));
    return body;
  }

  const std::vector<std::string> methods_ = {"GET",     "HEAD", "POST", "PUT", "PATCH", "DELETE",
                                             "OPTIONS", "get",  "",     "X\n", "\xFF"};
  const std::vector<std::string> plain_values_ = {"9780439708180",
                                                  "0439708184",
                                                  "9780451524935",
                                                  "want_to_read",
                                                  "reading",
                                                  "done",
                                                  "true",
                                                  "false",
                                                  "50%",
                                                  "dual_write",
                                                  "d1_reads",
                                                  "978",
                                                  "5",
                                                  "2024",
                                                  ""};
  const std::vector<std::string> values_ = {"9780439708180",
                                            "978-0-439-70818-0",
                                            "080442957x",
                                            "' OR 1=1; DROP TABLE Books --",
                                            "ada",
                                            "0",
                                            "5",
                                            "5x",
                                            "-1",
                                            "2024",
                                            "100",
                                            "101",
                                            "99999999999999999999999",
                                            "want_to_read",
                                            "true",
                                            "True",
                                            "1-2",
                                            "\xF0\x9F\x93\x9A",
                                            "\xC0\xAF",
                                            "%00",
                                            std::string(1, '\0'),
                                            "../../etc",
                                            std::string(600, '9'),
                                            std::string(5000, 'k'),
                                            "",
                                            "NaN",
                                            "\r\nX: y"};
  RandomStream random_;
};

std::string complaint_about(const HttpRequest& request, const HttpResponse& answer) {
  const std::string what = request.method + " " + request.path + " -> " +
                           std::to_string(answer.status) + " " + answer.body.substr(0, 300);
  if (answer.status >= 500) return "a server error for bad input: " + what;
  if (answer.status < 200) return "no final status: " + what;
  if (request.method == "HEAD" || answer.status == 204) {
    return answer.body.empty() ? "" : "a body: " + what;
  }
  const auto body = nlohmann::json::parse(answer.body, nullptr, false);
  const bool success = answer.status < 400;
  if (!body.is_object() || body.value("success", !success) != success) {
    return "no envelope: " + what;
  }
  if (!body.contains(success ? "data" : "error") || !body.contains("metadata")) {
    return "half an envelope: " + what;
  }
  return {};
}

// What the program holds, not what its pages amount to: an allocator keeps freed pages as it likes,
// and a sanitizer's keeps them on purpose.
std::size_t bytes_in_use() {
#ifdef CUTOVER_UNDER_SANITIZER
  return __sanitizer_get_current_allocated_bytes();
#else
  const struct mallinfo2 heap = mallinfo2();
  return heap.uordblks + heap.hblkhd;
#endif
}

RC_GTEST_PROP(HttpRequests, R3_9_AnyRequestGetsAnEnvelopeAndNeverAServerError, ()) {
  Target target;
  Attacker attacker(*rc::gen::arbitrary<std::uint64_t>());
  for (int i = 0; i < 50; ++i) {
    const HttpRequest request = attacker.next();
    const std::string complaint = complaint_about(request, target.system->api().handle(request));
    if (!complaint.empty()) RC_FAIL(complaint);
  }
}

// Runs of arbitrary bytes in every place at once.
RC_GTEST_PROP(HttpRequests, R3_9_ArbitraryBytesAnywhereAreAnswered,
              (std::string method, std::string path, std::string body,
               std::vector<std::pair<std::string, std::string>> query,
               std::vector<std::pair<std::string, std::string>> headers)) {
  static Target target;
  const HttpRequest request{method, "/" + path, query, headers, body};
  const std::string complaint = complaint_about(request, target.system->api().handle(request));
  if (!complaint.empty()) RC_FAIL(complaint);
}

TEST(HttpRequests, AHundredThousandBadRequestsLeaveNoMemoryBehind) {
  Target target;
  Attacker attacker(7);
  std::size_t after_warm_up = 0;
  std::map<int, int> statuses;
  for (int i = 0; i < 120'000; ++i) {
    if (i == 20'000) after_warm_up = bytes_in_use();
    const HttpRequest request = attacker.next();
    const HttpResponse answer = target.system->api().handle(request);
    statuses[answer.status] += 1;
    const std::string complaint = complaint_about(request, answer);
    ASSERT_EQ(complaint, "") << "request " << i;
    if (i % 1000 == 0) target.system->tick();
  }
  const std::size_t at_the_end = bytes_in_use();
  const std::size_t grown = at_the_end - std::min(after_warm_up, at_the_end);
  EXPECT_LT(grown, std::size_t{2} << 20);
  for (const auto& [status, count] : statuses) {
    RecordProperty("answers_" + std::to_string(status), count);
    std::printf("%d: %d\n", status, count);
  }
  std::printf("memory grew by %zu KiB after the warm-up\n", grown / 1024);
  for (const int status : {200, 400, 401, 403, 404, 405, 413}) {
    EXPECT_GT(statuses[status], 0) << "the attack should meet " << status;
  }
}

}  // namespace
}  // namespace cutover::api
