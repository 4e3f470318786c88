// Search by ISBN, as plan item 2.3 has it, and the answer of the API before it (R3.6, R3.10).

#include "core/api/envelope.h"
#include "core/api/handlers.h"
#include "core/api/json_writer.h"
#include "core/api/values.h"

namespace cutover::api {
namespace {

// Counted in memory; System::tick() writes the counts (plan defect R05).
void count(Call& call, const books::Isbn& isbn, const lookup::Answer& answer) {
  store::CacheMetrics& counts = call.parts().cache_metrics;
  const std::string key = "book:isbn:" + isbn.str();
  if (const auto* found = std::get_if<lookup::Found>(&answer)) {
    if (found->tier == lookup::Tier::cache) {
      counts.hit(key, static_cast<std::int64_t>(found->book.size()));
    } else {
      counts.miss(key, true);
    }
  } else if (std::holds_alternative<lookup::NotFound>(answer)) {
    counts.miss(key, false);
  }
}

Checked<lookup::Found> find(Call& call) {
  auto isbn = checked_isbn(call.query("isbn"));
  if (!isbn) return tl::unexpected(std::move(isbn.error()));
  lookup::Answer answer = call.parts().lookup.find(*isbn);
  count(call, *isbn, answer);
  if (const auto* unavailable = std::get_if<lookup::Unavailable>(&answer)) {
    return tl::unexpected(problem_of(unavailable->failure, unavailable->retry_after, false));
  }
  if (std::holds_alternative<lookup::NotFound>(answer)) {
    return refuse(404, "NOT_FOUND", "no book is known under the ISBN " + isbn->str());
  }
  return std::get<lookup::Found>(std::move(answer));
}

HttpResponse found(Call& call, const lookup::Found& found, std::string_view top) {
  JsonWriter metadata;
  metadata.begin_object().text("source", name_of(found.tier));
  metadata.boolean("cached", found.tier == lookup::Tier::cache);
  metadata.boolean("stale", found.stale).end_object();
  constexpr std::size_t frame_bytes = 20;
  JsonWriter data(found.book.size() + frame_bytes);
  data.begin_object().raw("book", found.book).end_object();
  return success(call.parts().runtime.wall(), data.take(), 200, metadata.take(), top);
}

}  // namespace

Checked<HttpResponse> search(Call& call) {
  auto book = find(call);
  if (!book) return tl::unexpected(std::move(book.error()));
  return found(call, *book, "{}");
}

// Old clients read the book's fields from the top of the answer; new ones find the envelope.
Checked<HttpResponse> search_legacy(Call& call) {
  auto book = find(call);
  if (!book) return tl::unexpected(std::move(book.error()));
  return found(call, *book, book->book);
}

}  // namespace cutover::api
