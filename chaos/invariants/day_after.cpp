#include "chaos/invariants/day_after.h"

#include <nlohmann/json.hpp>

#include "chaos/invariants/sequel.h"
#include "chaos/invariants/tables.h"
#include "chaos/users.h"
#include "core/api/user_token.h"

namespace cutover::chaos {
namespace {

using std::chrono::seconds;

constexpr std::size_t shown_max = 900;

api::Pairs authorised(const std::string& token, bool with_body) {
  api::Pairs headers = {{"Authorization", "Bearer " + token}};
  if (with_body) headers.emplace_back("Content-Type", "application/json");
  return headers;
}

std::string text_or_word(std::string_view text) {
  return text.size() < 2 || text.front() != '"' ? std::string(text)
                                                : std::string(text.substr(1, text.size() - 2));
}

bool is_about_a_book(std::string_view key) {
  return is_source(key) || key.starts_with("missing:isbn:");
}

// The phase after this one, and the body that asks for it. `all_read`: D1 is read for all ISBNs.
std::string move_from(const std::string& phase, bool all_read, std::string& to) {
  static const std::map<std::string, std::string> next = {
      {"kv_only", "dual_write"}, {"dual_write", "backfill"}, {"backfill", "reconcile"},
      {"reconcile", "verify"},   {"verify", "d1_reads"},     {"d1_reads", "d1"}};
  const auto found = next.find(phase);
  to = found == next.end() ? "dual_write" : found->second;
  if (phase == "d1_reads" && !all_read) to = phase;
  const std::string percent = to == "d1_reads" ? ",\"percent\":100" : "";
  return R"({"phase":")" + to + R"(","reason":"the day after")" + percent + "}";
}

}  // namespace

DayAfter::DayAfter(const Aftermath& of, scenarios::Isolate& isolate, std::vector<Violation>& found)
    : aftermath(of),
      world(of.world),
      runtime(isolate.runtime),
      kv(isolate.kv, isolate.runtime),
      d1(isolate.d1, isolate.runtime),
      provider(isolate.provider, isolate.runtime),
      system(kv, d1, provider, isolate.runtime, isolate.telemetry, live_system_options()),
      found_(found) {}

DayAfter::Reading DayAfter::search(const std::string& isbn) {
  const api::HttpResponse answer =
      system.api().handle({"GET", "/v1/search/isbn", {{"isbn", isbn}}, {}, ""});
  Reading reading;
  reading.status = answer.status;
  if (answer.status != 200) return reading;
  const std::string_view body = answer.body;
  const std::size_t book = body.find("\"book\":");
  const std::size_t metadata = body.rfind("\"metadata\":");
  if (book == std::string_view::npos || metadata == std::string_view::npos) return reading;
  reading.book = body.substr(book, metadata - book);
  reading.title = json_after(reading.book, "\"title\":");
  reading.source = text_or_word(json_after(body, "\"source\":", metadata));
  reading.stale = json_after(body, "\"stale\":", metadata) == "true";
  return reading;
}

api::HttpResponse DayAfter::admin(const std::string& method, const std::string& path,
                                  const std::string& body, api::Pairs query) {
  return system.api().handle(
      {method, path, std::move(query), authorised(std::string(admin_token), !body.empty()), body});
}

api::HttpResponse DayAfter::shelf(const std::string& user, const std::string& path,
                                  api::Pairs query) {
  const std::string token = api::mint_user_token(user_secret, user, 4'000'000'000);
  return system.api().handle(
      {"GET", "/v1/library/" + user + path, std::move(query), authorised(token, false), ""});
}

void DayAfter::report(std::string_view invariant, std::string_view about, std::string text) {
  found_.push_back(violated(invariant, about, std::move(text)));
}

void DayAfter::pass(Duration duration) {
  const Duration until = runtime.now() + duration;
  while (runtime.now() < until) {
    system.tick();
    runtime.sleep(std::min<Duration>(seconds(1), until - runtime.now()));
  }
}

void DayAfter::empty_the_cache() {
  std::vector<KvRecord> kept = world.kv().entries();
  std::erase_if(kept, [](const KvRecord& record) { return is_about_a_book(record.key); });
  world.kv().restore(kept);
}

std::string DayAfter::phase() {
  const auto rows = read_rows(world, "SELECT phase FROM RolloutState");
  return rows.empty() ? "kv_only" : text_of(rows[0][0]);
}

std::int64_t DayAfter::percent() {
  const auto rows = read_rows(world, "SELECT percent FROM RolloutState");
  return rows.empty() ? 0 : as_int(rows[0][0]);
}

bool DayAfter::migrate() {
  api::Pairs query;
  for (int i = 0; i < 50; ++i) {
    const api::HttpResponse answer = admin("POST", "/admin/migrate-kv-to-d1", "", query);
    if (answer.status == 200 && answer.body.find("\"more\":true") == std::string::npos) {
      return answer.body.find("\"state\":\"complete\"") != std::string::npos;
    }
    if (answer.status == 200) query = {{"resume", "true"}};
    pass(seconds(5));
  }
  return false;
}

bool DayAfter::cut_over() {
  admin("PUT", "/admin/flags", R"({"value":"true"})");
  admin("POST", "/admin/writes", R"({"stopped":false,"reason":"the day after"})");
  std::string last;
  for (int i = 0; i < 25; ++i) {
    const std::string from = phase();
    if (from == "d1") return true;
    std::string to;
    const std::string body = move_from(from, percent() == 100, to);
    if ((to == "reconcile" || to == "verify") && !migrate()) last = "the migration did not end";
    if (from == "verify") {
      // Pieces, until the comparison is recorded.
      std::string cursor;
      for (int piece = 0; piece < 50; ++piece) {
        const std::string with = cursor.empty() ? "{}" : R"({"cursor":")" + cursor + "\"}";
        const api::HttpResponse answer = admin("POST", "/admin/compare", with);
        cursor = text_or_word(json_after(answer.body, "\"cursor\":"));
        if (answer.status != 200 || cursor.empty() || cursor == "null") break;
      }
    }
    const api::HttpResponse answer = admin("POST", "/admin/phase", body);
    if (answer.status != 200) last = to + ": " + answer.body.substr(0, shown_max);
    pass(seconds(2));
  }
  report("rollback", phase(), "in peace, a cutover does not come to its end: " + last);
  return false;
}

std::vector<DayAfter::Standing> DayAfter::some_books(int count) {
  std::vector<Standing> books;
  for (const SqlRow& row :
       read_rows(world,
                 "SELECT isbn, title FROM Books WHERE title <> '' ORDER BY content_hash, isbn "
                 "LIMIT " +
                     std::to_string(count))) {
    books.push_back({text_of(row[0]), nlohmann::json(text_of(row[1])).dump()});
  }
  return books;
}

namespace {

void check_all(DayAfter& day, const migrate::Totals& rerun) {
  check_dry_run(day, rerun);
  check_status(day);
  check_shelves(day);
  if (!day.cut_over()) return;
  day.pass(seconds(75));  // until every isolate knows of flag and phase
  check_tiers(day);
  check_absence(day);
  check_corrections(day);
  check_flag(day);
  check_rolled_back(day);
  if (!day.cut_over()) return;
  check_unsure(day);
  check_recovery(day);  // the last: so much trouble may make the guard roll back
}

}  // namespace

std::vector<Violation> live_on(const Aftermath& aftermath, const migrate::Totals& rerun) {
  std::vector<Violation> found;
  const auto body = [&](scenarios::Isolate& isolate) {
    DayAfter day(aftermath, isolate, found);
    check_all(day, rerun);
    // What the system has deferred must end before it does.
    isolate.runtime.sleep(seconds(31));
  };
  aftermath.world.invoke("sequel-api", 0, scenarios::no_limits(), body);
  return found;
}

}  // namespace cutover::chaos
