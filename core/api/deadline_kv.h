// DeadlineKv: a KvStore that refuses to read once a request's time is up, or it was asked to stop.
//
// For work that walks a whole namespace and has no bound of its own (the dry run): the walk then
// fails at its next page. Writes are refused always; such work only looks.
#pragma once

#include <functional>

#include "core/ports/kv_store.h"

namespace cutover::api {

class DeadlineKv final : public KvStore {
 public:
  // `time_is_up` is asked before every call; it must not switch.
  DeadlineKv(KvStore& kv, std::function<bool()> time_is_up);

  Outcome<std::optional<KvValue>> get(std::string_view key) override;
  Outcome<std::vector<std::optional<std::string>>> get_many(
      std::span<const std::string> keys) override;
  Outcome<void> put(std::string_view key, std::string_view value,
                    const KvPutOptions& options) override;
  Outcome<void> remove(std::string_view key) override;
  Outcome<KvPage> list(const KvListQuery& query) override;
  [[nodiscard]] Duration staleness_bound() const override { return kv_.staleness_bound(); }

 private:
  KvStore& kv_;
  std::function<bool()> time_is_up_;
};

}  // namespace cutover::api
