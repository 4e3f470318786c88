// SourceWindows: the source in windows of items, one being read while another is written.
//
// Whoever writes asks for a window with next(), and may have the one after it read meanwhile by a
// task of its own (read_ahead). What was read ahead and is never asked for is dropped: the ledger
// knows nothing of it, so the next step reads it again.
//
// One task at a time may call it; it runs at most one task of its own.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/migrate/source_reader.h"

namespace cutover::migrate {

struct Window {
  std::vector<Item> items;        // in the listing's order; none where a page lists nothing new
  std::optional<Place> page_end;  // where it ends a page: where to go on when all are written
};

// How much to read: at most `keys` (at least 1), in chunks of `chunk_keys` (1 to 100).
struct WindowSize {
  std::size_t keys = 1;
  std::size_t chunk_keys = 1;
};

class SourceWindows {
 public:
  // From `place`, which is not the end. `reader` and `runtime` must outlive this.
  SourceWindows(SourceReader& reader, Runtime& runtime, const Place& place);

  // Lists the next page where the last is used up; so that what it cost is known before the size of
  // the next window is chosen. Fails as SourceReader::page does. Switches.
  Outcome<void> turn_page();

  // The next window: the one being read ahead, whatever its size, or else one of this size. After
  // the last window of the listing there is none to ask for. Fails as turn_page() does. Switches.
  Outcome<Window> next(const WindowSize& size);

  // Starts reading the window after the last one; nothing where the listing ends there, or where
  // one is being read already. Does not switch.
  void read_ahead(const WindowSize& size);

 private:
  Outcome<void> list();
  Outcome<Window> read(const WindowSize& size);

  SourceReader& reader_;
  Place place_;                           // where the next page begins
  std::optional<SourcePage> page_;        // listed, and not all read
  std::span<const KvListedKey> unread_;   // of page_
  std::optional<Outcome<Window>> ahead_;  // written by the task, read after it has ended
  bool reading_ahead_ = false;
  std::unique_ptr<TaskGroup> task_;  // the last member: it ends before what it uses goes
};

}  // namespace cutover::migrate
