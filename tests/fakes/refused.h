// Whether a fake refused a call as the real service does.
#pragma once

#include <gtest/gtest.h>

#include <string_view>

#include "core/ports/outcome.h"

namespace cutover::fakes {

// With that kind and that very text, and without an effect.
template <class T>
testing::AssertionResult refused(const Outcome<T>& outcome, FailureKind kind,
                                 std::string_view message) {
  if (outcome) return testing::AssertionFailure() << "it was accepted";
  const Failure& failure = outcome.error();
  if (failure.kind != kind || failure.message != message) {
    return testing::AssertionFailure() << describe(failure);
  }
  if (failure.effect != Effect::not_applied) return testing::AssertionFailure() << "effect unknown";
  return testing::AssertionSuccess();
}

}  // namespace cutover::fakes
