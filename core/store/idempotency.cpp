// The two functions of shelf.h that keep answers for requests that come again.
#include <utility>

#include "core/ports/check.h"
#include "core/store/shelf.h"

namespace cutover::store {
namespace {

constexpr std::string_view find_sql =
    R"(SELECT request_hash, status, body FROM IdempotencyKeys
WHERE subject = ?1 AND key = ?2 AND created_at > unixepoch() - 86400)";

// Bounded, so that no request pays for all that others left. Each answer removes more than it adds.
constexpr std::string_view forget_sql =
    R"(DELETE FROM IdempotencyKeys WHERE (subject, key) IN (
  SELECT subject, key FROM IdempotencyKeys
  WHERE created_at <= unixepoch() - 86400 ORDER BY created_at LIMIT 100))";

// The first answer stays: two requests with one key must not be told two things. One that is too
// old, and that the bounded removal has not reached, is replaced.
constexpr std::string_view remember_sql =
    R"(INSERT INTO IdempotencyKeys (subject, key, request_hash, status, body)
VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT(subject, key) DO UPDATE SET
  request_hash = excluded.request_hash, status = excluded.status, body = excluded.body,
  created_at = excluded.created_at
WHERE IdempotencyKeys.created_at <= unixepoch() - 86400)";

}  // namespace

Outcome<std::optional<RememberedAnswer>> find_answer(Database& database, std::string_view subject,
                                                     std::string_view key) {
  const auto result = database.query({find_sql, {std::string(subject), std::string(key)}});
  if (!result) return result.error();
  std::optional<RememberedAnswer> answer;
  if (result->rows.empty()) return answer;
  const SqlRow& row = result->rows.front();
  answer = RememberedAnswer{std::string(as_text(row.at(0))), as_int(row.at(1)),
                            std::string(as_text(row.at(2)))};
  return answer;
}

Outcome<void> remember_answer(Database& database, std::string_view subject, std::string_view key,
                              const RememberedAnswer& answer) {
  const std::vector<Statement> batch = {
      {forget_sql, {}},
      {remember_sql,
       {std::string(subject), std::string(key), answer.request_hash, answer.status, answer.body}}};
  const auto results = database.batch(batch);
  if (!results) return results.error();
  return {};
}

}  // namespace cutover::store
