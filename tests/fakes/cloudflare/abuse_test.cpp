// Requests that make no sense, many of them and from many sides: nothing breaks, nothing is learnt,
// and right answers follow. CUTOVER_ABUSE_REQUESTS=100000 sends as many as the acceptance asks.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <thread>
#include <vector>

#include "core/ports/random.h"
#include "tests/adapters/http/raw_client.h"
#include "tests/fakes/cloudflare/served.h"

namespace cutover::simulate {
namespace {

std::uint64_t requests_wanted() {
  const char* text = std::getenv("CUTOVER_ABUSE_REQUESTS");
  const std::uint64_t number = text == nullptr ? 0 : std::strtoull(text, nullptr, 10);
  return number == 0 ? 4'000 : number;
}

// Good requests of every kind, which are then spoilt.
std::vector<std::string> good_requests(const std::string& place, const std::string& database) {
  const std::string head = " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + test_token + "\r\n";
  const auto with_body = [&head](const std::string& line, const std::string& body) {
    return line + head +
           "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
  };
  const std::string binding =
      "cutover-binding: kv/" + place.substr(place.rfind('/') + 1) + "/0\r\n\r\n";
  return {
      "GET " + account + place + "/keys?limit=10&prefix=b" + head + "\r\n",
      "GET " + account + place + "/values/sentinel" + head + "\r\n",
      with_body("PUT " + account + place + "/bulk", R"([{"key":"k","value":"v","metadata":{}}])"),
      with_body("POST " + account + place + "/bulk/get", R"({"keys":["a","b"]})"),
      with_body("POST " + account + database + "/query", R"({"sql":"SELECT ?1","params":[1]})"),
      with_body("POST " + account + "/d1/database", R"({"name":"another"})"),
      with_body("PUT /_cutover/limits", R"({"requests_max":0})"),
      with_body("POST /_cutover/books", R"([{"isbn":"9780439785969","book":{"title":"T"}}])"),
      "GET /books/v1/volumes?q=isbn:9780439785969" + head + "\r\n",
      "GET /_cutover/history?since=0&limit=5" + head + "\r\n",
      "GET /k?urlencoded=true" + head + binding,
  };
}

// Cut, flipped, doubled, filled: 1 to 8 times.
std::string spoilt(std::string text, RandomStream& random) {
  for (std::uint64_t times = 1 + random.below(8); times > 0 && !text.empty(); --times) {
    const std::size_t at = random.below(text.size());
    const std::size_t length = random.below(std::min<std::size_t>(64, text.size() - at) + 1);
    switch (random.below(6)) {
      case 0: text.resize(at); break;
      case 1: text[at] = static_cast<char>(random.below(256)); break;
      case 2: text.erase(at, length); break;
      case 3: text.insert(at, text.substr(at, length)); break;
      case 4: text.insert(at, std::string(length, "\0%{\r[\""[random.below(6)])); break;
      default: text.insert(at, std::to_string(random.next())); break;
    }
  }
  return text;
}

TEST(SimulatedAbuse, R8_10_NonsenseFromEverySideBreaksNothing) {
  constexpr std::uint64_t sides = 16;
  Served served;
  const std::string place = served.new_namespace();
  const std::string database = served.new_database();
  served.put("/_cutover/limits", {{"requests_max", 0}});
  ASSERT_EQ(served.ask("PUT", place + "/values/sentinel", "stands").status, 200);
  const auto good = good_requests(place, database);
  const std::uint64_t each = requests_wanted() / sides + 1;
  std::atomic<std::uint64_t> answered = 0;
  std::atomic<std::uint64_t> broken = 0;  // 5xx are faults, and none is set
  std::vector<std::thread> threads;
  for (std::uint64_t side = 0; side < sides; ++side) {
    threads.emplace_back([&, side] {
      RandomStream random(20261127, "abuse " + std::to_string(side));
      for (std::uint64_t i = 0; i < each; ++i) {
        http::RawClient client(served.port());
        client.send(spoilt(good[random.below(good.size())], random));
        client.end_of_requests();  // what was cut short is not waited for
        const std::string answer = client.answer();
        if (answer.empty()) continue;
        ++answered;
        if (answer.starts_with("HTTP/1.1 5")) ++broken;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_GT(answered, each);
  EXPECT_EQ(broken, 0U);
  const Reply after = served.get("/_cutover/state");
  EXPECT_EQ(after.status, 200) << after.body;
  EXPECT_EQ(served.query(database, {{"sql", "SELECT 1 AS one"}}).result()[0]["results"][0]["one"],
            1);
}

TEST(SimulatedAbuse, R8_10_TwoHundredConnectionsAtOnceAreServed) {
  constexpr int connections = 200;
  Served served;
  const std::string place = served.new_namespace();
  served.put("/_cutover/limits", {{"requests_max", 0}});
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < connections; ++i) {
    threads.emplace_back([&, i] {
      const std::string path = place + "/values/k" + std::to_string(i);
      const std::string value = "v" + std::to_string(i);
      const bool put = served.ask("PUT", path, value, "text/plain").status == 200;
      if (put && served.get(path).body == value) ++right;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, connections);
}

}  // namespace
}  // namespace cutover::simulate
