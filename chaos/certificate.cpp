#include "chaos/certificate.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "chaos/campaign.h"
#include "chaos/json_bounds.h"
#include "chaos/plan_file.h"
#include "fakes/faults/storm.h"

namespace cutover::chaos {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::size_t certificate_bytes_max = 256U << 20;
constexpr std::size_t digits = 8;  // of a mark

std::string written(const std::vector<std::uint32_t>& marks) {
  std::string text;
  text.reserve(marks.size() * digits);
  char mark[digits + 1];
  for (const std::uint32_t number : marks) {
    std::snprintf(mark, sizeof mark, "%08x", number);
    text += mark;
  }
  return text;
}

std::optional<std::vector<std::uint32_t>> read_marks(std::string_view text) {
  if (text.size() % digits != 0) return std::nullopt;
  std::vector<std::uint32_t> marks;
  for (std::size_t at = 0; at < text.size(); at += digits) {
    std::uint32_t mark = 0;
    const char* end = text.data() + at + digits;
    const auto [stop, error] = std::from_chars(text.data() + at, end, mark, 16);
    if (error != std::errc() || stop != end) return std::nullopt;
    marks.push_back(mark);
  }
  return marks;
}

const json* field(const json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

tl::expected<CertifiedHistory, std::string> read_history(const json& entry) {
  const auto error = [](const char* what) { return tl::unexpected(std::string(what)); };
  if (!entry.is_object()) return error(": must be an object");
  const json* seed = field(entry, "seed");
  const json* digest = field(entry, "digest");
  const json* marks = field(entry, "marks");
  if (seed == nullptr || !seed->is_number_unsigned()) return error(".seed: must be a number");
  if (digest == nullptr || !digest->is_string()) return error(".digest: must be a text");
  auto numbers = marks != nullptr && marks->is_string()
                     ? read_marks(marks->get_ref<const std::string&>())
                     : std::nullopt;
  if (!numbers) return error(".marks: must be eight hex digits for each event");
  if (entry.size() != 3) return error(": has a field that does not belong there");
  return CertifiedHistory{seed->get<std::uint64_t>(), digest->get<std::string>(),
                          std::move(*numbers)};
}

}  // namespace

PlayedHistory play_for_certificate(const StormCase& base, std::uint64_t seed) {
  const StormCase played = draw_case(base, seed);
  faults::Storm storm(storm_of(played));
  StormRun run(played, storm, sim::History::Keep::events);
  PlayedHistory result;
  result.certified.seed = seed;
  result.certified.digest = run.play().digest;
  std::uint64_t chain = 0;
  for (const sim::Event& event : run.history().events()) {
    result.events.push_back(describe(event));
    chain = sim::hash_of(result.events.back(), chain);
    result.certified.marks.push_back(static_cast<std::uint32_t>(chain));
  }
  return result;
}

std::optional<std::size_t> first_difference(const CertifiedHistory& one,
                                            const CertifiedHistory& other) {
  const auto [at, there] =
      std::mismatch(one.marks.begin(), one.marks.end(), other.marks.begin(), other.marks.end());
  if (at == one.marks.end() && there == other.marks.end() && one.digest == other.digest) {
    return std::nullopt;
  }
  return static_cast<std::size_t>(at - one.marks.begin());
}

std::string this_build() {
#if defined(__clang__)
  std::string build = "clang " __clang_version__;
  build.erase(build.find_last_not_of(' ') + 1);
#else
  std::string build = "gcc " __VERSION__;
#endif
#if defined(__OPTIMIZE__)
  return build + ", optimised";
#else
  return build + ", not optimised";
#endif
}

std::string to_json(const Certificate& certificate) {
  ordered_json result;
  result["cutoverCertificate"] = 1;
  result["program"] = certificate.program;
  result["build"] = certificate.build;
  result["base"] = base_to_json(certificate.base);
  result["histories"] = ordered_json::array();
  for (const CertifiedHistory& history : certificate.histories) {
    result["histories"].push_back(
        {{"seed", history.seed}, {"digest", history.digest}, {"marks", written(history.marks)}});
  }
  return result.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

tl::expected<Certificate, std::string> certificate_from_json(std::string_view text) {
  const auto error = [](std::string what) { return tl::unexpected(std::move(what)); };
  if (text.size() > certificate_bytes_max) return error("the file is larger than 256 MiB");
  if (nests_deeper_than(text, 32)) return error("the file nests too deep for a certificate");
  const json read = json::parse(text, nullptr, false);
  if (read.is_discarded()) return error("the file is not JSON");
  if (!read.is_object() || read.value("cutoverCertificate", json()) != json(1)) {
    return error("cutoverCertificate: must be 1; `cutover chaos --certificate FILE` writes it");
  }
  Certificate certificate;
  for (const auto& [name, member] :
       {std::pair{"program", &Certificate::program}, std::pair{"build", &Certificate::build}}) {
    const json* value = field(read, name);
    if (value == nullptr || !value->is_string())
      return error(std::string(name) + ": must be a text");
    certificate.*member = value->get<std::string>();
  }
  const json* base = field(read, "base");
  if (base == nullptr) return error("base: is missing");
  const auto planned = base_from_json(*base);
  if (!planned) return error("base." + planned.error());
  certificate.base = *planned;
  const json* list = field(read, "histories");
  if (list == nullptr || !list->is_array()) return error("histories: must be a list");
  for (std::size_t i = 0; i < list->size(); ++i) {
    auto history = read_history((*list)[i]);
    if (!history) return error("histories[" + std::to_string(i) + "]" + history.error());
    certificate.histories.push_back(std::move(*history));
  }
  if (read.size() != 5) return error("the file has a field that does not belong there");
  return certificate;
}

}  // namespace cutover::chaos
