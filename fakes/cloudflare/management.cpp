#include "fakes/cloudflare/management.h"

#include <algorithm>

#include "fakes/cloudflare/failure_answer.h"

namespace cutover::simulate {
namespace {

constexpr Duration way = std::chrono::milliseconds(50);

}  // namespace

Answer manage(Cloud& cloud, Service service, std::string_view site, const std::string& key,
              bool reads, const std::function<void()>& effect,
              const std::function<Answer()>& answer) {
  sim::Call call;
  call.service = service;
  call.site = site;
  call.operation = site.substr(site.find('.') + 1);
  call.key = key;
  call.reads = reads;
  const auto outcome = cloud.call([&](sim::Process& process) {
    return cloud.gate().call(process, call, {way, Duration{0}, way}, nullptr, sim::hash_of(key),
                             [&]() -> Outcome<void> {
                               effect();
                               return {};
                             });
  });
  if (!outcome) return std::nullopt;
  if (*outcome) return answer();
  return service == Service::kv ? kv_failure(call.operation, outcome->error())
                                : d1_failure(outcome->error());
}

Checked<Page> page_of(const api::HttpRequest& request, std::int64_t size_max) {
  const auto number = query_number(request, "page", 1, 1'000'000, 1);
  if (!number) return tl::unexpected(number.error());
  const auto size = query_number(request, "per_page", 1, size_max, 20);
  if (!size) return tl::unexpected(size.error());
  return Page{static_cast<std::size_t>(*number), static_cast<std::size_t>(*size)};
}

api::HttpResponse page_answer(const Json& items, const Page& page) {
  const std::size_t begin = std::min((page.number - 1) * page.size, items.size());
  const std::size_t end = std::min(begin + page.size, items.size());
  Json shown = Json::array();
  for (std::size_t i = begin; i < end; ++i) shown.push_back(items[i]);
  Json info;
  info["page"] = page.number;
  info["per_page"] = page.size;
  info["count"] = shown.size();
  info["total_count"] = items.size();
  info["total_pages"] = (items.size() + page.size - 1) / page.size;
  return success(shown, info);
}

}  // namespace cutover::simulate
