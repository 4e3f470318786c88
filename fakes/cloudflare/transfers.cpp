#include "fakes/cloudflare/transfers.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "core/api/secrets.h"
#include "fakes/cloudflare/d1_handlers.h"

namespace cutover::simulate {
namespace {

constexpr Duration life = std::chrono::hours(1);
constexpr std::size_t kept_max = 8;

std::string hex_of(std::string_view bytes) {
  std::string hex;
  for (const char byte : bytes) {
    char digits[3];
    std::snprintf(digits, sizeof digits, "%02x", static_cast<unsigned>(byte) & 0xFFU);
    hex += digits;
  }
  return hex;
}

std::string signature_of(const Desk& desk, const std::string& filename) {
  return hex_of(api::hmac_sha256(desk.token, filename));
}

// The file that a request names and may have; null: there is none.
Transfer* find(Cloud& cloud, const Desk& desk, const Asked& asked) {
  if (!api::same_secret(asked.parts.at(1), signature_of(desk, asked.parts.at(0)))) return nullptr;
  const auto found = cloud.transfers.find(asked.parts.at(0));
  if (found == cloud.transfers.end() || found->second.until < cloud.now()) return nullptr;
  return &found->second;
}

api::HttpResponse nothing_there() {
  api::HttpResponse response;
  response.status = 404;
  response.content_type = "text/plain; charset=utf-8";
  response.body = "there is no such file\n";
  return response;
}

}  // namespace

std::string keep_transfer(Cloud& cloud, Transfer transfer) {
  std::erase_if(cloud.transfers, [&](const auto& one) { return one.second.until < cloud.now(); });
  while (cloud.transfers.size() >= kept_max) {
    cloud.transfers.erase(std::min_element(
        cloud.transfers.begin(), cloud.transfers.end(),
        [](const auto& a, const auto& b) { return a.second.until < b.second.until; }));
  }
  transfer.until = cloud.now() + life;
  std::string name = transfer.database + "-" + cloud.new_hex(16) + ".sql";
  cloud.transfers.emplace(name, std::move(transfer));
  return name;
}

std::string transfer_address(const Desk& desk, const api::HttpRequest& request,
                             const std::string& filename) {
  const std::string host(request.header("host").value_or("127.0.0.1"));
  return "http://" + host + "/_transfer/" + filename + "/" + signature_of(desk, filename);
}

std::string md5_hex(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_md5(), nullptr);
  return hex_of({reinterpret_cast<const char*>(digest.data()), size});
}

Answer download_file(Desk& desk, const Asked& asked) {
  return desk.entrance.enter([&](Cloud& cloud) -> Answer {
    const Transfer* transfer = find(cloud, desk, asked);
    if (transfer == nullptr || transfer->is_upload) return nothing_there();
    api::HttpResponse response;
    response.content_type = "application/sql";
    response.body = transfer->bytes;
    return response;
  });
}

Answer upload_file(Desk& desk, const Asked& asked) {
  const std::string etag = md5_hex(asked.http.body);
  return desk.entrance.enter_and_change([&](Cloud& cloud) -> Answer {
    Transfer* transfer = find(cloud, desk, asked);
    if (transfer == nullptr || !transfer->is_upload) return nothing_there();
    transfer->bytes = asked.http.body;
    transfer->uploaded = true;
    transfer->etag = etag;
    api::HttpResponse response;
    response.content_type = "text/plain; charset=utf-8";
    response.headers.emplace_back("ETag", "\"" + etag + "\"");
    return response;
  });
}

}  // namespace cutover::simulate
