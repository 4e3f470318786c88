// The run in the trace-event format, which Perfetto (ui.perfetto.dev) and chrome://tracing open.
//
// A process for each role and for each service; threads are tasks. Calls are complete events, in
// microseconds of virtual time; faults and deaths are instants; an arrow goes from each call to the
// instant at which its service did it. Valid UTF-8 whatever the keys hold.
#pragma once

#include <string>

#include "chaos/show/account.h"

namespace cutover::chaos {

[[nodiscard]] std::string trace_events_of(const Account& account);

}  // namespace cutover::chaos
