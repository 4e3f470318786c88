#include "adapters/cloudflare/cloudflare_database.h"

#include <utility>

#include "adapters/cloudflare/d1_json.h"
#include "adapters/cloudflare/verdict.h"

namespace cutover::cloudflare {
namespace {

Question question_of(std::string_view operation) {
  return {Service::d1, operation, true};
}

Failure unsendable(std::string_view operation, Unsendable why) {
  return judge_unasked(question_of(operation), why.kind, std::move(why.why));
}

}  // namespace

tl::expected<std::unique_ptr<CloudflareDatabase>, std::string> CloudflareDatabase::create(
    ApiClient& api, const std::string& database_id) {
  if (!is_id(database_id)) {
    return tl::unexpected(
        std::string("the D1 database id must be 1 to 64 letters, digits, - or _; "
                    "`wrangler d1 list` shows it"));
  }
  return std::unique_ptr<CloudflareDatabase>(new CloudflareDatabase(api, database_id));
}

CloudflareDatabase::CloudflareDatabase(ApiClient& api, const std::string& database_id)
    : api_(api), path_("/d1/database/" + database_id + "/raw") {}

Outcome<std::vector<ResultSet>> CloudflareDatabase::ask(std::string_view operation,
                                                        std::string body) {
  const Question question = question_of(operation);
  const auto answer = api_.call({"POST", path_, std::move(body), question.writes});
  if (!answer) return judge_silence(question, answer.error(), api_);
  const Envelope envelope(answer->body);
  if (answer->status != 200 || !envelope.success()) {
    return judge_refusal(question, *answer, envelope, api_);
  }
  auto results = results_of(envelope);
  if (!results) return judge_nonsense(question, "an answer without results");
  return std::move(*results);
}

Outcome<ResultSet> CloudflareDatabase::query(const Statement& statement) {
  if (auto why = why_not_to_send(std::span(&statement, 1))) {
    return unsendable("query", std::move(*why));
  }
  auto results = ask("query", query_body(statement));
  if (!results) return std::move(results.error());
  if (results->empty()) return judge_nonsense(question_of("query"), "an answer without a result");
  ResultSet last = std::move(results->back());
  results->pop_back();
  for (const ResultSet& before : *results) last.meta.changes += before.meta.changes;
  return last;
}

Outcome<std::vector<ResultSet>> CloudflareDatabase::batch(std::span<const Statement> statements) {
  if (auto why = why_not_to_send(statements)) return unsendable("batch", std::move(*why));
  auto results = ask("batch", batch_body(statements));
  if (!results) return results;
  if (results->size() != statements.size()) {
    return judge_nonsense(question_of("batch"),
                          "an answer with more or fewer results than statements");
  }
  return results;
}

}  // namespace cutover::cloudflare
