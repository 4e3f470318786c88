#include "fakes/cloudflare/event_log.h"

#include <string>

namespace cutover::simulate {

void EventLog::happened(const sim::EventView& event) {
  ++next_;
  events_.push_back({event.at, event.process, event.incarnation, event.task, event.kind,
                     std::string(event.what), std::string(event.key), std::string(event.result),
                     event.payload});
  if (events_.size() > kept_max_) events_.pop_front();
}

}  // namespace cutover::simulate
