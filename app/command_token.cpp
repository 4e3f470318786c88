// cutover token: a user's token for the library routes of `cutover serve`.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <memory>

#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/secret_file.h"
#include "core/api/user_token.h"

namespace cutover::app {
namespace {

struct TokenArguments {
  std::string data = "cutover-data";
  std::string secret_file;
  std::string user;
  std::int64_t hours = 24;
};

int token(const TokenArguments& arguments, const Common& common) {
  const bool printable = std::all_of(arguments.user.begin(), arguments.user.end(), [](char c) {
    return static_cast<unsigned char>(c) >= ' ' && c != 127;
  });
  if (arguments.user.empty() || arguments.user.size() > 200 || !printable) {
    return usage_error("--user: must be 1 to 200 bytes without control bytes");
  }
  const std::string file = arguments.secret_file.empty()
                               ? (std::filesystem::path(arguments.data) / "user-secret").string()
                               : arguments.secret_file;
  const auto secret = read_secret(file);
  if (!secret) {
    return usage_error(secret.error() + "; cutover serve makes it when it first starts");
  }
  const std::int64_t expires_at = std::time(nullptr) + arguments.hours * 3600;
  const std::string minted = api::mint_user_token(*secret, arguments.user, expires_at);
  if (common.json) {
    nlohmann::ordered_json json;
    json["token"] = minted;
    json["expiresAt"] = expires_at;
    std::printf("%s\n", json.dump().c_str());
  } else {
    std::printf("%s\n", minted.c_str());
  }
  return exit_pass;
}

}  // namespace

Run add_token(CLI::App& program, Common& common) {
  auto arguments = std::make_shared<TokenArguments>();
  CLI::App* command =
      program.add_subcommand("token", "print a user's token for the library of `cutover serve`");
  command->footer(
      "Example: cutover token --user testuser\n"
      "Send it as: Authorization: Bearer TOKEN");
  command->add_option("--data", arguments->data, "the data directory of cutover serve")
      ->capture_default_str();
  command->add_option("--user-secret-file", arguments->secret_file,
                      "file with the key (default DATA/user-secret)");
  command->add_option("--user", arguments->user, "the user")->required();
  command->add_option("--hours", arguments->hours, "how long it is good")
      ->capture_default_str()
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{24 * 365}));
  return [arguments, &common] { return token(*arguments, common); };
}

}  // namespace cutover::app
