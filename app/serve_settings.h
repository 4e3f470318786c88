// ServeSettings: what `cutover serve` is told, from four places.
//
// A setting has one name: --NAME on the command line, NAME in the TOML file. The command line
// counts before the environment, that before the file, and that before the default. Only three
// settings are read from the environment here: ENABLE_D1_READS, ADMIN_TOKEN and
// GOOGLE_BOOKS_API_KEY; Cloudflare's variables count when nothing else is set (app/cloudflare.h).
// An unknown key or a bad value is an error that names file and line, variable or flag; secrets are
// never shown.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace cutover::app {

struct ServeSettings {
  std::string data = "cutover-data";
  std::string host = "127.0.0.1";
  int port = 8787;
  std::string kv;                   // empty: kv.sqlite in the data directory
  std::string d1;                   // empty: d1.sqlite in the data directory
  std::string account;              // Cloudflare's; empty: from the environment (app/cloudflare.h)
  std::string token_file;           // with Cloudflare's token; empty: from the environment
  std::string api_base_url;         // instead of Cloudflare's; empty: from the environment
  std::string import;               // a dump to start with; empty: none
  std::string provider = "google";  // "google", "none" or a base URL
  std::string google_key_file;
  std::string country;
  std::string admin_token_file;  // empty: admin-token in the data directory
  std::string user_secret_file;  // empty: user-secret in the data directory
  std::string enable_d1_reads;   // meaningful when has_flag
  bool has_flag = false;
  int shadow_percent = 5;
  int kv_cache_seconds = 10;  // 0: no cache
  int kv_cache_megabytes = 64;
  int threads = 64;
  int migrate_seconds = 20;  // at most so long per migrate request
  int lease_seconds = 15;
  int drain_seconds = 10;
  std::string log;  // a file; empty: stderr
  std::string log_level = "info";
  bool log_requests = false;

  // From the environment. A file that the command line names counts before them.
  std::optional<std::string> admin_token;
  std::optional<std::string> google_key;
};

// One setting, for the command line's help and for all four places.
struct SettingRule {
  std::string_view name;
  std::string_view help;
  bool is_switch = false;  // no value on the command line, a boolean in the file
  // Empty: taken. Else what is wrong with the value.
  std::function<std::string(ServeSettings&, const std::string&)> set;
};
[[nodiscard]] std::span<const SettingRule> setting_rules();

using Environment = std::function<std::optional<std::string>(const char* name)>;

// `flags`: name (without dashes) to value, as typed; a switch has the value "true". `file`: a TOML
// file, or empty.
tl::expected<ServeSettings, std::string> read_settings(
    const std::map<std::string, std::string>& flags, const Environment& environment,
    const std::string& file);

}  // namespace cutover::app
