#include "load/real_run.h"

#include <utility>

#include "adapters/threads/thread_runtime.h"
#include "load/virtual_run.h"

namespace cutover::load {
namespace {

// Empty: nothing is.
std::string what_is_wrong(const RealOptions& options) {
  const Profile& profile = options.profile;
  if (profile.mix.search_fresh > 0) {
    return profile.name +
           ": mix.search_fresh: such books are the simulated provider's; take it out for --target";
  }
  if (!profile.rollout.empty()) {
    return profile.name + ": rollout: is the simulation's; move a server's own by its admin routes";
  }
  const bool library = profile.mix.library_read > 0 || profile.mix.library_write > 0;
  if (library && (options.user.empty() || options.target.user_token.empty())) {
    return profile.name +
           ": mix: library routes need --user NAME and its token (cutover token makes one)";
  }
  return {};
}

}  // namespace

tl::expected<Result, std::string> run_real(const RealOptions& options) {
  const std::string problem = what_is_wrong(options);
  if (!problem.empty()) return tl::unexpected(problem);
  const auto target = HttpTarget::connect(options.target);
  if (!target) return tl::unexpected(target.error());
  const Profile& profile = options.profile;
  std::vector<std::string> users;
  if (!options.user.empty()) users.push_back(options.user);
  const RequestSource source(profile, options.seed, options.isbns, users);
  Watch watch;
  watch.every = std::chrono::seconds(1);
  watch.look = options.progress;
  watch.stop = options.interrupted;
  watch.patience = std::chrono::milliseconds(100);
  threads::ThreadRuntime runtime(options.seed);
  Result result;
  result.profile = profile.name;
  result.target = options.target.url;
  result.seed = options.seed;
  if (profile.executor == Executor::virtual_users) {
    result.users_max = Stages(profile.stages).highest();
  }
  result.measured = Generator(runtime, **target, source, profile, options.seed,
                              slice_of(profile, options.points_max), std::move(watch))
                        .run();
  return result;
}

}  // namespace cutover::load
