// ReadPolicy: what the rollout allows for one ISBN, asked at every decision between the tiers (plan
// defect F04). core/rollout implements it; the lookup knows nothing of phases and flags.
#pragma once

#include <string_view>

#include "core/books/isbn.h"

namespace cutover::lookup {

struct ReadPlan {
  bool d1_reads = false;     // D1 answers between KV and the provider
  bool d1_fallback = false;  // D1 answers when the provider cannot (F05: a rollback loses nothing)
  bool write_d1 = false;     // what the provider found goes to D1, before KV (R0.2)
  bool shadow = false;       // KV's answers are compared with D1's, after answering
  std::string_view reason;   // static text, for logs and the flags route: "phase_kv_only", ...

  friend bool operator==(const ReadPlan&, const ReadPlan&) = default;
};

class ReadPolicy {
 public:
  ReadPolicy() = default;
  ReadPolicy(const ReadPolicy&) = delete;
  ReadPolicy& operator=(const ReadPolicy&) = delete;
  virtual ~ReadPolicy() = default;

  // Never fails: when the rollout's state cannot be read, the last one known counts, and before
  // there is one, KV and the provider alone. May switch (it refreshes what it knows).
  virtual ReadPlan plan(const books::Isbn& isbn) = 0;

  // Is this KV answer one of the sample that is compared with D1's? By what is known already: the
  // plan decides, when it is compared. Asked on every hit, so it is cheap, and never switches.
  [[nodiscard]] virtual bool may_shadow(const books::Isbn& isbn) const = 0;

  // What a shadow read found: do KV and D1 give this ISBN one representation? Does not switch.
  enum class Shadow { same, different, absent_in_d1 };
  virtual void shadow_result(const books::Isbn& isbn, Shadow result) = 0;
};

}  // namespace cutover::lookup
