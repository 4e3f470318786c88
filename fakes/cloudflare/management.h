// Calls that manage services rather than use them (create, list, rename, delete): they go through
// the gate too, so faults strike them, and they take their time.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "fakes/cloudflare/cloud.h"
#include "fakes/cloudflare/json_input.h"
#include "fakes/cloudflare/routes.h"

namespace cutover::simulate {

// `effect` takes place inside the gate and must not switch; it does not run when the call never
// reaches the service. A failure is answered by itself; `answer` is called when all is well. `site`
// is static text such as "kv.namespace_create"; `key` is a name or an id.
Answer manage(Cloud& cloud, Service service, std::string_view site, const std::string& key,
              bool reads, const std::function<void()>& effect,
              const std::function<Answer()>& answer);

// One page of a list: `page` and `per_page` of the query, checked.
struct Page {
  std::size_t number = 1;  // from 1
  std::size_t size = 20;
};
[[nodiscard]] Checked<Page> page_of(const api::HttpRequest& request, std::int64_t size_max);

// The page's part of the items, and its result_info.
[[nodiscard]] api::HttpResponse page_answer(const Json& items, const Page& page);

}  // namespace cutover::simulate
