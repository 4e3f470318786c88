// Stage: one simulated account (KV, D1, a book provider) with a team's Worker in front of it, which
// a check may ask, feed, disturb, kill and look behind.
//
// The Worker runs in workerd, so its time is real and its order of calls its own; the services'
// time follows real time, and can be moved ahead of it. Calls on a stage from one thread only.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "core/ports/database.h"
#include "core/ports/kv_store.h"
#include "fakes/cloudflare/steered_faults.h"
#include "fakes/provider/provider_trouble.h"
#include "fakes/sim/history.h"
#include "worker/worker_folder.h"

namespace cutover::worker {

struct Ask {
  std::string method = "GET";
  std::string path;   // with its query, encoded
  std::string token;  // bearer; empty: none
  std::string body;   // JSON; empty: none
};

struct Told {
  int status = 0;  // 0: no answer
  std::string body;
};

// One port call as a service saw it.
struct SeenCall {
  std::string site;    // "kv.get", "d1.batch", "provider.find"
  std::string key;     // the key, a short name of the statement, or the ISBN
  std::string result;  // "ok", or the failure
};

// D1 refused something for good: the stage's own doing, never the Worker's.
struct StageFailure {
  std::string what;
};

class Stage {
 public:
  static constexpr const char* admin_token = "an-admin-token-for-rehearsals";
  static constexpr const char* user_a = "user-a";
  static constexpr const char* token_a = "a-token-of-user-a";
  static constexpr const char* token_b = "a-token-of-user-b";

  // With the Worker's migrations applied and `instances` of it listening, each at a location of its
  // own. The error says what does not start, or which migration D1 refuses.
  static tl::expected<std::unique_ptr<Stage>, std::string> open(const WorkerFolder& worker,
                                                                const std::string& workerd,
                                                                std::size_t instances = 1);
  ~Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  // ---- Asking ----
  Told ask(const Ask& ask, std::size_t instance = 0);
  // All at the same time, on as many connections.
  std::vector<Told> ask_at_once(const std::vector<Ask>& asks, std::size_t instance = 0);
  // SIGKILL, and a new process in its place. Throws StageFailure when none starts.
  void kill(std::size_t instance);
  void start(std::size_t instance);

  // ---- Feeding ----
  void put(const std::string& key, const std::string& value,
           std::optional<std::int64_t> expiration = std::nullopt);
  void put_all(const std::vector<KvRecord>& entries);
  void remove(const std::string& key);
  void know(const std::string& isbn13, const std::string& book);  // the provider
  void know_other_edition(const std::string& isbn13, const std::string& named,
                          const std::string& book);
  // Throws StageFailure with D1's words.
  std::vector<SqlRow> sql(const std::string& text);

  // ---- Disturbing ----
  // Asked before each call of the Worker's; what it names happens to the call.
  using Rule = simulate::SteeredFaults::Rule;
  void disturb(Rule rule);
  void provider_fails(fakes::ProviderTrouble trouble);  // until calm()
  void calm();
  void advance(Duration duration);  // of the services' clock
  // From now on the services' clock runs so many times as fast: for checks that KV's one write a
  // second per key has nothing to do with.
  void hurry(int times);

  // ---- Looking behind ----
  [[nodiscard]] std::optional<std::string> value(const std::string& key);  // centrally, now
  [[nodiscard]] std::vector<std::string> keys(const std::string& prefix = "");
  // From here on, calls() tells.
  void mark();
  [[nodiscard]] std::vector<SeenCall> calls();
  [[nodiscard]] std::int64_t count(std::string_view site);  // sites that begin so
  [[nodiscard]] std::int64_t count(std::function<bool(const SeenCall&)> wanted);

 private:
  struct State;
  explicit Stage(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace cutover::worker
