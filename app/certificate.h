// The determinism certificate of `cutover chaos`: writing it, and checking it with another build.
#pragma once

#include <cstdint>
#include <string>

#include "app/commands.h"
#include "chaos/campaign.h"

namespace cutover::app {

// Plays the first seed of the campaign, and every `twice_one_in`-th, at most 200 in all, and writes
// their histories. An exit code; on bad input the error is printed.
[[nodiscard]] int write_certificate(const std::string& path, const chaos::CampaignOptions& options);

// Plays the certificate's seeds and compares. `against`: the program of the build that wrote it;
// when a history differs it is asked for that seed's events, and both sides are printed. Empty:
// only this side is.
[[nodiscard]] int check_certificate(const std::string& path, const std::string& against,
                                    const Common& common);

}  // namespace cutover::app
