#include "chaos/users.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/ports/stable_hash.h"
#include "fakes/sim/sanitizers.h"
#include "scenarios/generate.h"

namespace cutover::chaos {
namespace {

using nlohmann::json;

constexpr std::array<const char*, 3> statuses = {"want_to_read", "reading", "completed"};
constexpr std::uint64_t users_count = 3;
constexpr int not_found = 404;

std::string token_of(const std::string& user) {
  return scenarios::user_token(std::string(user_secret), user);
}

std::string library_of(const std::string& user) {
  return "/v1/library/" + user;
}

bool is_success(int status) {
  return status == 200 || status == 201;
}

// Did it certainly change nothing?
bool is_refusal(const api::HttpResponse& answer) {
  return (answer.status >= 400 && answer.status < 500) ||
         answer.body.find("WRITES_STOPPED") != std::string::npos;
}

std::int64_t whole(std::string_view text) {
  std::int64_t number = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') return 0;
    number = number * 10 + (digit - '0');
  }
  return number;
}

std::string unquoted(std::string_view text) {
  return std::string(scenarios::unquoted(text));
}

// An ISBN that is right and that no world knows.
std::string unknown_isbn(std::uint64_t number) {
  constexpr std::uint64_t far_from_all = 900'000'000;
  return scenarios::isbn13_of(far_from_all + number % 7);
}

}  // namespace

// What a request makes of an entry.
struct Users::Change {
  enum class Verb : std::uint8_t { post, patch, remove };
  Verb verb = Verb::post;
  std::string status;        // empty: not named
  std::int64_t rating = -1;  // -1: not named, 0: cleared
  std::string review;        // empty: not named

  [[nodiscard]] ShelfState applied(ShelfState state) const {
    if (verb == Verb::remove) return {};
    if (!state.present && verb == Verb::patch) return state;
    if (!state.present) state.status = statuses[0];
    state.present = true;
    if (!status.empty()) state.status = status;
    if (rating >= 0) state.rating = rating;
    if (!review.empty()) state.review = review;
    // Once started or completed, always so; after a completion no start is made up (U05).
    if (status == "reading" && !state.completed) state.started = true;
    if (status == "completed") state.completed = true;
    return state;
  }

  [[nodiscard]] std::string body(const std::string& isbn) const {
    json fields = json::object();
    if (verb == Verb::post) fields["isbn"] = isbn;
    if (!status.empty()) fields["status"] = status;
    if (rating == 0) fields["rating"] = nullptr;
    if (rating > 0) fields["rating"] = rating;
    if (!review.empty()) fields["review"] = review;
    return verb == Verb::remove ? std::string() : fields.dump();
  }
};

namespace {

// A request on its way. An isolate that dies takes it along: then nobody knows what came of it.
class OnItsWay {
 public:
  explicit OnItsWay(ShelfNote& note) : note_(note) {
    const sim::Quiet quiet;
    if (++note_.in_flight > 1) note_.known = false;
  }
  OnItsWay(const OnItsWay&) = delete;
  OnItsWay& operator=(const OnItsWay&) = delete;
  ~OnItsWay() {
    const sim::Quiet quiet;
    --note_.in_flight;
  }

 private:
  ShelfNote& note_;
};

}  // namespace

Users::Users(api::System& system, scenarios::Isolate& isolate, sim::Scheduler& scheduler,
             std::uint64_t keys, Duration healthy, LiveRecord& record)
    : system_(system),
      isolate_(isolate),
      scheduler_(scheduler),
      keys_(keys),
      healthy_(healthy),
      record_(record) {}

void Users::request() {
  const std::string isbn = scenarios::isbn13_of(random() % (keys_ + 5));
  const std::string user = "user-" + std::to_string(random() % users_count);
  switch (random() % 16) {
    case 0:
    case 1:
    case 2:
    case 3: keep(user, isbn); break;
    case 4: read_shelf(user); break;
    case 5: misbehave(user, isbn); break;
    case 6: search_unknown(); break;
    default: search(isbn); break;
  }
}

api::HttpResponse Users::admin(const std::string& method, const std::string& path, api::Pairs query,
                               const std::string& body) {
  return send({method, path, std::move(query), authorised(std::string(admin_token)), body});
}

void Users::migrate() {
  const Duration asked = scheduler_.now();
  const api::HttpResponse answer = admin("POST", "/admin/migrate-kv-to-d1", {}, "");
  const std::string_view body = answer.body;
  const auto count = [body](std::string_view name) { return whole(json_after(body, name)); };
  std::string oddity;
  if (answer.status == 200 && json_after(body, "\"more\":") == "false" &&
      json_after(body, "\"state\":") != "\"paused\"" &&
      count("\"failed\":") + count("\"pending\":") != 0) {
    oddity = "a run that left keys behind is a success (M19)";
  }
  note("POST a migration", {200, 409}, true, asked, answer, std::move(oddity));
}

api::HttpResponse Users::send(api::HttpRequest request) {
  api::HttpResponse answer = system_.api().handle(request);
  const bool is_error = answer.status >= 400;
  for (const std::string_view mark : {secret_mark, std::string_view("eyJhbGci")}) {
    // Users are shown their own reviews.
    if (mark == secret_mark && !is_error) continue;
    if (answer.body.find(mark) == std::string::npos) continue;
    const sim::Quiet quiet;
    record_.leaks.push_back({request.method + " " + request.path, std::string(mark)});
  }
  return answer;
}

void Users::note(std::string what, std::vector<int> allowed, bool services, Duration asked,
                 const api::HttpResponse& answer, std::string oddity) {
  // The guard stops writes when data differ, and says so.
  if (answer.body.find("WRITES_STOPPED") != std::string::npos) return;
  const sim::Quiet quiet;
  record_.exchanges.push_back(
      {std::move(what), std::move(allowed), services, answer.status, asked, std::move(oddity)});
}

void Users::search(const std::string& isbn) {
  Answered answered;
  answered.isbn = isbn;
  answered.asked = scheduler_.now();
  const api::HttpResponse answer = send({"GET", "/v1/search/isbn", {{"isbn", isbn}}, {}, ""});
  answered.answered = scheduler_.now();
  answered.status = answer.status;
  if (answer.status == 200) {
    const std::string_view body = answer.body;
    const std::size_t metadata = body.rfind("\"metadata\":");
    const std::size_t book = body.find("\"book\":");
    if (book == std::string_view::npos || metadata == std::string_view::npos || metadata < book) {
      answered.title = "not an answer";
    } else {
      const std::string_view bytes = body.substr(book, metadata - book);
      const json title = json::parse(json_after(bytes, "\"title\":"), nullptr, false);
      answered.title = title.is_discarded() ? "not JSON" : title.dump();
      answered.book = stable_hash(bytes);
      answered.marked = bytes.find("\"source\":") != std::string_view::npos ||
                        bytes.find("\"_cacheSource\":") != std::string_view::npos ||
                        bytes.find("\"cached\":") != std::string_view::npos;
      answered.source = unquoted(json_after(body, "\"source\":", metadata));
      answered.stale = json_after(body, "\"stale\":", metadata) == "true";
    }
  }
  const sim::Quiet quiet;
  record_.answers.push_back(std::move(answered));
}

void Users::search_unknown() {
  Answered answered;
  answered.isbn = unknown_isbn(random());
  {
    const sim::Quiet quiet;
    record_.unknown.insert(answered.isbn);
  }
  answered.asked = scheduler_.now();
  answered.status = send({"GET", "/search", {{"isbn", answered.isbn}}, {}, ""}).status;
  answered.answered = scheduler_.now();
  if (answered.status == 200) answered.title = "a book that nobody knows";
  const sim::Quiet quiet;
  record_.answers.push_back(std::move(answered));
}

void Users::keep(const std::string& user, const std::string& isbn) {
  Change change;
  const std::uint64_t kind = random() % 8;
  if (kind == 0) {
    change.verb = Change::Verb::remove;
  } else {
    change.verb = kind < 3 ? Change::Verb::patch : Change::Verb::post;
    // A change names one field, or two; an addition always has a status.
    if (change.verb == Change::Verb::post || random() % 2 == 0) {
      change.status = statuses[random() % statuses.size()];
    }
    if (random() % 2 == 0) change.rating = static_cast<std::int64_t>(random() % 6);
    if (random() % 3 == 0 || (change.status.empty() && change.rating < 0)) {
      change.review = "a s3cr3t thought " + std::to_string(random() % 1000);
    }
  }
  write(user, isbn, change);
}

void Users::write(const std::string& user, const std::string& isbn, const Change& change) {
  std::optional<sim::Quiet> quiet(std::in_place);  // notes are shared by all users
  ShelfNote& note = record_.shelves[{user, isbn}];
  const std::set<ShelfState> before = note.possible;
  const bool was_known = note.known && note.in_flight == 0;
  // Noted before: the isolate may die with the answer on its way.
  for (const ShelfState& state : before) note.possible.insert(change.applied(state));
  const bool removes = change.verb == Change::Verb::remove;
  if (removes) note.removed = true;
  const OnItsWay on_its_way(note);

  api::HttpRequest request;
  request.method = removes ? "DELETE" : change.verb == Change::Verb::patch ? "PATCH" : "POST";
  request.path = library_of(user) + "/books" +
                 (change.verb == Change::Verb::post ? std::string() : "/" + isbn);
  request.headers = authorised(token_of(user));
  if (removes) request.headers.pop_back();
  request.body = change.body(isbn);
  const bool twice = !removes && random() % 4 == 0;
  if (twice) request.headers.emplace_back("Idempotency-Key", "key-" + std::to_string(random()));

  const Duration asked = scheduler_.now();
  const auto present = [](const ShelfState& state) { return state.present; };
  const bool all_there = was_known && std::all_of(before.begin(), before.end(), present);
  const bool none_there = was_known && std::none_of(before.begin(), before.end(), present);
  std::vector<int> allowed = {200, 201, not_found};
  if (change.verb != Change::Verb::post) allowed = {200, not_found};
  if (all_there) allowed = {200};
  if (none_there) {
    allowed = change.verb == Change::Verb::post ? std::vector<int>{201, not_found}
                                                : std::vector<int>{not_found};
  }
  quiet.reset();
  api::HttpResponse answer = send(request);
  std::string oddity;
  if (twice) {
    const api::HttpResponse again = send(request);
    // An answer that could not be kept is worked out again; when all is well, it is kept.
    const auto& headers = again.headers;
    const bool replayed = std::any_of(headers.begin(), headers.end(), [](const auto& header) {
      return header.first == "Idempotency-Replayed";
    });
    const bool differs = again.status != answer.status || again.body != answer.body;
    if (is_success(answer.status) && is_success(again.status) && differs &&
        (replayed || asked >= healthy_)) {
      oddity = "the same request with the same key got another answer";
    }
    if (!is_success(answer.status)) {
      answer = again;  // after a try that may have taken place
      allowed = {200, 201, not_found};
    }
  }
  quiet.emplace();
  // Overlapped with another request meanwhile: their order is not known, nor what they met.
  if (!note.known) allowed = {200, 201, not_found};
  this->note(request.method + " an entry", std::move(allowed), true, asked, answer,
             std::move(oddity));
  if (is_success(answer.status) && !removes) note.confirmed = true;
  if (!note.known) return;
  if (is_success(answer.status)) {
    note.possible.clear();
    for (const ShelfState& state : before) {
      // A success says that the entry was there to be changed.
      if (change.verb != Change::Verb::post && !state.present) continue;
      note.possible.insert(change.applied(state));
    }
  } else if (is_refusal(answer) && !twice) {
    note.possible = before;
  }
}

void Users::read_shelf(const std::string& user) {
  ShelfPage page;
  page.user = user;
  page.limit = 3 + random() % 8;
  api::Pairs query = {{"limit", std::to_string(page.limit)}};
  if (random() % 2 == 0) {
    page.status = statuses[random() % statuses.size()];
    query.emplace_back("status", page.status);
  }
  if (random() % 2 == 0) {
    page.rating_min = static_cast<std::int64_t>(1 + random() % 5);
    query.emplace_back("rating", std::to_string(page.rating_min));
  }
  const std::size_t filters = query.size();
  constexpr int pages_max = 3;
  for (int number = 0; number < pages_max; ++number) {
    const Duration asked = scheduler_.now();
    const api::HttpResponse answer =
        send({"GET", library_of(user), query, authorised(token_of(user)), ""});
    note("GET a shelf", {200}, true, asked, answer);
    if (answer.status != 200) return;
    page.items.clear();
    const std::string_view body = answer.body;
    constexpr std::string_view name = "\"isbn\":";
    for (std::size_t at = body.find(name); at != std::string_view::npos;
         at = body.find(name, at + name.size())) {
      page.items.push_back({unquoted(json_after(body, name, at)),
                            unquoted(json_after(body, "\"status\":", at)),
                            whole(json_after(body, "\"rating\":", at)),
                            whole(json_after(body, "\"added_at\":", at))});
    }
    {
      const sim::Quiet quiet;
      record_.pages.push_back(page);
    }
    for (const ShelfItem& item : page.items) page.before.insert(item.isbn);
    const std::string cursor = unquoted(json_after(body, "\"nextCursor\":"));
    if (cursor.empty()) return;
    query.resize(filters);
    query.emplace_back("cursor", cursor);
  }
}

}  // namespace cutover::chaos
