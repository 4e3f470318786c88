// Reading and merging campaign reports. What is read is written again and compared: so every field
// that is missing, unknown, of the wrong kind, or does not follow from the others is found.

#include <algorithm>
#include <charconv>
#include <map>

#include <nlohmann/json.hpp>

#include "chaos/campaign_report.h"
#include "chaos/json_bounds.h"
#include "chaos/plan_file.h"

namespace cutover::chaos {
namespace {

using nlohmann::json;

constexpr std::size_t report_bytes_max = 16U << 20;
constexpr int nesting_max = 32;
constexpr std::uint64_t number_max = 1ULL << 60;  // of microseconds: 36,000 years
constexpr std::size_t list_max = 100'000;

// What is not there, or of another kind, reads as nothing: the comparison finds it.
const json& part(const json& object, const char* name) {
  static const json nothing;
  if (!object.is_object()) return nothing;
  const auto found = object.find(name);
  return found == object.end() ? nothing : *found;
}

std::uint64_t number_of(const json& value, std::uint64_t most = number_max) {
  if (!value.is_number_unsigned()) return 0;
  const auto number = value.get<std::uint64_t>();
  return number <= most ? number : 0;
}

std::uint64_t number(const json& object, const char* name, std::uint64_t most = number_max) {
  return number_of(part(object, name), most);
}

std::string text(const json& object, const char* name) {
  const json& value = part(object, name);
  return value.is_string() ? value.get<std::string>() : "";
}

std::uint64_t hex(std::string_view digits) {
  std::uint64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  return number;
}

std::vector<Violation> read_violations(const json& list) {
  std::vector<Violation> violations;
  if (!list.is_array()) return violations;
  for (const json& entry : list) {
    if (violations.size() == FoundFailure::violations_max) break;
    violations.push_back({text(entry, "invariant"), text(entry, "about"), text(entry, "text")});
  }
  return violations;
}

void read_behaviours(const json& from, Behaviours& behaviours) {
  std::map<std::uint64_t, std::uint64_t> seen;
  const std::string list = text(from, "seen");
  std::string_view rest = list;
  while (!rest.empty() && seen.size() <= Behaviours::kept_max) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    const std::string_view entry = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const std::size_t colon = std::min(entry.find(':'), entry.size());
    std::uint64_t runs = 0;
    const std::string_view digits = entry.substr(std::min(colon + 1, entry.size()));
    std::from_chars(digits.data(), digits.data() + digits.size(), runs);
    seen[hex(entry.substr(0, colon))] = runs;
  }
  static_cast<void>(behaviours.restore(number(from, "runs"), std::move(seen)));
}

void read_reach(const json& from, Reach& reach) {
  const json& sites = part(from, "sites");
  const json& branches = part(from, "branches");
  if (sites.is_object() && sites.size() <= list_max) {
    for (const auto& [site, entry] : sites.items()) {
      SiteReach& reached = reach.at(site);
      reached.calls = number(entry, "calls");
      for (const faults::FaultRow& row : faults::fault_table()) {
        reached.faults[static_cast<std::size_t>(row.fault)] =
            number(part(entry, "faults"), std::string(row.name).c_str());
      }
    }
  }
  if (branches.is_object() && branches.size() <= list_max) {
    for (const auto& [branch, times] : branches.items()) {
      reach.count_branch(branch, number_of(times));
    }
  }
}

// A signature becomes part of a file's name.
bool is_signature(std::string_view signature) {
  return !signature.empty() && signature.size() <= 1000 &&
         std::all_of(signature.begin(), signature.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_' || c == '-' || c == '+';
         });
}

std::string read_failures(const json& list, const CampaignReport& report,
                          std::map<std::string, FoundFailure>& failures) {
  if (!list.is_array()) return "";
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string where = "failures[" + std::to_string(i) + "]";
    auto file = case_from_json(part(list[i], "case").dump());
    if (!file) return where + ".case: " + file.error();
    if (!is_signature(file->signature)) return where + ".case.signature: is not a signature";
    const std::uint64_t seed = file->played.seed;
    if (!(without_plan(draw_case(report.base, seed)) == file->played) || seed < report.first ||
        seed - report.first >= report.seeds || seed % report.shards != report.shard) {
      return where + ".case: is not a storm of this campaign";
    }
    FoundFailure failure;
    failure.file = std::move(*file);
    failure.violations = read_violations(part(list[i], "violations"));
    failure.violations_found = number(list[i], "violationsFound");
    failure.storms = number(list[i], "storms");
    const std::string signature = failure.file.signature;
    failures.emplace(signature, std::move(failure));
  }
  return "";
}

std::string read_result(const json& from, const CampaignReport& report, CampaignResult& result) {
  result.runs = number(from, "runs");
  result.failed_runs = number(from, "failedRuns");
  const json& seconds = part(from, "seconds");
  if (seconds.is_number()) result.seconds = seconds.get<double>();
  result.calls = number(from, "calls");
  result.faults = number(from, "faults");
  result.events = number(from, "events");
  result.virtual_time = Duration(number(from, "virtualMicroseconds"));
  result.digest = hex(text(from, "digest"));
  result.interrupted = part(from, "interrupted") == json(true);
  result.twice = number(from, "ranTwice");
  const json& differed = part(from, "differed");
  for (std::size_t i = 0; differed.is_array() && i < differed.size(); ++i) {
    result.differed.push_back(number_of(differed[i], UINT64_MAX));
  }
  read_behaviours(part(from, "behaviours"), result.behaviours);
  read_reach(part(from, "reach"), result.reach);
  result.corpus_cases = number(part(from, "corpus"), "cases");
  const json& regressions = part(part(from, "corpus"), "regressions");
  for (std::size_t i = 0; regressions.is_array() && i < regressions.size(); ++i) {
    result.regressions.push_back({text(regressions[i], "case"), text(regressions[i], "signature"),
                                  read_violations(part(regressions[i], "violations"))});
  }
  const std::string error = read_failures(part(from, "failures"), report, result.failures);
  if (!error.empty()) return error;
  std::uint64_t failed = 0;
  for (const auto& [signature, failure] : result.failures) failed += failure.storms;
  if (failed != result.failed_runs) return "failedRuns: is not the sum of the failures' storms";
  if (result.runs > report.seeds_of_shard()) {
    return "runs: is " + std::to_string(result.runs) + ", but only " +
           std::to_string(report.seeds_of_shard()) + " seeds fall to this shard";
  }
  return "";
}

// "/reach/sites/kv.list" -> "reach.sites.kv.list".
std::string field_of(std::string pointer) {
  if (!pointer.empty()) pointer.erase(0, 1);
  std::replace(pointer.begin(), pointer.end(), '/', '.');
  return pointer.empty() ? "the file" : pointer;
}

// The first field in which what was read is not what the program writes.
std::string difference(const json& read, const json& written) {
  const json patch = json::diff(read, written);
  if (patch.empty()) return "";
  const json& first = patch.front();
  const auto path = first.at("path").get<std::string>();
  const auto kind = first.at("op").get<std::string>();
  if (kind == "add") return field_of(path) + ": is missing";
  if (kind == "remove") return field_of(path) + ": does not belong there";
  return field_of(path) + ": is " + read.at(json::json_pointer(path)).dump().substr(0, 80) +
         ", which does not fit the rest of the report; it would be " +
         first.at("value").dump().substr(0, 80);
}

}  // namespace

tl::expected<CampaignReport, std::string> report_from_json(std::string_view text_read) {
  const auto error = [](std::string what) { return tl::unexpected(std::move(what)); };
  if (text_read.size() > report_bytes_max) return error("the file is larger than 16 MiB");
  if (nests_deeper_than(text_read, nesting_max))
    return error("the file nests too deep for a campaign report");
  const json read = json::parse(text_read, nullptr, false);
  if (read.is_discarded()) return error("the file is not JSON");
  if (!read.is_object() || part(read, "cutoverCampaign") != json(1)) {
    return error("cutoverCampaign: must be 1; is this what `cutover chaos --json` wrote?");
  }
  CampaignReport report;
  report.program = text(read, "program");
  const auto base = base_from_json(part(read, "base"));
  if (!base) return error("base." + base.error());
  report.base = *base;
  report.first = number(read, "first", UINT64_MAX);
  report.seeds = number(read, "seeds");
  report.shard = number(read, "shard");
  report.shards = number(read, "shards");
  report.twice_one_in = number(read, "twiceOneIn", UINT64_MAX);
  if (const json& time = part(read, "timeMicroseconds"); !time.is_null()) {
    report.time = Duration(number_of(time));
  }
  report.reach_from = number(part(read, "reach"), "from", UINT64_MAX);
  if (report.shards == 0 || report.shard >= report.shards) {
    return error("shard: is no part of `shards`");
  }
  const std::string wrong = read_result(read, report, report.result);
  if (!wrong.empty()) return error(wrong);
  const std::string differs = difference(read, json::parse(to_json(report)));
  if (!differs.empty()) return error(differs);
  return report;
}

namespace {

// The first field in which two parts are not of one campaign; empty when they are.
std::string other_campaign(const CampaignReport& one, const CampaignReport& other) {
  if (one.program != other.program) return "program";
  if (!(one.base == other.base)) {
    const std::string differs =
        difference(json(base_to_json(other.base)), json(base_to_json(one.base)));
    return "base." + differs.substr(0, differs.find(':'));
  }
  if (one.first != other.first) return "first";
  if (one.seeds != other.seeds) return "seeds";
  if (one.shards != other.shards) return "shards";
  if (one.twice_one_in != other.twice_one_in) return "twiceOneIn";
  if (one.time != other.time) return "timeMicroseconds";
  if (one.reach_from != other.reach_from) return "reach.from";
  return "";
}

}  // namespace

tl::expected<CampaignReport, std::string> merge_parts(const std::vector<ReportPart>& parts) {
  if (parts.empty()) return tl::unexpected(std::string("there is no part to merge"));
  const ReportPart& first = parts.front();
  std::map<std::uint64_t, const ReportPart*> by_shard;
  double microseconds = 0;
  for (const ReportPart& one : parts) {
    const std::string field = other_campaign(first.report, one.report);
    if (!field.empty()) {
      return tl::unexpected(one.name + ": " + field + ": is not as in " + first.name +
                            "; these are parts of different campaigns");
    }
    const auto [standing, is_new] = by_shard.emplace(one.report.shard, &one);
    if (!is_new) {
      return tl::unexpected(one.name + ": shard: " + std::to_string(one.report.shard) + " of " +
                            std::to_string(one.report.shards) + " was played by " +
                            standing->second->name + " too");
    }
    microseconds += static_cast<double>(one.report.result.virtual_time.count());
  }
  if (microseconds > 9e18) return tl::unexpected(std::string("virtualMicroseconds: too many"));
  if (by_shard.size() < first.report.shards) {
    std::uint64_t missing = 0;
    while (by_shard.contains(missing)) ++missing;
    return tl::unexpected(
        "shard " + std::to_string(missing) + " of " + std::to_string(first.report.shards) +
        " is missing" +
        (first.report.shards - by_shard.size() > 1
             ? ", and " + std::to_string(first.report.shards - by_shard.size() - 1) + " more"
             : ""));
  }
  CampaignReport whole = first.report;
  whole.shard = 0;
  whole.shards = 1;
  whole.result = {};
  for (const auto& [shard, one] : by_shard) merge(whole.result, one->report.result);
  return whole;
}

}  // namespace cutover::chaos
