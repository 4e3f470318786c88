#include "adapters/http/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <random>
#include <stdexcept>
#include <thread>

#include "tests/adapters/http/raw_client.h"

namespace cutover::http {
namespace {

using testing::HasSubstr;
using testing::Not;

// Answers what it was asked: method, path, body.
api::HttpResponse echo(const api::HttpRequest& request) {
  if (request.path == "/throw") throw std::runtime_error("a secret");
  if (request.path == "/throw-int") throw 7;
  api::HttpResponse response;
  response.content_type = "text/plain";
  response.headers = {{"X-Test", "yes"}, {"X-Evil", "a\r\nSet-Cookie: b"}};
  response.status = request.path == "/none" ? 204 : 200;
  response.body = request.method + " " + request.path + " " + request.body;
  return response;
}

std::unique_ptr<HttpServer> serve(const ServerOptions& options = {}, Handler handler = echo) {
  auto server = HttpServer::start(options, std::move(handler));
  EXPECT_TRUE(server) << server.error();
  return std::move(*server);
}

TEST(HttpServer, AnswersEveryMethod) {
  const auto server = serve();
  for (const std::string method :
       {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"}) {
    const std::string answer = ask(server->port(), method + " /a HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(status_of(answer), "200");
    EXPECT_EQ(body_of(answer), method + " /a ");
  }
}

TEST(HttpServer, AnswersHeadWithTheLengthAndWithoutTheBody) {
  const auto server = serve();
  RawClient client(server->port());
  client.send("HEAD /abc HTTP/1.1\r\nHost: x\r\n\r\nGET /d HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.answer(true), HasSubstr("Content-Length: 10\r\n"));
  EXPECT_EQ(body_of(client.answer()), "GET /d ");
}

TEST(HttpServer, KeepsTheConnectionAndAnswersPipelinedRequestsInOrder) {
  const auto server = serve();
  RawClient client(server->port());
  client.send(
      "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nPOST /2 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi"
      "\r\nGET /none HTTP/1.1\r\nHost: x\r\n\r\nGET /3 HTTP/1.1\r\nHost: x\r\nConnection: "
      "close\r\n\r\n");
  EXPECT_EQ(body_of(client.answer()), "GET /1 ");
  EXPECT_EQ(body_of(client.answer()), "POST /2 hi");
  EXPECT_EQ(status_of(client.answer()), "204");
  const std::string last = client.answer();
  EXPECT_EQ(body_of(last), "GET /3 ");
  EXPECT_THAT(last, HasSubstr("Connection: close"));
  EXPECT_TRUE(client.closed());
}

TEST(HttpServer, ReadsBodiesOfAnyMethodThatComeInPieces) {
  const auto server = serve();
  RawClient client(server->port());
  client.send("DELETE /a HTTP/1.1\r\nHost: x\r\nContent-Le");
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  client.send("ngth: 4\r\n\r\nab");
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  client.send("cd");
  EXPECT_EQ(body_of(client.answer()), "DELETE /a abcd");
}

TEST(HttpServer, ReadsChunkedBodies) {
  const auto server = serve();
  const std::string head = "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(
      body_of(ask(server->port(), head + "3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nT: 1\r\n\r\n")),
      "POST /a abc0123456789");
  for (const char* broken :
       {"x\r\n", "3\r\nabcd\r\n", "-1\r\n", "\r\n", " 3\r\nabc\r\n", "fffffffffffffffffff\r\n"}) {
    EXPECT_EQ(status_of(ask(server->port(), head + broken + "0\r\n\r\n")), "400") << broken;
  }
  EXPECT_EQ(status_of(ask(server->port(), head + "fffff\r\n")), "413");
}

TEST(HttpServer, AsksForTheBodyOfWhoWaitsToBeAsked) {
  const auto server = serve();
  RawClient client(server->port());
  client.send("PUT /a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(client.answer(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("ok");
  EXPECT_EQ(body_of(client.answer()), "PUT /a ok");
}

TEST(HttpServer, RefusesWithAnEnvelopeNotWithAnEmptyBody) {
  const auto server = serve();
  const auto check = [&](const std::string& bytes, const char* status, const char* code) {
    const std::string answer = ask(server->port(), bytes);
    EXPECT_EQ(status_of(answer), status) << bytes.substr(0, 60);
    EXPECT_THAT(answer, HasSubstr("Content-Type: application/json"));
    EXPECT_THAT(body_of(answer),
                HasSubstr("{\"success\":false,\"error\":{\"code\":\"" + std::string(code)));
    EXPECT_THAT(answer, HasSubstr("Connection: close"));
  };
  check("GET /% HTTP/1.1\r\nHost: x\r\n\r\n", "400", "INVALID_REQUEST");
  check("GET / HTTP/1.1\nHost: x\n\n", "400", "INVALID_REQUEST");
  check("\x16\x03\x01\x02\x01\r\n\r\n", "400", "INVALID_REQUEST");
  check("GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n", "414", "URI_TOO_LONG");
  check("GET /" + std::string(100'000, 'a'), "414", "URI_TOO_LONG");
  check("GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(40'000, 'a'), "431", "HEADERS_TOO_LARGE");
  check("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n" + std::string(900'000, 'a'),
        "413", "PAYLOAD_TOO_LARGE");
}

TEST(HttpServer, AThrowingHandlerIsA500ThatTellsNothing) {
  const auto server = serve();
  for (const char* path : {"/throw", "/throw-int"}) {
    const std::string answer =
        ask(server->port(), "GET " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(status_of(answer), "500");
    EXPECT_THAT(body_of(answer), HasSubstr("INTERNAL_ERROR"));
    EXPECT_THAT(answer, Not(HasSubstr("secret")));
  }
}

TEST(HttpServer, LeavesOutAHeaderThatWouldSplitTheAnswer) {
  const auto server = serve();
  const std::string answer = ask(server->port(), "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("X-Test: yes\r\n"));
  EXPECT_THAT(answer, Not(HasSubstr("Set-Cookie")));
}

TEST(HttpServer, NobodyHoldsAThreadBySendingSlowly) {
  ServerOptions options;
  options.threads = 1;
  options.connection.head_timeout = std::chrono::milliseconds(150);
  options.connection.body_timeout = std::chrono::milliseconds(150);
  options.connection.idle_timeout = std::chrono::milliseconds(150);
  const auto server = serve(options);
  RawClient silent(server->port());
  EXPECT_TRUE(silent.closed()) << "idle";
  RawClient slow(server->port());
  for (int i = 0; i < 8 && slow.send("G"); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
  }
  EXPECT_EQ(status_of(slow.answer()), "408") << "head";
  RawClient half(server->port());
  half.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc");
  EXPECT_EQ(status_of(half.answer()), "408") << "body";
  EXPECT_EQ(status_of(ask(server->port(), "GET / HTTP/1.1\r\nHost: x\r\n\r\n")), "200");
}

TEST(HttpServer, RequestsInFlightAreAnsweredWhenItStops) {
  std::promise<void> begun;
  std::promise<void> go_on;
  auto server = serve({}, [&](const api::HttpRequest& request) {
    begun.set_value();
    go_on.get_future().wait();
    return echo(request);
  });
  RawClient idle(server->port());
  RawClient client(server->port());
  client.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  begun.get_future().wait();
  auto stopped = std::async(std::launch::async, [&] { return server->stop(); });
  EXPECT_TRUE(idle.closed());
  EXPECT_EQ(stopped.wait_for(std::chrono::milliseconds(50)), std::future_status::timeout);
  go_on.set_value();
  const std::string answer = client.answer();
  EXPECT_EQ(body_of(answer), "GET /slow ");
  EXPECT_THAT(answer, HasSubstr("Connection: close"));
  EXPECT_TRUE(stopped.get());
  EXPECT_EQ(ask(server->port(), "GET / HTTP/1.1\r\nHost: x\r\n\r\n"), "") << "nobody listens";
}

TEST(HttpServer, ARequestThatOutlastsTheBoundIsCut) {
  ServerOptions options;
  options.drain = std::chrono::milliseconds(50);
  std::promise<void> begun;
  auto server = serve(options, [&](const api::HttpRequest& request) {
    begun.set_value();
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    return echo(request);
  });
  RawClient client(server->port());
  client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  begun.get_future().wait();
  EXPECT_FALSE(server->stop());
  EXPECT_EQ(client.answer(), "");
}

TEST(HttpServer, APortThatIsTakenIsAClearError) {
  const auto first = serve();
  ServerOptions options;
  options.port = first->port();
  const auto second = HttpServer::start(options, echo);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error(), HasSubstr("127.0.0.1:" + std::to_string(first->port())));
  EXPECT_THAT(second.error(), HasSubstr("in use"));
}

TEST(HttpServer, ServesMoreConnectionsThanItHasThreadsInTurn) {
  ServerOptions options;
  options.threads = 2;
  options.connection.idle_timeout = std::chrono::milliseconds(50);
  const auto server = serve(options);
  std::atomic<int> answered = 0;
  std::vector<std::thread> clients;
  for (int i = 0; i < 20; ++i) {
    clients.emplace_back([&] {
      answered += status_of(ask(server->port(), "GET / HTTP/1.1\r\nHost: x\r\n\r\n")) == "200";
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(answered, 20);
}

// Bytes made from pieces of requests: whatever comes, it is a 2xx or a 4xx, or silence from a
// server that still serves.
TEST(HttpServer, SurvivesThousandsOfGeneratedRequests) {
  ServerOptions options;
  options.connection.head_timeout = std::chrono::milliseconds(200);
  options.connection.body_timeout = std::chrono::milliseconds(200);
  const auto server = serve(options);
  const std::vector<std::string> pieces = {"GET ",
                                           "POST ",
                                           "/a",
                                           "?x=%",
                                           " HTTP/1.1",
                                           "\r\n",
                                           "\r\n\r\n",
                                           "Host: x\r\n",
                                           ":",
                                           "\n",
                                           "Content-Length: 3\r\n",
                                           "Transfer-Encoding: chunked\r\n",
                                           "abc",
                                           "0\r\n\r\n",
                                           "5\r\n",
                                           std::string(1, '\0'),
                                           "\xFF\xFE",
                                           " ",
                                           "\t",
                                           "Expect: 100-continue\r\n",
                                           std::string(5000, 'a'),
                                           "POST /a HTTP/1.1\r\nHost: x\r\n",
                                           "GET / HTTP/1.1\r\nHost: x\r\n\r\n"};
  std::mt19937 random(20261123);
  int answered = 0;
  for (int i = 0; i < 3000; ++i) {
    std::string bytes;
    for (auto left = 1 + random() % 12; left > 0; --left) bytes += pieces[random() % pieces.size()];
    RawClient client(server->port());
    client.send(bytes);
    client.end_of_requests();
    const std::string answer = client.rest();
    if (answer.empty()) continue;
    ++answered;
    const std::string status = status_of(answer);
    EXPECT_TRUE(status[0] == '2' || status[0] == '4' || status == "100") << status << bytes;
    EXPECT_EQ(answer.find("HTTP/1.1 5"), std::string::npos) << bytes;
  }
  EXPECT_GT(answered, 2000);
  EXPECT_EQ(status_of(ask(server->port(), "GET / HTTP/1.1\r\nHost: x\r\n\r\n")), "200");
}

}  // namespace
}  // namespace cutover::http
