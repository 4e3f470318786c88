// cutover_bench_http: the same HTTP server with a handler that does nothing but answer.
//
// usage: cutover_bench_http BODY_FILE THREADS. Prints its port, and serves until stdin ends.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

#include "adapters/http/server.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: cutover_bench_http BODY_FILE THREADS\n");
    return 2;
  }
  std::ostringstream body;
  body << std::ifstream(argv[1], std::ios::binary).rdbuf();
  cutover::api::HttpResponse response;
  response.body = body.str();
  cutover::http::ServerOptions options;
  options.threads = static_cast<std::size_t>(std::max(1, std::atoi(argv[2])));
  options.connection.requests_max = 1'000'000'000;
  const auto server = cutover::http::HttpServer::start(
      options, [&response](const cutover::api::HttpRequest&) { return response; });
  if (!server) {
    std::fprintf(stderr, "%s\n", server.error().c_str());
    return 2;
  }
  std::printf("%d\n", (*server)->port());
  std::fflush(stdout);
  std::string line;
  while (std::getline(std::cin, line)) {
  }
  return 0;
}
