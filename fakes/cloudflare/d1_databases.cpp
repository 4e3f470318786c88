#include <algorithm>
#include <cctype>
#include <ctime>

#include "fakes/cloudflare/d1_handlers.h"
#include "fakes/cloudflare/json_input.h"
#include "fakes/cloudflare/management.h"

namespace cutover::simulate {
namespace {

constexpr std::size_t name_bytes_max = 512;
constexpr std::size_t databases_max = 1000;  // of an account

std::string iso_time(UnixTime time) {
  const std::time_t seconds = time.seconds();
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[40];
  const std::size_t size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  char millis[8];
  std::snprintf(millis, sizeof millis, ".%03dZ", static_cast<int>(time.millis() % 1000));
  return std::string(text, size) + millis;
}

Json brief(const std::string& id, const D1Database& database) {
  return {{"uuid", id},
          {"name", database.name},
          {"version", "production"},
          {"created_at", iso_time(database.created)},
          {"file_size", database.service->size_bytes()}};
}

Json whole(const std::string& id, const D1Database& database) {
  Json shown = brief(id, database);
  const auto tables = database.service->connection().run(
      {"SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND substr(name, 1, 7) <> "
       "'sqlite_'",
       {}});
  shown["num_tables"] = tables ? as_int(tables->rows.at(0).at(0)) : 0;
  shown["running_in_region"] = "WEUR";
  shown["read_replication"] = {{"mode", "disabled"}};
  return shown;
}

}  // namespace

bool is_database_id(std::string_view id) {
  if (id.size() != 36) return false;
  for (std::size_t i = 0; i < id.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool digit = std::isxdigit(static_cast<unsigned char>(id[i])) != 0;
    if (dash ? id[i] != '-' : !digit) return false;
  }
  return true;
}

Answer list_databases(Desk& desk, const Asked& asked) {
  const auto page = page_of(asked.http, 10'000);
  if (!page) return failure(page.error());
  const std::string* name = query_value(asked.http, "name");
  return desk.entrance.enter([&](Cloud& cloud) {
    Json items = Json::array();
    const auto look = [&] {
      for (const auto& [id, database] : cloud.databases) {
        if (name != nullptr && database.name.find(*name) == std::string::npos) continue;
        items.push_back(brief(id, database));
      }
    };
    return manage(cloud, Service::d1, "d1.database_list", "", true, look,
                  [&]() -> Answer { return page_answer(items, *page); });
  });
}

Answer create_database(Desk& desk, const Asked& asked) {
  const auto body = parse_object(asked.http.body);
  if (!body) return failure(body.error());
  const auto name = text_member(*body, "name", name_bytes_max);
  if (!name) return failure({400, 7400, name.error().message});
  return desk.entrance.enter_and_change([&](Cloud& cloud) -> Answer {
    const bool taken = std::any_of(cloud.databases.begin(), cloud.databases.end(),
                                   [&](const auto& one) { return one.second.name == *name; });
    if (taken) return failure({400, 7502, "A database with that name already exists"});
    if (cloud.databases.size() >= databases_max) {
      return failure({400, code_of_our_own, "there are too many databases"});
    }
    std::string id;
    const auto make = [&] { id = cloud.add_database(*name); };
    return manage(cloud, Service::d1, "d1.database_create", *name, false, make,
                  [&]() -> Answer { return success(whole(id, cloud.databases.at(id))); });
  });
}

Answer get_database(Desk& desk, const Asked& asked) {
  return visit_database(desk, asked, [&](Cloud& cloud, D1Database& database) {
    const std::string& id = asked.parts.at(1);
    return manage(
        cloud, Service::d1, "d1.database_get", id, true, [] {},
        [&]() -> Answer { return success(whole(id, database)); });
  });
}

Answer delete_database(Desk& desk, const Asked& asked) {
  return visit_database(desk, asked, [&](Cloud& cloud, D1Database&) {
    const std::string& id = asked.parts.at(1);
    return manage(
        cloud, Service::d1, "d1.database_delete", id, false, [&] { cloud.databases.erase(id); },
        []() -> Answer { return success(nullptr); });
  });
}

}  // namespace cutover::simulate
