#include "core/ports/check.h"

#include <cstdio>
#include <cstdlib>

namespace cutover {

void check_failed(const char* condition, const char* file, int line, const char* reason) {
  std::fprintf(stderr, "%s:%d: broken invariant: %s\n  %s\n", file, line, reason, condition);
  std::fflush(stderr);
  std::abort();
}

}  // namespace cutover
