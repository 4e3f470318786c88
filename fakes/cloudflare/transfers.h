// Files on their way into or out of a database: each has a name, and an address that cannot be
// guessed without the token. They are kept for an hour of virtual time, the newest few of them.
#pragma once

#include <string>
#include <string_view>

#include "fakes/cloudflare/routes.h"

namespace cutover::simulate {

inline constexpr std::string_view transfer_pattern = "/_transfer/{}/{}";

// Keeps the file under a new name and gives the name.
std::string keep_transfer(Cloud& cloud, Transfer transfer);

// Where a client fetches or puts the file. The request tells by which name the client knows us.
[[nodiscard]] std::string transfer_address(const Desk& desk, const api::HttpRequest& request,
                                           const std::string& filename);

[[nodiscard]] std::string md5_hex(std::string_view bytes);

}  // namespace cutover::simulate
