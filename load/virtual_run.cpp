#include "load/virtual_run.h"

#include <algorithm>

#include <fmt/format.h>

#include "load/generator.h"
#include "load/simulated_system.h"

namespace cutover::load {
namespace {

// At most: a virtual user whose answers take no time.
double requests_of(const Profile& profile) {
  const Stages stages(profile.stages);
  const double seconds = std::chrono::duration<double>(stages.length()).count();
  if (profile.executor == Executor::arrivals) return stages.highest() * seconds;
  const double think = std::chrono::duration<double>(profile.think).count();
  return stages.highest() * seconds / std::max(think, 0.001);
}

}  // namespace

Duration slice_of(const Profile& profile, std::int64_t points_max) {
  const Duration length = Stages(profile.stages).length() - profile.warm_up;
  const std::int64_t whole = std::chrono::ceil<std::chrono::seconds>(length).count();
  return std::chrono::seconds(std::max<std::int64_t>(1, (whole + points_max - 1) / points_max));
}

tl::expected<Result, std::string> run_virtual(const Catalogue& catalogue,
                                              const VirtualOptions& options) {
  const Profile& profile = options.profile;
  const double requests = requests_of(profile);
  if (requests > virtual_requests_max) {
    return tl::unexpected(
        fmt::format("{}: up to {:.0f} requests, and the simulation takes at most "
                    "{:.0f}; shorten stages, or lower their targets",
                    profile.name, requests, virtual_requests_max));
  }
  SimulatedSystem system(profile, catalogue, options.seed);
  const RequestSource source(profile, options.seed, catalogue.isbns(), system.users());
  system.prepare(options.phase, source);
  Watch watch;
  watch.every = slice_of(profile, options.points_max);
  watch.stop = options.interrupted;
  watch.look = [&](const Standing& standing) {
    if (standing.elapsed <= profile.warm_up) {
      system.begin_counting();
      return;
    }
    system.end_slice();
    if (options.progress) options.progress(standing.elapsed, standing.length);
  };
  Result result;
  result.profile = profile.name;
  result.target = fmt::format("simulation, phase {}", rollout::name_of(options.phase));
  result.seed = options.seed;
  if (profile.executor == Executor::virtual_users) {
    result.users_max = Stages(profile.stages).highest();
  }
  system.run([&](Runtime& runtime) {
    result.measured =
        Generator(runtime, system, source, profile, options.seed, watch.every, watch).run();
  });
  result.services = system.services();
  return result;
}

}  // namespace cutover::load
