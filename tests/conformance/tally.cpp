#include "tests/conformance/tally.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

namespace cutover::conformance {
namespace {

// Long texts in operations say nothing more to a reader.
std::string shortened(const std::string& text) {
  constexpr std::size_t shown = 1500;
  return text.size() <= shown ? text : text.substr(0, shown) + " ...";
}

}  // namespace

Tally::Next Tally::compare(const Json& operation, const Json& real, const Json& fake) {
  ++operations_;
  ++by_kind_[operation.at("op").get<std::string>()];
  if (real == fake) {
    if (real.contains("error")) ++refused_;
    return Next::go_on;
  }
  Next next = Next::go_on;
  for (const Difference& difference : differences(real, fake)) {
    const KnownDifference* known = explanation(operation, difference);
    if (known == nullptr) {
      unexplained_ =
          fmt::format("at '{}'\n  operation {}\n  workerd   {}\n  the fake  {}", difference.path,
                      shortened(operation.dump()), shortened(real.dump()), shortened(fake.dump()));
      return Next::stop;
    }
    ++met_[std::string(known->name)];
    if (known->parts_ways) next = Next::stop;
  }
  return next;
}

void Tally::print(std::ostream& out, std::string_view service) const {
  fmt::print(out, "{}: {} operations compared, {} of them refused by both in the same words\n",
             service, operations_, refused_);
  for (const auto& [kind, count] : by_kind_) fmt::print(out, "  {:6} {}\n", count, kind);
  for (const auto& [name, count] : met_) {
    fmt::print(out, "  {:6} times the known difference {}\n", count, name);
  }
  fmt::print(out, "  {:6} unexplained\n", unexplained_.empty() ? 0 : 1);
}

}  // namespace cutover::conformance
