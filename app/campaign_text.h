// A campaign's report as text for people: one process's, or what `report merge` added up.
#pragma once

#include <string>

#include <tl/expected.hpp>

#include "chaos/campaign_report.h"

namespace cutover::app {

// `folder` is where the case files of its failures are.
void print_campaign(const chaos::CampaignReport& report, const std::string& folder);

// Writes the case files of its failures into `folder`; the error names the file.
[[nodiscard]] tl::expected<void, std::string> write_failures(const chaos::CampaignReport& report,
                                                             const std::string& folder);

[[nodiscard]] int exit_code_of(const chaos::CampaignReport& report);

}  // namespace cutover::app
