#include "worker/worker_config.h"

#include <algorithm>

#include <fmt/format.h>

namespace cutover::worker {
namespace {

constexpr std::string_view config_text = R"(using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      compatibilityDate = {date},
      compatibilityFlags = [{flags}],
      modules = [
{modules}      ],
      bindings = [
{bindings}      ],
      globalOutbound = "outside")),
    (name = "kv", external = (address = "127.0.0.1:{port}", http = (injectRequestHeaders = [
      (name = "cutover-binding", value = {kv}), (name = "authorization", value = {token})]))),
    (name = "d1", external = (address = "127.0.0.1:{port}", http = (injectRequestHeaders = [
      (name = "cutover-binding", value = {d1}), (name = "authorization", value = {token})]))),
    (name = "outside", external = (address = "127.0.0.1:{port}", http = ())),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
)";

// A text as capnp's language writes it.
std::string capnp_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7F) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string bindings_of(const WorkerFolder& worker, const std::vector<NamedText>& secrets) {
  std::string all;
  for (const std::string& name : worker.kv_bindings) {
    all += fmt::format("        (name = {}, kvNamespace = \"kv\"),\n", capnp_text(name));
  }
  for (const std::string& name : worker.d1_bindings) {
    all += fmt::format(
        "        (name = {}, wrapped = (moduleName = \"cloudflare-internal:d1-api\",\n"
        "          innerBindings = [(name = \"fetcher\", service = \"d1\")])),\n",
        capnp_text(name));
  }
  const auto add = [&all](const NamedText& one) {
    all += fmt::format("        (name = {}, text = {}),\n", capnp_text(one.name),
                       capnp_text(one.text));
  };
  for (const NamedText& one : worker.variables) {
    const bool secret = std::any_of(secrets.begin(), secrets.end(), [&one](const NamedText& other) {
      return other.name == one.name;
    });
    if (!secret) add(one);
  }
  for (const NamedText& one : secrets) add(one);
  return all;
}

}  // namespace

workerd::Setup setup_of(const WorkerFolder& worker, const Services& services,
                        const std::vector<NamedText>& secrets) {
  workerd::Setup setup;
  std::string modules;
  for (const NamedText& module : worker.modules) {
    const std::string name = capnp_text(module.name);
    modules += fmt::format("        (name = {0}, esModule = embed {1}),\n", name,
                           capnp_text("worker/" + module.name));
    setup.files.emplace_back("worker/" + module.name, module.text);
  }
  std::string flags;
  for (const std::string& flag : worker.compatibility_flags) flags += capnp_text(flag) + ", ";
  setup.config = fmt::format(
      fmt::runtime(config_text), fmt::arg("date", capnp_text(worker.compatibility_date)),
      fmt::arg("flags", flags), fmt::arg("modules", modules),
      fmt::arg("bindings", bindings_of(worker, secrets)), fmt::arg("port", services.port),
      fmt::arg("kv", capnp_text(fmt::format("kv/{}/{}", services.namespace_id, services.location))),
      fmt::arg("d1", capnp_text("d1/" + services.database_id)),
      fmt::arg("token", capnp_text("Bearer " + services.token)));
  return setup;
}

}  // namespace cutover::worker
