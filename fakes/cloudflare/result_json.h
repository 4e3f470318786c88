// D1's results as the API writes them, and parameters as it reads them.
//
// Numbers are JavaScript's: 5.0 is written as 5. Blobs travel as lists of bytes. Source:
// cloudflare-facts B4, B5; miniflare-observed 8.1.
#pragma once

#include <vector>

#include "core/ports/database.h"
#include "fakes/cloudflare/json_input.h"

namespace cutover::simulate {

enum class RowForm { objects, arrays };  // of /query and of /raw

// What D1 says of the database beside a result.
struct DatabaseNow {
  std::int64_t size_bytes = 0;
  bool changed = false;
};

[[nodiscard]] Json result_json(const ResultSet& result, RowForm form, const DatabaseNow& now);

// Texts, numbers, true and false (1 and 0), null, and lists of bytes.
[[nodiscard]] Checked<std::vector<SqlValue>> params_of(const Json& list);

}  // namespace cutover::simulate
