// In a probe a broken invariant of the core's own is one more thing that a storm finds: it stops
// the world, is judged, and its case is shrunk, instead of ending the program. Linked before the
// archive that holds core/ports/check.cpp, which is then not needed.

#include <stdexcept>
#include <string>

#include "core/ports/check.h"

namespace cutover {

void check_failed(const char* condition, const char* /*file*/, int /*line*/, const char* reason) {
  throw std::logic_error(std::string("broken invariant: ") + reason + " (" + condition + ")");
}

}  // namespace cutover
