// What every Database must do, whatever is behind it; see kv_contract.h.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <ostream>
#include <string>

#include "core/ports/database.h"

namespace cutover::contracts {

// An empty database, and how to get at it.
class DatabaseStand {
 public:
  virtual ~DatabaseStand() = default;

  // Runs the body with the database, to its end. In a simulated world it is a task.
  virtual void run(const std::function<void(Database&)>& body) = 0;
};

struct DatabaseCase {
  std::string name;
  std::function<std::unique_ptr<DatabaseStand>()> make;
};

// As a test's output shows it.
inline void PrintTo(const DatabaseCase& one, std::ostream* out) {
  *out << one.name;
}

class DatabaseContract : public testing::TestWithParam<DatabaseCase> {
 protected:
  void SetUp() override {
    stand_ = GetParam().make();
    ASSERT_NE(stand_, nullptr);
  }
  void run(const std::function<void(Database&)>& body) { stand_->run(body); }

 private:
  std::unique_ptr<DatabaseStand> stand_;
};

inline std::string name_of_database_case(const testing::TestParamInfo<DatabaseCase>& info) {
  return info.param.name;
}

}  // namespace cutover::contracts
