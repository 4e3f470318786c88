#include <algorithm>
#include <vector>

#include "fakes/cloudflare/json_input.h"
#include "fakes/cloudflare/kv_handlers.h"
#include "fakes/cloudflare/management.h"

namespace cutover::simulate {
namespace {

constexpr std::size_t title_bytes_max = 512;
constexpr std::size_t namespaces_max = 1000;  // of an account

Json shown(const std::string& id, const KvNamespace& place) {
  return {{"id", id}, {"title", place.title}, {"supports_url_encoding", true}};
}

bool is_title_taken(const Cloud& cloud, const std::string& title) {
  return std::any_of(cloud.namespaces.begin(), cloud.namespaces.end(),
                     [&](const auto& one) { return one.second.title == title; });
}

ApiError title_taken(const std::string& method) {
  return {400, 10014, method + ": 'a namespace with this account ID and title already exists'"};
}

Checked<std::string> title_of(const api::HttpRequest& request) {
  const auto body = parse_object(request.body);
  if (!body) return tl::unexpected(body.error());
  return text_member(*body, "title", title_bytes_max);
}

}  // namespace

bool is_namespace_id(std::string_view id) {
  return id.size() == 32 &&
         std::all_of(id.begin(), id.end(), [](unsigned char c) { return std::isxdigit(c) != 0; });
}

Answer list_namespaces(Desk& desk, const Asked& asked) {
  const auto page = page_of(asked.http, 1000);
  if (!page) return failure(page.error());
  const std::string* order = query_value(asked.http, "order");
  const std::string* direction = query_value(asked.http, "direction");
  const bool by_title = order != nullptr && *order == "title";
  const bool backwards = direction != nullptr && *direction == "desc";
  return desk.entrance.enter([&](Cloud& cloud) {
    std::vector<std::pair<std::string, const KvNamespace*>> places;
    const auto look = [&] {
      for (const auto& [id, place] : cloud.namespaces) places.emplace_back(id, &place);
    };
    return manage(cloud, Service::kv, "kv.namespace_list", "", true, look, [&]() -> Answer {
      if (by_title) {
        std::stable_sort(places.begin(), places.end(), [](const auto& a, const auto& b) {
          return a.second->title < b.second->title;
        });
      }
      if (backwards) std::reverse(places.begin(), places.end());
      Json items = Json::array();
      for (const auto& [id, place] : places) items.push_back(shown(id, *place));
      return page_answer(items, *page);
    });
  });
}

Answer create_namespace(Desk& desk, const Asked& asked) {
  const auto title = title_of(asked.http);
  if (!title) return failure(title.error());
  return desk.entrance.enter_and_change([&](Cloud& cloud) -> Answer {
    if (is_title_taken(cloud, *title)) return failure(title_taken("create namespace"));
    if (cloud.namespaces.size() >= namespaces_max) {
      return failure({400, code_of_our_own, "create namespace: 'there are too many namespaces'"});
    }
    std::string id;
    const auto make = [&] { id = cloud.add_namespace(*title); };
    return manage(cloud, Service::kv, "kv.namespace_create", *title, false, make,
                  [&]() -> Answer { return success(shown(id, cloud.namespaces.at(id))); });
  });
}

Answer get_namespace(Desk& desk, const Asked& asked) {
  return visit_namespace(desk, asked, "get namespace", [&](Cloud& cloud, KvNamespace& place) {
    const std::string& id = asked.parts.at(1);
    return manage(
        cloud, Service::kv, "kv.namespace_get", id, true, [] {},
        [&]() -> Answer { return success(shown(id, place)); });
  });
}

Answer rename_namespace(Desk& desk, const Asked& asked) {
  const auto title = title_of(asked.http);
  if (!title) return failure(title.error());
  return visit_namespace(
      desk, asked, "rename namespace", [&](Cloud& cloud, KvNamespace& place) -> Answer {
        const std::string& id = asked.parts.at(1);
        if (place.title != *title && is_title_taken(cloud, *title)) {
          return failure(title_taken("rename namespace"));
        }
        const auto rename = [&] { place.title = *title; };
        return manage(cloud, Service::kv, "kv.namespace_rename", id, false, rename,
                      [&]() -> Answer { return success(shown(id, place)); });
      });
}

Answer delete_namespace(Desk& desk, const Asked& asked) {
  return visit_namespace(desk, asked, "delete namespace", [&](Cloud& cloud, KvNamespace&) {
    const std::string& id = asked.parts.at(1);
    return manage(
        cloud, Service::kv, "kv.namespace_delete", id, false, [&] { cloud.namespaces.erase(id); },
        []() -> Answer { return success(nullptr); });
  });
}

}  // namespace cutover::simulate
