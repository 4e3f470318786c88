#include "chaos/campaign_report.h"

#include <cinttypes>
#include <cstdio>
#include <utility>

#include <nlohmann/json.hpp>

#include "chaos/plan_file.h"

namespace cutover::chaos {
namespace {

using nlohmann::ordered_json;

constexpr int report_version = 1;

std::string hex_of(std::uint64_t number) {
  char text[17];
  std::snprintf(text, sizeof text, "%016" PRIx64, number);
  return text;
}

ordered_json case_json(const CaseFile& file) {
  return ordered_json::parse(to_json(file));
}

ordered_json violations_json(const std::vector<Violation>& violations) {
  ordered_json list = ordered_json::array();
  for (const Violation& violation : violations) {
    list.push_back(
        {{"invariant", violation.invariant}, {"about", violation.about}, {"text", violation.text}});
  }
  return list;
}

ordered_json failures_json(const CampaignResult& result) {
  ordered_json list = ordered_json::array();
  for (const auto& [signature, failure] : result.failures) {
    list.push_back({{"signature", signature},
                    {"seed", failure.file.played.seed},
                    {"storms", failure.storms},
                    {"violationsFound", failure.violations_found},
                    {"violations", violations_json(failure.violations)},
                    {"case", case_json(failure.file)}});
  }
  return list;
}

ordered_json corpus_json(const CampaignResult& result) {
  ordered_json list = ordered_json::array();
  for (const Regression& regression : result.regressions) {
    list.push_back({{"case", regression.name},
                    {"signature", regression.signature},
                    {"violations", violations_json(regression.violations)}});
  }
  return {{"cases", result.corpus_cases}, {"regressions", std::move(list)}};
}

ordered_json reach_json(const CampaignReport& report) {
  ordered_json json = {{"from", report.reach_from},
                       {"sites", ordered_json::object()},
                       {"branches", ordered_json::object()}};
  for (const auto& [site, reach] : report.result.reach.sites()) {
    ordered_json& entry = json["sites"][site];
    entry["calls"] = reach.calls;
    entry["faults"] = ordered_json::object();
    for (const faults::FaultRow& row : faults::fault_table()) {
      const auto count = reach.faults[static_cast<std::size_t>(row.fault)];
      if (count > 0) entry["faults"][std::string(row.name)] = count;
    }
  }
  for (const auto& [branch, times] : report.result.reach.branches()) {
    json["branches"][branch] = times;
  }
  const Holes holes = holes_in(report.result.reach, report.base);
  json["neverReached"] = {
      {"sites", holes.sites}, {"branches", holes.branches}, {"faults", holes.faults}};
  return json;
}

// The counts as one text: there are up to 20,000 of them.
ordered_json behaviours_json(const Behaviours& behaviours) {
  const Behaviours::Estimate estimate = behaviours.estimate();
  std::string seen;
  for (const auto& [hash, runs] : behaviours.seen()) {
    seen.append(seen.empty() ? "" : " ").append(hex_of(hash));
    seen.append(":").append(std::to_string(runs));
  }
  return {{"runs", behaviours.runs()},         {"different", behaviours.seen().size()},
          {"inOneRun", behaviours.seen_in(1)}, {"inTwoRuns", behaviours.seen_in(2)},
          {"unseen", estimate.unseen},         {"unseenShare", estimate.unseen_share},
          {"nextIsNew", estimate.next_is_new}, {"seen", seen}};
}

Judged fail(std::uint64_t count, const char* what) {
  return {CampaignVerdict::fail, std::to_string(count) + " " + what};
}

}  // namespace

std::uint64_t CampaignReport::seeds_of_shard() const {
  // Seeds s from first to first + seeds - 1 with s % shards == shard.
  const std::uint64_t skipped = (shard + shards - first % shards) % shards;
  return seeds <= skipped ? 0 : (seeds - skipped - 1) / shards + 1;
}

std::string_view name_of(CampaignVerdict verdict) {
  switch (verdict) {
    case CampaignVerdict::pass: return "pass";
    case CampaignVerdict::fail: return "fail";
    case CampaignVerdict::unknown: return "unknown";
  }
  return "?";
}

Judged judge_campaign(const CampaignReport& report) {
  const CampaignResult& result = report.result;
  if (result.failed_runs > 0) return fail(result.failed_runs, "storms violated an invariant");
  if (!result.regressions.empty()) {
    return fail(result.regressions.size(), "cases of the corpus failed again");
  }
  if (!result.differed.empty()) {
    return fail(result.differed.size(), "seeds gave another history the second time");
  }
  if (result.runs == 0) return {CampaignVerdict::unknown, "no storm was played"};
  const bool judges_reach = report.shards == 1 && report.reach_from != 0;
  const Holes holes = holes_in(result.reach, report.base);
  if (judges_reach && result.runs >= report.reach_from && !holes.none()) {
    return fail(holes.count(), "sites, branches or faults were never reached");
  }
  if (result.interrupted) return {CampaignVerdict::unknown, "it was interrupted"};
  if (judges_reach && !holes.sites.empty()) {
    return {CampaignVerdict::unknown, "a site was never reached: " + holes.sites.front()};
  }
  return {CampaignVerdict::pass, "no invariant was violated"};
}

CampaignReport report_of(const CampaignOptions& options, CampaignResult result, std::string program,
                         std::uint64_t reach_from) {
  CampaignReport report;
  report.program = std::move(program);
  report.base = options.base;
  report.base.seed = 0;
  report.first = options.first;
  report.seeds = options.seeds;
  report.shard = options.shard;
  report.shards = options.shards;
  report.twice_one_in = options.twice_one_in;
  report.time = options.time;
  report.reach_from = reach_from;
  report.result = std::move(result);
  return report;
}

std::string to_json(const CampaignReport& report) {
  const CampaignResult& result = report.result;
  const Judged judged = judge_campaign(report);
  ordered_json json;
  json["cutoverCampaign"] = report_version;
  json["program"] = report.program;
  json["base"] = base_to_json(report.base);
  json["first"] = report.first;
  json["seeds"] = report.seeds;
  json["shard"] = report.shard;
  json["shards"] = report.shards;
  json["twiceOneIn"] = report.twice_one_in;
  json["timeMicroseconds"] =
      report.time ? ordered_json(report.time->count()) : ordered_json(nullptr);
  json["verdict"] = name_of(judged.verdict);
  json["because"] = judged.because;
  json["runs"] = result.runs;
  json["failedRuns"] = result.failed_runs;
  json["seconds"] = result.seconds;
  json["runsPerSecond"] =
      result.seconds > 0 ? static_cast<double>(result.runs) / result.seconds : 0.0;
  json["calls"] = result.calls;
  json["faults"] = result.faults;
  json["events"] = result.events;
  json["virtualMicroseconds"] = result.virtual_time.count();
  json["digest"] = hex_of(result.digest);
  json["interrupted"] = result.interrupted;
  json["ranTwice"] = result.twice;
  json["differed"] = result.differed;
  json["failureBound95"] =
      result.failed_runs == 0 ? ordered_json(failure_bound_95(result.runs)) : ordered_json(nullptr);
  json["behaviours"] = behaviours_json(result.behaviours);
  json["corpus"] = corpus_json(result);
  json["failures"] = failures_json(result);
  json["reach"] = reach_json(report);
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace cutover::chaos
