#include "app/serve_settings.h"

#include <sys/stat.h>
#include <toml++/toml.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <utility>
#include <vector>

#include "adapters/observability/json_log.h"
#include "core/rollout/flag.h"

namespace cutover::app {
namespace {

constexpr std::uintmax_t file_bytes_max = 1024 * 1024;

using Setter = std::function<std::string(ServeSettings&, const std::string&)>;

Setter text(std::string ServeSettings::*field) {
  return [field](ServeSettings& settings, const std::string& value) -> std::string {
    if (value.empty()) return "must not be empty";
    if (value.find('\0') != std::string::npos) return "must not hold a zero byte";
    settings.*field = value;
    return {};
  };
}

Setter number(int ServeSettings::*field, int least, int most) {
  return [=](ServeSettings& settings, const std::string& value) -> std::string {
    int read = 0;
    const char* end = value.data() + value.size();
    const auto [stopped, error] = std::from_chars(value.data(), end, read);
    if (error != std::errc() || stopped != end || read < least || read > most) {
      return "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most);
    }
    settings.*field = read;
    return {};
  };
}

std::string set_provider(ServeSettings& settings, const std::string& value) {
  const bool url = value.starts_with("http://") || value.starts_with("https://");
  if (!url && value != "google" && value != "none") return "must be google, none or a URL";
  settings.provider = value;
  return {};
}

std::string set_level(ServeSettings& settings, const std::string& value) {
  observability::LogLevel level{};
  if (!observability::parse_level(value, level)) return "must be debug, info, warn, error or off";
  settings.log_level = value;
  return {};
}

std::string set_log_requests(ServeSettings& settings, const std::string& value) {
  settings.log_requests = value == "true";
  return {};
}

std::string set_flag(ServeSettings& settings, const std::string& value) {
  if (!rollout::parse_flag(value).valid) return "must be true, false or a percentage from 0 to 100";
  settings.enable_d1_reads = value;
  settings.has_flag = true;
  return {};
}

// "config.toml:3: "
std::string place_of(const std::string& file, const toml::source_region& source) {
  return file + ":" + std::to_string(source.begin.line) + ": ";
}

const SettingRule* rule_named(std::string_view name) {
  for (const SettingRule& rule : setting_rules()) {
    if (rule.name == name) return &rule;
  }
  return nullptr;
}

// The value as it would be typed; nothing when its type is another.
std::optional<std::string> typed_value(const toml::node& node, const SettingRule& rule) {
  if (const auto* flag = node.as_boolean()) {
    if (rule.is_switch || rule.name == "enable-d1-reads") return flag->get() ? "true" : "false";
    return std::nullopt;
  }
  if (rule.is_switch) return std::nullopt;
  if (const auto* number = node.as_integer()) return std::to_string(number->get());
  if (const auto* text = node.as_string()) return text->get();
  return std::nullopt;
}

std::string take_table(const toml::table& table, const std::string& file, ServeSettings& settings) {
  for (const auto& [key, node] : table) {
    const std::string place = place_of(file, key.source()) + std::string(key.str()) + ": ";
    const SettingRule* rule = rule_named(key.str());
    if (rule == nullptr) return place + "there is no such setting; see: cutover help serve";
    const auto value = typed_value(node, *rule);
    if (!value)
      return place +
             (rule->is_switch ? "must be true or false" : "must be one text or whole number");
    const std::string wrong = rule->set(settings, *value);
    if (!wrong.empty()) return place + wrong;
  }
  return {};
}

std::string read_file(const std::string& file, ServeSettings& settings) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return file + ": there is no such configuration file";
  }
  if (static_cast<std::uintmax_t>(status.st_size) > file_bytes_max) {
    return file + ": too large for a configuration file (at most 1 MiB)";
  }
  std::ifstream in(file, std::ios::binary);
  const std::string contents((std::istreambuf_iterator<char>(in)),
                             std::istreambuf_iterator<char>());
  try {
    return take_table(toml::parse(contents, file), file, settings);
  } catch (const toml::parse_error& error) {
    return place_of(file, error.source()) + "not TOML: " + std::string(error.description());
  }
}

void read_environment(const Environment& environment, ServeSettings& settings) {
  // An invalid flag is no error: it counts as off, and GET /admin/flags says so.
  if (auto flag = environment("ENABLE_D1_READS")) {
    settings.enable_d1_reads = std::move(*flag);
    settings.has_flag = true;
  }
  settings.admin_token = environment("ADMIN_TOKEN");
  settings.google_key = environment("GOOGLE_BOOKS_API_KEY");
}

}  // namespace

std::span<const SettingRule> setting_rules() {
  using S = ServeSettings;
  static const std::vector<SettingRule> rules = {
      {"data", "directory of stores and secrets; made if absent", false, text(&S::data)},
      {"host", "address to listen on", false, text(&S::host)},
      {"port", "port to listen on; 0: any that is free", false, number(&S::port, 0, 65535)},
      {"kv", "the KV store: an SQLite file (default DATA/kv.sqlite) or cloudflare:NAMESPACE_ID",
       false, text(&S::kv)},
      {"d1", "the D1 database: an SQLite file (default DATA/d1.sqlite) or cloudflare:DATABASE_ID",
       false, text(&S::d1)},
      {"account", "Cloudflare's account id (default: CLOUDFLARE_ACCOUNT_ID)", false,
       text(&S::account)},
      {"token-file", "file with Cloudflare's API token (default: CLOUDFLARE_API_TOKEN)", false,
       text(&S::token_file)},
      {"api-base-url",
       "a server that answers like Cloudflare's API (default: CLOUDFLARE_API_BASE_URL)", false,
       text(&S::api_base_url)},
      {"import", "a dump that is loaded first when the KV store is empty", false, text(&S::import)},
      {"provider", "google, none, or the base URL of a server that answers like it", false,
       set_provider},
      {"google-key-file", "file with the Google Books key", false, text(&S::google_key_file)},
      {"country", "two letters; what Google Books answers depends on it", false, text(&S::country)},
      {"admin-token-file", "file with the admin token (default DATA/admin-token)", false,
       text(&S::admin_token_file)},
      {"user-secret-file", "file with the key of the users' tokens (default DATA/user-secret)",
       false, text(&S::user_secret_file)},
      {"enable-d1-reads", "true, false or a percentage: an upper bound of the reads from D1", false,
       set_flag},
      {"shadow-percent", "of KV answers that are compared with D1", false,
       number(&S::shadow_percent, 0, 100)},
      {"kv-cache-seconds", "values of KV are kept in memory for so long; 0: they are not", false,
       number(&S::kv_cache_seconds, 0, 3600)},
      {"kv-cache-megabytes", "at most so much of them", false,
       number(&S::kv_cache_megabytes, 1, 1'000'000)},
      {"threads", "connections served at the same time", false, number(&S::threads, 1, 1000)},
      {"migrate-seconds", "at most so long per migrate request", false,
       number(&S::migrate_seconds, 1, 300)},
      {"lease-seconds", "a migrator that died blocks others for so long", false,
       number(&S::lease_seconds, 2, 600)},
      {"drain-seconds", "for requests in flight when it stops", false,
       number(&S::drain_seconds, 0, 300)},
      {"log", "log file (default: stderr)", false, text(&S::log)},
      {"log-level", "debug, info, warn, error or off", false, set_level},
      {"log-requests", "log each request", true, set_log_requests},
  };
  return rules;
}

tl::expected<ServeSettings, std::string> read_settings(
    const std::map<std::string, std::string>& flags, const Environment& environment,
    const std::string& file) {
  ServeSettings settings;
  if (!file.empty()) {
    std::string wrong = read_file(file, settings);
    if (!wrong.empty()) return tl::unexpected(std::move(wrong));
  }
  read_environment(environment, settings);
  for (const auto& [name, value] : flags) {
    const SettingRule* rule = rule_named(name);
    const std::string wrong =
        rule == nullptr ? "there is no such flag" : rule->set(settings, value);
    if (!wrong.empty()) return tl::unexpected("--" + name + ": " + wrong);
  }
  // A file named on the command line is nearer than the environment.
  if (flags.contains("admin-token-file")) settings.admin_token.reset();
  if (flags.contains("google-key-file")) settings.google_key.reset();
  return settings;
}

}  // namespace cutover::app
