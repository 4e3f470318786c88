#include "core/migrate/fitting.h"

#include <set>
#include <string_view>

namespace cutover::migrate {
namespace {

std::size_t bytes_of(const Item& item) {
  const auto* row = std::get_if<books::BookRow>(&item.what);
  return row ? row->canonical_metadata.size() * 2 : 0;  // the columns repeat most of the blob
}

}  // namespace

std::size_t fitting(std::span<const Item> items, std::size_t bytes_max) {
  std::set<std::string_view> isbns;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    bytes += bytes_of(items[i]);
    if (i > 0 && bytes > bytes_max) return i;
    if (const auto* row = std::get_if<books::BookRow>(&items[i].what)) {
      if (!isbns.insert(row->isbn).second) return i;
    }
  }
  return items.size();
}

}  // namespace cutover::migrate
