#include "core/api/idempotency.h"

#include <algorithm>

#include "core/books/sha256.h"
#include "core/store/shelf.h"

namespace cutover::api {
namespace {

constexpr std::size_t key_bytes_max = 200;

bool is_key(std::string_view text) {
  return !text.empty() && text.size() <= key_bytes_max &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

std::string hash_of(const HttpRequest& request) {
  books::Sha256 sha256;
  return sha256.hex(request.method + '\n' + request.path + '\n' + request.body);
}

}  // namespace

Checked<HttpResponse> once_per_key(Call& call, const std::string& user,
                                   const std::function<Checked<HttpResponse>()>& work) {
  const auto key = call.request.header("Idempotency-Key");
  if (!key) return work();
  if (!is_key(*key)) {
    return bad_request("Idempotency-Key has 1 to 200 printable ASCII characters, no blanks");
  }
  Database& database = call.parts().database;
  const std::string hash = hash_of(call.request);
  const auto before = store::find_answer(database, user, *key);
  if (!before) return tl::unexpected(problem_of(before.error(), Duration{0}, false));
  if (*before) {
    if ((*before)->request_hash != hash) {
      return refuse(422, "IDEMPOTENCY_KEY_REUSED",
                    "this Idempotency-Key was used for another request; take a new key");
    }
    HttpResponse again;
    again.status = static_cast<int>((*before)->status);
    again.body = (*before)->body;
    again.headers = {{"Idempotency-Replayed", "true"}};
    return again;
  }
  auto answer = work();
  if (answer) {
    // When it cannot be kept, a repetition is worked out again, which on a shelf is the same.
    const auto kept =
        store::remember_answer(database, user, *key, {hash, answer->status, answer->body});
    static_cast<void>(kept);
  }
  return answer;
}

}  // namespace cutover::api
