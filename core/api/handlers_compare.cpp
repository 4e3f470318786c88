// POST /admin/compare: D1 against the source, request by request, and its result for the gate.

#include <algorithm>

#include "core/api/envelope.h"
#include "core/api/handlers.h"
#include "core/api/json_writer.h"
#include "core/api/row_comparison.h"
#include "core/api/time_limit.h"
#include "core/rollout/gate.h"
#include "core/rollout/plan_table.h"

namespace cutover::api {
namespace {

tl::unexpected<Problem> failed(const Failure& failure) {
  return tl::unexpected(problem_of(failure, Duration{0}, true));
}

// Where this request goes on, or a new beginning.
Checked<RowComparisonPlace> begin(Call& call) {
  auto cursor = call.body.text("cursor");
  if (!cursor) return tl::unexpected(std::move(cursor.error()));
  if (*cursor) {
    const auto at = comparison_place(**cursor, call.options().admin_token);
    const std::size_t prefixes = call.options().migrator.read.prefixes.size();
    if (!at || at->place.complete || at->place.prefix_index >= prefixes) {
      return bad_request("cursor is not one of this service; start again without one");
    }
    return *at;
  }
  const auto view = call.parts().rollout.view();
  if (!view) return failed(view.error());
  RowComparisonPlace at;
  at.revision = view->state.revision;
  return at;
}

std::string answer_json(const RowComparisonPlace& at, bool recorded, std::string_view secret) {
  const RowCounts& counts = at.counts;
  const bool clean =
      counts.compared > 0 && counts.missing == 0 && counts.different == 0 && counts.unreadable == 0;
  JsonWriter data;
  data.begin_object().boolean("complete", at.place.complete).boolean("recorded", recorded);
  data.boolean("clean", clean).number("keys", counts.keys).number("compared", counts.compared);
  data.number("missing", counts.missing).number("different", counts.different);
  data.number("live", counts.live).number("unreadable", counts.unreadable);
  data.number("revision", at.revision);
  data.maybe_text("cursor",
                  at.place.complete ? std::nullopt : std::optional(comparison_cursor(at, secret)));
  data.end_object();
  return data.take();
}

// A book that is missing or altered stops writes (R5.6). Before D1 is read, its gate stays closed
// instead, and nobody is told anything wrong.
void tell_guard(rollout::Rollout& rollout, const RowCounts& counts) {
  const std::int64_t wrong = counts.missing + counts.altered;
  if (wrong == 0) return;
  const auto view = rollout.view();
  if (view && rollout::reads_d1(view->state.phase)) rollout.inconsistency_found(wrong);
}

}  // namespace

Checked<HttpResponse> compare_stores(Call& call) {
  auto at = begin(call);
  if (!at) return tl::unexpected(std::move(at.error()));
  const TimeLimit limit(call.context);
  const ApiParts& parts = call.parts();
  migrate::ReadOptions read = call.options().migrator.read;
  read.page_keys = std::min(read.page_keys, KvLimits::get_many_keys_max);  // a piece is a page
  migrate::SourceReader reader(parts.source, parts.runtime, parts.telemetry, read);
  do {  // at least one piece, so that every request gets further
    const auto compared = compare_piece(reader, parts.admin_database, *at);
    if (!compared) return failed(compared.error());
  } while (!at->place.complete && !limit.is_up());

  // Where something could not be read, nothing is known, and nothing is recorded as evidence.
  const bool record = at->place.complete && at->counts.unreadable == 0;
  if (record) {
    const auto recorded = rollout::record_comparison(
        parts.admin_database,
        {at->revision, at->counts.compared, at->counts.missing, at->counts.different});
    if (!recorded) return failed(recorded.error());
    tell_guard(parts.rollout, at->counts);
  }
  return success(parts.runtime.wall(), answer_json(*at, record, call.options().admin_token));
}

}  // namespace cutover::api
