#include "worker/worker_folder.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include <nlohmann/json.hpp>

namespace cutover::worker {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
template <class T>
using Read = tl::expected<T, std::string>;

constexpr const char* config_name = "wrangler.jsonc";

// Reads files, and remembers how much that was.
class Reader {
 public:
  Read<std::string> read(const fs::path& path) {
    std::error_code error;
    const auto size = fs::file_size(path, error);
    if (error) return tl::unexpected(path.string() + ": cannot be read: " + error.message());
    bytes_ += size;
    if (++files_ > worker_files_max || bytes_ > worker_bytes_max) {
      return tl::unexpected(path.string() +
                            ": the Worker has more than 1,000 files or 32 MiB; give the folder of "
                            "the Worker alone");
    }
    std::ifstream in(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (in.bad() || text.size() != size) return tl::unexpected(path.string() + ": cannot be read");
    return text;
  }

 private:
  std::size_t files_ = 0;
  std::size_t bytes_ = 0;
};

Read<Json> read_config(Reader& reader, const fs::path& path) {
  auto text = reader.read(path);
  if (!text) return tl::unexpected(text.error());
  Json json = Json::parse(*text, nullptr, false, true);
  if (!json.is_object()) {
    return tl::unexpected(path.string() +
                          ": is no JSON object (comments are fine, commas at the end are not)");
  }
  return json;
}

std::string text_in(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

// The `name`s of a list of objects.
std::vector<std::string> names_in(const Json& config, const char* list, const char* name) {
  std::vector<std::string> names;
  const auto found = config.find(list);
  if (found == config.end() || !found->is_array()) return names;
  for (const Json& entry : *found) {
    if (!entry.is_object()) continue;
    if (auto text = text_in(entry, name); !text.empty()) names.push_back(std::move(text));
  }
  return names;
}

// Files below `folder` that end in one of these, by name; not what packages bring.
std::vector<fs::path> files_below(const fs::path& folder, const std::set<std::string>& endings) {
  std::set<fs::path> found;
  std::error_code error;
  auto next = fs::recursive_directory_iterator(folder, error);
  for (; !error && next != fs::recursive_directory_iterator(); next.increment(error)) {
    const bool hidden = next->path().filename().string().starts_with(".");
    if (next->is_directory(error)) {
      if (hidden || next->path().filename() == "node_modules") next.disable_recursion_pending();
    } else if (!hidden && endings.contains(next->path().extension().string())) {
      found.insert(next->path());
    }
    if (found.size() > worker_files_max) break;
  }
  return {found.begin(), found.end()};
}

Read<std::vector<NamedText>> read_modules(Reader& reader, const fs::path& main) {
  const fs::path folder = main.parent_path();
  auto first = reader.read(main);
  if (!first) return tl::unexpected(first.error() + "; it is `main` in " + config_name);
  std::vector<NamedText> modules = {{main.filename().string(), std::move(*first)}};
  for (const fs::path& path : files_below(folder, {".js", ".mjs"})) {
    if (path == main) continue;
    auto text = reader.read(path);
    if (!text) return tl::unexpected(text.error());
    modules.push_back({path.lexically_relative(folder).generic_string(), std::move(*text)});
  }
  return modules;
}

Read<std::vector<NamedText>> read_migrations(Reader& reader, const fs::path& folder) {
  std::vector<NamedText> migrations;
  for (const fs::path& path : files_below(folder, {".sql"})) {
    auto text = reader.read(path);
    if (!text) return tl::unexpected(text.error());
    migrations.push_back({path.filename().string(), std::move(*text)});
  }
  return migrations;
}

}  // namespace

Read<WorkerFolder> read_worker(const std::string& folder) {
  Reader reader;
  const fs::path root(folder);
  const fs::path path = root / config_name;
  const auto config = read_config(reader, path);
  if (!config) return tl::unexpected(config.error());
  const auto wrong = [&path](const std::string& what) {
    return tl::unexpected(path.string() + ": " + what);
  };
  WorkerFolder worker;
  worker.name = text_in(*config, "name");
  if (worker.name.empty()) worker.name = root.lexically_normal().filename().string();
  worker.compatibility_date = text_in(*config, "compatibility_date");
  if (worker.compatibility_date.empty()) return wrong("compatibility_date: is missing");
  if (const auto flags = config->find("compatibility_flags"); flags != config->end()) {
    for (const Json& flag : *flags) {
      if (flag.is_string()) worker.compatibility_flags.push_back(flag.get<std::string>());
    }
  }
  worker.kv_bindings = names_in(*config, "kv_namespaces", "binding");
  worker.d1_bindings = names_in(*config, "d1_databases", "binding");
  if (worker.kv_bindings.empty()) return wrong("kv_namespaces: names no binding");
  if (worker.d1_bindings.empty()) return wrong("d1_databases: names no binding");
  if (const auto vars = config->find("vars"); vars != config->end() && vars->is_object()) {
    for (const auto& [name, value] : vars->items()) {
      worker.variables.push_back(
          {name, value.is_string() ? value.get<std::string>() : value.dump()});
    }
  }
  const std::string main = text_in(*config, "main");
  if (main.empty()) return wrong("main: is missing");
  auto modules = read_modules(reader, (root / main).lexically_normal());
  if (!modules) return tl::unexpected(modules.error());
  worker.modules = std::move(*modules);
  const auto folders = names_in(*config, "d1_databases", "migrations_dir");
  auto migrations = read_migrations(reader, root / (folders.empty() ? "migrations" : folders[0]));
  if (!migrations) return tl::unexpected(migrations.error());
  worker.migrations = std::move(*migrations);
  return worker;
}

}  // namespace cutover::worker
