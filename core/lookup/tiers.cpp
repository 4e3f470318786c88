#include "core/lookup/tiers.h"

#include <algorithm>
#include <mutex>
#include <utility>
#include <variant>

#include "core/books/canonical_json.h"

namespace cutover::lookup {
namespace {

constexpr std::size_t idle_readers_max = 64;
constexpr std::size_t refreshed_max = 1000;
constexpr std::size_t books_bytes_max = std::size_t{32} << 20;
constexpr Duration shadow_spacing = std::chrono::milliseconds(1);
constexpr std::int64_t shadows_at_once = 100;

}  // namespace

ReaderPool::Lease::Lease(ReaderPool& pool) : pool_(pool) {
  {
    const std::lock_guard<Mutex> lock(*pool_.mutex_);
    if (!pool_.idle_.empty()) {
      reader_ = std::move(pool_.idle_.back());
      pool_.idle_.pop_back();
    }
  }
  if (reader_ == nullptr) reader_ = std::make_unique<ValueReader>();
}

ReaderPool::Lease::~Lease() {
  const std::lock_guard<Mutex> lock(*pool_.mutex_);
  if (pool_.idle_.size() < idle_readers_max) pool_.idle_.push_back(std::move(reader_));
}

ShadowPace::ShadowPace(Runtime& runtime) : runtime_(runtime), mutex_(runtime.mutex()) {}

bool ShadowPace::take() {
  const Duration now = runtime_.now();
  const std::lock_guard<Mutex> lock(*mutex_);
  if (next_ > now + shadow_spacing * (shadows_at_once - 1)) return false;
  next_ = std::max(next_, now) + shadow_spacing;
  return true;
}

Tiers::Tiers(KvStore& kv_store, Database& d1, BookProvider& book_provider, Runtime& the_runtime,
             Telemetry& the_telemetry, ReadPolicy& read_policy, const LookupOptions& the_options)
    : kv(kv_store),
      database(d1),
      provider(book_provider),
      runtime(the_runtime),
      telemetry(the_telemetry),
      policy(read_policy),
      options(the_options),
      readers(the_runtime),
      books(the_runtime, books_bytes_max),
      missing(the_runtime, the_options.remembered_max),
      refreshed(the_runtime, refreshed_max),
      flights(the_runtime, SingleFlight::Limits{}),
      shadow_pace(the_runtime) {}

std::int64_t jittered_seconds(Tiers& tiers, std::int64_t seconds) {
  const std::int64_t spread = std::max<std::int64_t>(seconds / 10, 0) + 1;
  const std::uint64_t number = tiers.runtime.random_number("lookup.life");
  const auto less = static_cast<std::int64_t>(number % static_cast<std::uint64_t>(spread));
  return std::max(seconds - less, KvLimits::ttl_seconds_min);
}

Outcome<std::optional<D1Book>> read_d1(Tiers& tiers, const books::Isbn& isbn) {
  auto stored = store::read_books(tiers.database, {isbn.str()});
  if (!stored) return std::move(stored.error());
  const auto found = stored->find(isbn.str());
  if (found == stored->end()) return std::optional<D1Book>();
  D1Book book = shown(tiers, isbn, found->second.row);
  book.version = found->second.version;
  book.updated_at = found->second.updated_at;
  return std::optional<D1Book>(std::move(book));
}

D1Book shown(Tiers& tiers, const books::Isbn& isbn, const books::BookRow& row) {
  const ReaderPool::Lease reader(tiers.readers);
  D1Book book;
  book.cache_value = books::cache_value(row, reader->transform());
  const books::Transformed made = reader->read(entry_key(isbn.digits()), book.cache_value);
  if (const auto* read_back = std::get_if<books::BookRow>(&made)) {
    book.book = books::canonical_json(*read_back);
  } else {
    book.book = books::canonical_json(row);
    book.cache_value.clear();
  }
  return book;
}

}  // namespace cutover::lookup
