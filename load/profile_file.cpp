#include "load/profile_file.h"

#include <filesystem>

#include <fmt/format.h>

#include "load/toml_table.h"

namespace cutover::load {
namespace {

constexpr Duration length_max = std::chrono::hours(24 * 31);
constexpr std::size_t list_max = 100;
constexpr double users_max = 1000;
constexpr double arrivals_max = 100'000;

struct Reading {
  std::string file;
  std::string error;  // the first
  Profile profile;
};

void read_executor(TomlTable& table, Profile& profile) {
  const std::string executor = table.text("executor", "virtual_users");
  if (executor == "arrivals") {
    profile.executor = Executor::arrivals;
  } else if (executor != "virtual_users") {
    table.fail("executor", "must be \"virtual_users\" or \"arrivals\"");
  }
  const std::string spacing = table.text("spacing", "even");
  if (spacing == "poisson") {
    profile.spacing = Spacing::poisson;
  } else if (spacing != "even") {
    table.fail("spacing", "must be \"even\" or \"poisson\"");
  }
}

// Calls `read` with a table for each element of a list of tables.
template <class Read>
void each_table(Reading& reading, TomlTable& table, std::string_view key, Read read) {
  const toml::array* list = table.array(key);
  if (list == nullptr) return;
  if (list->size() > list_max) table.fail(key, fmt::format("has more than {} parts", list_max));
  for (std::size_t i = 0; i < list->size() && reading.error.empty(); ++i) {
    const toml::table* part = list->get(i)->as_table();
    if (part == nullptr) {
      table.fail(key, "must be a list of tables");
      return;
    }
    TomlTable inner(*part, reading.file, fmt::format("{}[{}]", key, i), reading.error);
    read(inner);
    inner.nothing_else();
  }
}

void read_stages(Reading& reading, TomlTable& table) {
  Profile& profile = reading.profile;
  const double most = profile.executor == Executor::arrivals ? arrivals_max : users_max;
  std::vector<Stage> stages;
  Duration length{0};
  each_table(reading, table, "stages", [&](TomlTable& part) {
    Stage stage;
    stage.duration = part.time("duration", Duration{0}, length_max, Duration{-1});
    stage.target = part.number("target", 0, most, -1);
    if (stage.duration < Duration{0}) part.fail("duration", "is missing");
    if (stage.target < 0) part.fail("target", "is missing");
    length += stage.duration;
    stages.push_back(stage);
  });
  if (table.array("stages") == nullptr) return;
  profile.stages = stages;
  if (length <= Duration{0}) table.fail("stages", "must last longer than nothing");
  if (length > length_max) table.fail("stages", "must not last longer than 744h together");
  if (Stages(stages).highest() <= 0) table.fail("stages", "some target must be above 0");
}

void read_mix(Reading& reading, TomlTable& table) {
  const toml::table* part = table.table("mix");
  if (part == nullptr) return;
  TomlTable mix(*part, reading.file, "mix", reading.error);
  Mix& into = reading.profile.mix;
  into.search_known = mix.number("search_known", 0, 1000, 0);
  into.search_fresh = mix.number("search_fresh", 0, 1000, 0);
  into.search_unknown = mix.number("search_unknown", 0, 1000, 0);
  into.library_read = mix.number("library_read", 0, 1000, 0);
  into.library_write = mix.number("library_write", 0, 1000, 0);
  mix.nothing_else();
  const double sum = into.search_known + into.search_fresh + into.search_unknown +
                     into.library_read + into.library_write;
  if (sum <= 0) table.fail("mix", "some share must be above 0");
}

void read_thresholds(Reading& reading, TomlTable& table) {
  const toml::table* part = table.table("thresholds");
  if (part == nullptr) return;
  TomlTable thresholds(*part, reading.file, "thresholds", reading.error);
  std::vector<Threshold>& into = reading.profile.thresholds;
  into.clear();
  for (const auto& [key, value] : *part) {
    const toml::array* list = thresholds.array(key.str());
    if (list == nullptr) return;
    for (const toml::node& element : *list) {
      const auto expression = element.value_exact<std::string>();
      if (!expression) {
        thresholds.fail(key.str(), "must be a list of texts such as \"p(95)<500\"");
        return;
      }
      auto threshold = parse_threshold(key.str(), *expression);
      if (!threshold) {
        thresholds.fail(key.str(), threshold.error());
        return;
      }
      into.push_back(std::move(*threshold));
    }
  }
  if (into.size() > list_max) table.fail("thresholds", fmt::format("more than {}", list_max));
}

LatencyPair read_pair(TomlTable& table, std::string_view key, const LatencyPair& fallback) {
  const toml::array* list = table.array(key);
  if (list == nullptr) return fallback;
  const auto ms = [](const toml::node* node) {
    return node != nullptr && node->is_number() ? node->value<double>() : std::nullopt;
  };
  const auto median = ms(list->get(0));
  const auto p95 = ms(list->get(1));
  constexpr double ms_max = 60'000;
  if (list->size() != 2 || !median || !p95 || !(*median >= 0) || !(*p95 >= *median) ||
      !(*p95 <= ms_max)) {
    table.fail(key, "must be [median, p95] in milliseconds, 0 to 60000, such as [100, 400]");
    return fallback;
  }
  const auto micros = [](double value) {
    return Duration(static_cast<std::int64_t>(value * 1000));
  };
  return {micros(*median), micros(*p95)};
}

void read_latency(Reading& reading, TomlTable& table) {
  const toml::table* part = table.table("latency");
  if (part == nullptr) return;
  TomlTable latency(*part, reading.file, "latency", reading.error);
  LatencyModel& into = reading.profile.latency;
  into.kv_cached = read_pair(latency, "kv_cached_ms", into.kv_cached);
  into.kv_cold = read_pair(latency, "kv_cold_ms", into.kv_cold);
  into.kv_write = read_pair(latency, "kv_write_ms", into.kv_write);
  into.d1 = read_pair(latency, "d1_ms", into.d1);
  into.provider = read_pair(latency, "provider_ms", into.provider);
  const auto statement = [&](std::string_view key, Duration fallback) {
    const double ms = latency.number(key, 0, 1000, static_cast<double>(fallback.count()) / 1000);
    return Duration(static_cast<std::int64_t>(ms * 1000));
  };
  into.d1_read = statement("d1_read_statement_ms", into.d1_read);
  into.d1_write = statement("d1_write_statement_ms", into.d1_write);
  latency.nothing_else();
}

void read_simulation(Reading& reading, TomlTable& table) {
  const toml::table* part = table.table("simulation");
  if (part == nullptr) return;
  TomlTable simulation(*part, reading.file, "simulation", reading.error);
  Profile& into = reading.profile;
  const auto count = [&](std::string_view key, std::int64_t low, std::int64_t most,
                         std::size_t fallback) {
    return static_cast<std::size_t>(
        simulation.whole(key, low, most, static_cast<std::int64_t>(fallback)));
  };
  into.locations = count("locations", 1, 100, into.locations);
  into.isolates = count("isolates", 1, 10, into.isolates);
  into.kv_share = simulation.number("kv_share", 0, 1, into.kv_share);
  into.kv_life = simulation.time("kv_life", std::chrono::minutes(2), length_max, into.kv_life);
  into.fresh_books = count("fresh_books", 1, 100'000, into.fresh_books);
  simulation.nothing_else();
}

void read_rollout(Reading& reading, TomlTable& table) {
  each_table(reading, table, "rollout", [&](TomlTable& part) {
    RolloutStep step;
    step.at = part.time("at", Duration{0}, length_max, Duration{-1});
    const auto phase = rollout::phase_named(part.text("phase", ""));
    step.phase = phase.value_or(rollout::Phase::kv_only);
    const bool reads = step.phase == rollout::Phase::d1_reads;
    step.percent = static_cast<int>(part.whole("percent", 1, 100, reads ? 100 : 0));
    if (step.at < Duration{0}) part.fail("at", "is missing");
    if (!phase) part.fail("phase", "must be one of docs/ROLLOUT.md, such as \"d1_reads\"");
    if (!reads && step.percent != 0) part.fail("percent", "is of the phase d1_reads only");
    auto& steps = reading.profile.rollout;
    if (!steps.empty() && step.at < steps.back().at) part.fail("at", "is before the last step");
    steps.push_back(step);
  });
}

}  // namespace

tl::expected<Profile, std::string> read_profile(std::string_view text, const std::string& file) {
  if (text.size() > profile_bytes_max) return tl::unexpected(file + ": is larger than 1 MiB");
  toml::table document;
  try {
    document = toml::parse(text);
  } catch (const toml::parse_error& error) {
    return tl::unexpected(
        fmt::format("{}:{}: not TOML: {}", file, error.source().begin.line, error.description()));
  }
  Reading reading{file, {}, {}};
  Profile& profile = reading.profile;
  profile.name = std::filesystem::path(file).stem().string();
  TomlTable table(document, file, "", reading.error);
  read_executor(table, profile);
  read_stages(reading, table);
  profile.think = table.time("think", Duration{0}, std::chrono::hours(1), profile.think);
  profile.connections = static_cast<std::size_t>(
      table.whole("connections", 1, 1000, static_cast<std::int64_t>(profile.connections)));
  profile.warm_up = table.time("warm_up", Duration{0}, length_max, profile.warm_up);
  profile.popularity = table.number("popularity", 0, 5, profile.popularity);
  read_mix(reading, table);
  read_thresholds(reading, table);
  read_latency(reading, table);
  read_simulation(reading, table);
  read_rollout(reading, table);
  table.nothing_else();
  if (profile.warm_up >= Stages(profile.stages).length()) {
    table.fail("warm_up", "must be shorter than the stages together");
  }
  if (!reading.error.empty()) return tl::unexpected(reading.error);
  return std::move(profile);
}

}  // namespace cutover::load
