#include "core/api/row_comparison.h"

#include <algorithm>
#include <array>
#include <span>

#include "core/api/base64url.h"
#include "core/api/body.h"
#include "core/api/json_writer.h"
#include "core/api/secrets.h"
#include "core/books/canonical_json.h"
#include "core/store/book_statements.h"

namespace cutover::api {
namespace {

constexpr std::size_t keys_per_piece = 100;
constexpr std::size_t cursor_bytes_max = 8192;
constexpr std::string_view purpose = "comparison cursor:";

constexpr std::array<std::string_view, 12> cursor_fields = {
    "revision", "prefix",  "cursor",    "lastKey", "complete",   "keys",
    "compared", "missing", "different", "live",    "unreadable", "altered"};

// altered: another book for whoever reads it. Only different: as after a cache was filled from D1,
// whose entry lives longer than the one that was migrated.
enum class Verdict : std::uint8_t { same, different, altered, live };

Verdict judge(const books::BookRow& wanted, const store::StoredBook& stored) {
  if (stored.live) return Verdict::live;
  const books::BookRow& row = stored.row;
  if (row.source_key == wanted.source_key) {
    if (row == wanted) return Verdict::same;
    const bool says_the_same = books::canonical_json(row) == books::canonical_json(wanted);
    return says_the_same ? Verdict::different : Verdict::altered;
  }
  // Another key of this ISBN made the row. Right, unless this entry is the preferred one.
  const store::SourceRank mine{wanted.source_time.value_or(0), wanted.source_rank,
                               wanted.source_key};
  const store::SourceRank theirs{row.source_time.value_or(0), row.source_rank, row.source_key};
  return store::preferred(mine, theirs) ? Verdict::different : Verdict::same;
}

void count(const std::vector<migrate::Item>& items,
           const std::map<std::string, store::StoredBook>& stored, RowCounts& counts) {
  for (const migrate::Item& item : items) {
    counts.keys += 1;
    counts.unreadable += std::holds_alternative<migrate::TryAgain>(item.what) ? 1 : 0;
    const auto* row = std::get_if<books::BookRow>(&item.what);
    if (row == nullptr) continue;
    counts.compared += 1;
    const auto found = stored.find(row->isbn);
    if (found == stored.end()) {
      counts.missing += 1;
      continue;
    }
    const Verdict verdict = judge(*row, found->second);
    counts.different += verdict == Verdict::different || verdict == Verdict::altered ? 1 : 0;
    counts.altered += verdict == Verdict::altered ? 1 : 0;
    counts.live += verdict == Verdict::live ? 1 : 0;
  }
}

}  // namespace

Outcome<void> compare_piece(migrate::SourceReader& reader, Database& database,
                            RowComparisonPlace& at) {
  auto page = reader.page(at.place);
  if (!page) return page.error();
  const std::size_t size = std::min(page->keys.size(), keys_per_piece);
  const std::span<const KvListedKey> keys(page->keys.data(), size);
  const std::vector<migrate::Item> items = reader.read(keys, keys_per_piece);
  std::vector<std::string> isbns;
  for (const migrate::Item& item : items) {
    if (const auto* row = std::get_if<books::BookRow>(&item.what)) isbns.push_back(row->isbn);
  }
  const auto stored = store::read_books(database, isbns);
  if (!stored) return stored.error();
  count(items, *stored, at.counts);
  if (size == page->keys.size()) {
    at.place = page->next;
  } else {
    at.place.last_key = page->keys[size - 1].name;
  }
  return {};
}

std::string comparison_cursor(const RowComparisonPlace& at, std::string_view secret) {
  const RowCounts& counts = at.counts;
  JsonWriter json;
  json.begin_object().number("revision", at.revision);
  json.number("prefix", static_cast<std::int64_t>(at.place.prefix_index));
  json.text("cursor", at.place.cursor).text("lastKey", at.place.last_key);
  json.boolean("complete", at.place.complete).number("keys", counts.keys);
  json.number("compared", counts.compared).number("missing", counts.missing);
  json.number("different", counts.different).number("live", counts.live);
  json.number("unreadable", counts.unreadable).number("altered", counts.altered).end_object();
  const std::string text = json.take();
  const std::string signature = hmac_sha256(secret, std::string(purpose) + text);
  return to_base64url(text) + "." + to_base64url(signature);
}

std::optional<RowComparisonPlace> comparison_place(std::string_view cursor,
                                                   std::string_view secret) {
  const std::size_t dot = cursor.find('.');
  if (cursor.size() > cursor_bytes_max || dot == std::string_view::npos) return std::nullopt;
  const auto text = from_base64url(cursor.substr(0, dot));
  const auto signature = from_base64url(cursor.substr(dot + 1));
  if (!text || !signature) return std::nullopt;
  if (!same_secret(*signature, hmac_sha256(secret, std::string(purpose) + *text))) {
    return std::nullopt;
  }
  const auto body = Body::parse(*text, 1, cursor_fields);
  if (!body) return std::nullopt;
  const auto number = [&body](std::string_view name) {
    const auto value = body->number(name);
    return value ? value->value_or(0) : 0;
  };
  const auto words = [&body](std::string_view name) {
    const auto value = body->text(name);
    return value ? value->value_or("") : std::string();
  };
  RowComparisonPlace at;
  at.revision = number("revision");
  at.place.prefix_index = static_cast<std::size_t>(number("prefix"));
  at.place.cursor = words("cursor");
  at.place.last_key = words("lastKey");
  const auto complete = body->boolean("complete");
  at.place.complete = complete && complete->value_or(false);
  at.counts = {number("keys"), number("compared"),   number("missing"), number("different"),
               number("live"), number("unreadable"), number("altered")};
  return at;
}

}  // namespace cutover::api
