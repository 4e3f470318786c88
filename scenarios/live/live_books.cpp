#include "scenarios/live/live_books.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/books/isbn.h"
#include "core/books/transform.h"
#include "scenarios/generate.h"
#include "scenarios/reference_judge.h"

namespace cutover::scenarios {
namespace {

using nlohmann::json;

constexpr std::int64_t a_day = 86'400;  // seconds

bool is_text(const json& book, const char* name) {
  return !book.contains(name) || (book[name].is_string() && !book[name].empty());
}

bool is_plain(const KvRecord& record) {
  if (!record.key.starts_with(books::plan_prefix)) return false;
  const auto isbn = books::Isbn::parse(record.key.substr(books::plan_prefix.size()));
  const json book = json::parse(record.value, nullptr, false);
  if (!isbn || !isbn->canonical || !book.is_object() || !book.contains("title")) return false;
  if (book.contains("isbn") && book["isbn"] != isbn->isbn.str()) return false;
  const bool authors = !book.contains("authors") ||
                       (book["authors"].is_array() &&
                        std::all_of(book["authors"].begin(), book["authors"].end(),
                                    [](const json& author) { return author.is_string(); }));
  return authors && is_text(book, "title") && is_text(book, "publisher") &&
         is_text(book, "language") &&
         (!book.contains("pageCount") || book["pageCount"].is_number_unsigned());
}

std::int64_t seconds_of(Duration duration) {
  return std::chrono::duration_cast<std::chrono::seconds>(duration).count();
}

}  // namespace

std::vector<std::string> LiveBooks::take_rare(std::size_t count) {
  count = std::min(count, rare.size());
  const auto first = rare.end() - static_cast<std::ptrdiff_t>(count);
  std::vector<std::string> taken(first, rare.end());
  rare.erase(first, rare.end());
  return taken;
}

LiveBooks unlisted_books(std::uint64_t seed, std::uint64_t count) {
  constexpr std::uint64_t far_from_dumps = 800'000'000;
  const DumpGenerator dump({seed, 0, 0, 0});
  LiveBooks books;
  for (std::uint64_t i = 0; i < count; ++i) {
    books.sources.push_back(dump.record(far_from_dumps + i));
    books.popular.push_back(isbn13_of(far_from_dumps + i));
  }
  return books;
}

LiveBooks choose_books(std::vector<KvRecord> sources, std::uint64_t rare_one_in, UnixTime start,
                       Duration rare_for) {
  LiveBooks chosen;
  chosen.sources = std::move(sources);
  ReferenceJudge judge;
  std::uint64_t plain = 0;
  for (KvRecord& record : chosen.sources) {
    const bool ends_soon = record.expiration && *record.expiration < start.seconds() + 2 * a_day;
    if (ends_soon) record.expiration.reset();
    if (!is_plain(record) || !judge.expected(record.key, record.value, record.expiration)) continue;
    std::string isbn = record.key.substr(books::plan_prefix.size());
    if (++plain % rare_one_in == 0) {
      record.expiration = start.seconds() + seconds_of(rare_for);
      chosen.rare.push_back(std::move(isbn));
    } else {
      chosen.popular.push_back(std::move(isbn));
    }
  }
  return chosen;
}

LiveBooks live_books(std::uint64_t seed, std::uint64_t popular, std::uint64_t rare, UnixTime start,
                     Duration rare_for) {
  const DumpGenerator dump({seed, start.seconds(), 0, 0});
  const std::int64_t rare_until = start.seconds() + seconds_of(rare_for);
  LiveBooks books;
  for (std::uint64_t i = 0; i < popular + rare; ++i) {
    KvRecord record = dump.record(i);
    if (i < popular) {
      books.popular.push_back(isbn13_of(i));
    } else {
      books.rare.push_back(isbn13_of(i));
      record.expiration = rare_until;
    }
    books.sources.push_back(std::move(record));
  }
  return books;
}

}  // namespace cutover::scenarios
