#include "app/draining_runtime.h"

#include <utility>

namespace cutover::app {

void DrainingRuntime::defer(std::function<void()> work) {
  {
    const std::lock_guard lock(count_->mutex);
    if (count_->closed) return;  // as work may be lost with the process, it is lost here
    ++count_->open;
  }
  const std::shared_ptr<Count> count = count_;
  const std::shared_ptr<void> ticket(nullptr, [count](void*) {
    const std::lock_guard lock(count->mutex);
    --count->open;
    count->changed.notify_all();
  });
  threads_.defer(
      [ticket, held = std::make_shared<std::function<void()>>(std::move(work))]() mutable {
        (*held)();
        *held = nullptr;  // what the work owned goes before the ticket does
      });
}

bool DrainingRuntime::drain(Duration at_most) {
  std::unique_lock lock(count_->mutex);
  count_->closed = true;
  return count_->changed.wait_for(lock, at_most, [this] { return count_->open == 0; });
}

}  // namespace cutover::app
