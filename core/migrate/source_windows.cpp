#include "core/migrate/source_windows.h"

#include <algorithm>
#include <utility>

#include "core/ports/check.h"

namespace cutover::migrate {

SourceWindows::SourceWindows(SourceReader& reader, Runtime& runtime, const Place& place)
    : reader_(reader), place_(place), task_(runtime.task_group(1)) {}

Outcome<void> SourceWindows::turn_page() {
  return reading_ahead_ ? Outcome<void>() : list();
}

Outcome<Window> SourceWindows::next(const WindowSize& size) {
  if (!reading_ahead_) return read(size);
  task_->wait();
  reading_ahead_ = false;
  return *std::exchange(ahead_, std::nullopt);
}

void SourceWindows::read_ahead(const WindowSize& size) {
  if (reading_ahead_ || (!page_ && place_.complete)) return;
  reading_ahead_ = true;
  task_->spawn([this, size] { ahead_ = read(size); });
}

Outcome<void> SourceWindows::list() {
  if (page_) return {};
  auto page = reader_.page(place_);
  if (!page) return page.error();
  page_ = std::move(*page);
  unread_ = page_->keys;
  return {};
}

Outcome<Window> SourceWindows::read(const WindowSize& size) {
  CUTOVER_CHECK(size.keys >= 1, "a window holds at least one key");
  if (auto listed = list(); !listed) return listed.error();
  const auto keys = unread_.first(std::min(size.keys, unread_.size()));
  Window window;
  window.items = reader_.read(keys, size.chunk_keys);
  unread_ = unread_.subspan(keys.size());
  if (unread_.empty()) {
    place_ = page_->next;
    window.page_end = place_;
    page_.reset();
  }
  return window;
}

}  // namespace cutover::migrate
