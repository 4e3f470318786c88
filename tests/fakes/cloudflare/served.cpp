#include "tests/fakes/cloudflare/served.h"

#include <gtest/gtest.h>

#include <cstdio>

namespace cutover::simulate {

Served::Served(std::unique_ptr<Cloud> cloud)
    : simulator_(std::move(cloud), test_token, [this] { return clock.load(); }) {
  http::ServerOptions options;
  options.connection.limits.body_bytes_max = 100U << 20;
  options.connection.body_bytes_max = [this](const api::HttpRequest& request) {
    return simulator_.body_bytes_max(request);
  };
  options.connection.refusal = [](const http::HttpProblem& problem) {
    return Simulator::refusal(problem.status, problem.message);
  };
  auto server = http::HttpServer::start(options, [this](const api::HttpRequest& request) {
    auto answer = simulator_.answer(request);
    if (!answer) throw http::NoAnswer{};
    return std::move(*answer);
  });
  EXPECT_TRUE(server) << server.error();
  server_ = std::move(*server);
}

Reply Served::ask(const std::string& method, const std::string& path, const std::string& body,
                  const std::string& type, const std::string& authorization) {
  httplib::Client client("127.0.0.1", port());
  client.set_read_timeout(60);
  client.set_url_encode(false);
  httplib::Request request;
  request.method = method;
  const bool in_account = path.starts_with("/storage") || path.starts_with("/d1");
  request.path = in_account ? account + path : path;
  request.body = body;
  request.set_header("Content-Type", type);
  if (!authorization.empty()) request.set_header("Authorization", authorization);
  const httplib::Result result = client.send(request);
  if (!result) return {};
  return {result->status, result->body, result->headers};
}

std::string Served::new_namespace(const std::string& title) {
  const Reply reply = post("/storage/kv/namespaces", {{"title", title}});
  EXPECT_EQ(reply.status, 200) << reply.body;
  return "/storage/kv/namespaces/" + reply.result()["id"].get<std::string>();
}

std::string Served::new_database(const std::string& name) {
  const Reply reply = post("/d1/database", {{"name", name}});
  EXPECT_EQ(reply.status, 200) << reply.body;
  return "/d1/database/" + reply.result()["uuid"].get<std::string>();
}

void Served::fault(const std::string& site, const std::string& key, const std::string& name) {
  const Json one{{"site", site}, {"key", key}, {"fault", name}};
  const Reply reply = put("/_cutover/faults", {{"faults", Json::array({one})}});
  EXPECT_EQ(reply.status, 200) << reply.body;
}

std::string form(const std::string& value, const std::string& metadata) {
  const std::string begin = "------b\r\nContent-Disposition: form-data; name=\"";
  return begin + "value\"; filename=\"blob\"\r\nContent-Type: application/octet-stream\r\n\r\n" +
         value + "\r\n" + begin + "metadata\"\r\n\r\n" + metadata + "\r\n------b--\r\n";
}

std::string escaped(const std::string& text) {
  std::string out;
  for (const char byte : text) {
    char digits[4];
    std::snprintf(digits, sizeof digits, "%%%02X", static_cast<unsigned>(byte) & 0xFFU);
    out += digits;
  }
  return out;
}

}  // namespace cutover::simulate
