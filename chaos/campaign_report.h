// CampaignReport: a campaign, or one shard of it, as a JSON document that adds up exactly.
//
//   { "cutoverCampaign": 1, "program": "0.1.0", "base": { …a case file… }, "first": 1, "seeds": 12,
//     "shard": 0, "shards": 2, …, "runs": 6, …, "failures": [ … ], "reach": { … } }
//
// Merging all shards of one campaign gives the document that one process would have written, except
// for `seconds` and what follows from it. Reading is strict: a document is taken only when the
// program would have written exactly that; the first field where it would not is named.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "chaos/campaign.h"
#include "chaos/required_reach.h"

namespace cutover::chaos {

struct CampaignReport {
  std::string program;  // the version that played
  StormCase base;       // its seed counts for nothing
  std::uint64_t first = 1;
  std::uint64_t seeds = 0;  // that the whole campaign was asked for
  std::uint64_t shard = 0;
  std::uint64_t shards = 1;
  std::uint64_t twice_one_in = 0;
  std::optional<Duration> time;
  std::uint64_t reach_from = reach_from_default;  // storms; then a hole in the reach is a failure
  CampaignResult result;

  // How many seeds fall to this shard, or to all.
  [[nodiscard]] std::uint64_t seeds_of_shard() const;
};

enum class CampaignVerdict : std::uint8_t { pass, fail, unknown };

struct Judged {
  CampaignVerdict verdict = CampaignVerdict::unknown;
  std::string because;  // one sentence
};
// Failed: an invariant was violated, a case of the corpus did not hold, a history was not the same
// the second time, or a whole campaign of `reach_from` storms left holes in its reach. Unknown: no
// storm was played, it was interrupted, or even a site was never reached. A shard's reach is
// judged when it is merged.
[[nodiscard]] Judged judge_campaign(const CampaignReport& report);
[[nodiscard]] std::string_view name_of(CampaignVerdict verdict);

[[nodiscard]] CampaignReport report_of(const CampaignOptions& options, CampaignResult result,
                                       std::string program, std::uint64_t reach_from);

[[nodiscard]] std::string to_json(const CampaignReport& report);

// At most 16 MiB. The error names the field: "calls: does not add up: 12 is written, …".
[[nodiscard]] tl::expected<CampaignReport, std::string> report_from_json(std::string_view json);

struct ReportPart {
  std::string name;  // of the file, for errors
  CampaignReport report;
};
// All shards of one campaign, each once, in any order. The error names the file and the field.
[[nodiscard]] tl::expected<CampaignReport, std::string> merge_parts(
    const std::vector<ReportPart>& parts);

}  // namespace cutover::chaos
