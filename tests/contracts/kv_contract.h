// What every KvStore must do, whatever is behind it: the same tests for SQLite files, the simulated
// service, and Cloudflare's API. kv_contract_test.cpp has the tests, *_stands_test.cpp the stores.
//
// To put another server of Cloudflare's API under the same tests, name its place in a
// CloudflareServer (cloudflare_stands.h) and instantiate the two suites with it.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <ostream>
#include <string>

#include "core/ports/kv_store.h"

namespace cutover::contracts {

// An empty namespace, and how to get at it.
class KvStand {
 public:
  virtual ~KvStand() = default;

  // Runs the body with the store, to its end. In a simulated world it is a task.
  virtual void run(const std::function<void(KvStore&)>& body) = 0;

  // Within a body: lets time pass until everything that was written is seen, and may be written
  // again.
  virtual void settle() = 0;

  // Within a body: the store's clock, in seconds since 1970.
  virtual std::int64_t now() = 0;
};

struct KvCase {
  std::string name;
  std::function<std::unique_ptr<KvStand>()> make;
};

// As a test's output shows it.
inline void PrintTo(const KvCase& one, std::ostream* out) {
  *out << one.name;
}

class KvContract : public testing::TestWithParam<KvCase> {
 protected:
  void SetUp() override {
    stand_ = GetParam().make();
    ASSERT_NE(stand_, nullptr);
  }
  void run(const std::function<void(KvStore&)>& body) { stand_->run(body); }
  KvStand& stand() { return *stand_; }

 private:
  std::unique_ptr<KvStand> stand_;
};

inline std::string name_of_case(const testing::TestParamInfo<KvCase>& info) {
  return info.param.name;
}

}  // namespace cutover::contracts
