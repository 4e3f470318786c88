// The version of BooksTrack before the migration, as far as a full rollback needs it (R5.5): reads
// KV, then the provider, and keeps what it found in KV for a day. It knows no D1, no flag, no phase
// and no library.
//
// GET /v1/search/isbn, GET /search and GET /health, in the envelope of docs/API_CONTRACT.md.
// Everything else is 404. Its KV entries are bare books without metadata, as the old code wrote
// them. Calls may come from any task and may switch.
#pragma once

#include <optional>
#include <string>

#include "core/api/http_message.h"
#include "core/books/isbn.h"
#include "core/ports/book_provider.h"
#include "core/ports/kv_store.h"
#include "core/ports/runtime.h"

namespace cutover::scenarios {

class PreviousVersion {
 public:
  PreviousVersion(KvStore& kv, BookProvider& provider, Runtime& runtime)
      : kv_(kv), provider_(provider), runtime_(runtime) {}

  api::HttpResponse handle(const api::HttpRequest& request);

 private:
  api::HttpResponse search(const books::Isbn& isbn);
  // The entry as a canonical book, or nothing.
  std::optional<std::string> from_kv(const books::Isbn& isbn);

  KvStore& kv_;
  BookProvider& provider_;
  Runtime& runtime_;
};

}  // namespace cutover::scenarios
