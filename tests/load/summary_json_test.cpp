// docs/load.schema.json describes all that `cutover load --json` prints, and nothing else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "fakes/sim/sanitizers.h"
#include "load/summary.h"
#include "load/virtual_run.h"
#include "scenarios/generate.h"
#include "tests/reports/schema_checker.h"

namespace cutover::load {
namespace {

using rollout::Phase;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Json = nlohmann::ordered_json;
using Pointer = Json::json_pointer;

constexpr const char* summary_schema = "docs/load.schema.json";

std::string summary_complaints(const std::string& document) {
  return reports::schema_complaints(document, summary_schema);
}

bool is_refused(const Json& document) {
  return !summary_complaints(document.dump()).empty();
}

// One on each metric, and one on what never happens.
std::vector<Threshold> thresholds_on_all_metrics() {
  std::vector<Threshold> thresholds;
  const auto add = [&](std::string_view metric, std::string_view expression) {
    const auto threshold = parse_threshold(metric, expression);
    ASSERT_TRUE(threshold.has_value()) << metric << ": " << threshold.error();
    thresholds.push_back(*threshold);
  };
  for (const MetricName& metric : metric_names()) {
    switch (metric.kind) {
      case MetricKind::duration: add(metric.name, "p(95)<500"); break;
      case MetricKind::share: add(metric.name, "rate>0.001"); break;
      case MetricKind::counter: add(metric.name, "rate>1"); break;
    }
  }
  add("http_req_duration{tier:provider,route:library_read}", "med<300");
  return thresholds;
}

VirtualOptions minute_in(Phase phase) {
  VirtualOptions options;
  options.phase = phase;
  options.points_max = 4;
  options.profile.executor = Executor::arrivals;
  options.profile.stages = {{Duration{0}, 10}, {minutes(1), 10}};
  options.profile.mix = {0.8, 0.05, 0.05, 0.08, 0.02};
  options.profile.kv_share = 0.5;
  options.profile.fresh_books = 20;
  options.profile.thresholds = thresholds_on_all_metrics();
  return options;
}

LoadReport summarised(const VirtualOptions& options) {
  scenarios::GeneratorOptions books;
  books.odd_per_thousand = 0;
  auto result = run_virtual(catalogue_of(scenarios::DumpGenerator(books).records(200)), options);
  EXPECT_TRUE(result.has_value()) << result.error();
  LoadReport report{std::move(*result), {}, std::nullopt};
  report.judgements = judge(report.result, options.profile.thresholds);
  if (report.result.measured.iterations > 0) report.forecast = forecast_of(report.result, 0);
  return report;
}

std::string summarised_comparison() {
  const std::vector<LoadReport> both = {summarised(minute_in(Phase::kv_only)),
                                        summarised(minute_in(Phase::d1))};
  return comparison_json(both);
}

TEST(LoadSummary, KeepsToItsSchema) {
  LoadReport report = summarised(minute_in(Phase::d1));
  ASSERT_TRUE(report.forecast.has_value());
  EXPECT_EQ(summary_complaints(summary_json(report)), "");
  report.forecast.reset();
  EXPECT_EQ(summary_complaints(summary_json(report)), "");
}

TEST(LoadSummary, OfAComparisonKeepsToItsSchema) {
  EXPECT_EQ(summary_complaints(summarised_comparison()), "");
}

TEST(LoadSummary, OfAServerKeepsToItsSchema) {
  VirtualOptions options = minute_in(Phase::d1);
  LoadReport report = summarised(options);
  report.result.target = "http://127.0.0.1:8787";
  report.result.seed = 18446744073709551615U;
  report.result.services.reset();
  report.forecast.reset();
  report.judgements = judge(report.result, options.profile.thresholds);
  EXPECT_EQ(summary_complaints(summary_json(report)), "");
}

TEST(LoadSummary, OfALoadThatMeasuredNothingKeepsToItsSchema) {
  LoadReport server;
  server.judgements = judge(server.result, thresholds_on_all_metrics());
  EXPECT_EQ(summary_complaints(summary_json(server)), "");
  VirtualOptions options = minute_in(Phase::d1);
  options.interrupted = [] { return true; };
  const LoadReport simulation = summarised(options);
  ASSERT_EQ(simulation.result.measured.iterations, 0U);
  ASSERT_FALSE(simulation.forecast.has_value());
  EXPECT_EQ(summary_complaints(summary_json(simulation)), "");
}

TEST(LoadSummary, OfALoadThatWasInterruptedKeepsToItsSchema) {
  VirtualOptions options = minute_in(Phase::d1);
  int looks = 0;
  options.interrupted = [&] {
    const sim::Quiet quiet;
    return ++looks > 500;
  };
  const LoadReport report = summarised(options);
  ASSERT_TRUE(report.result.measured.interrupted);
  ASSERT_GT(report.result.measured.iterations, 0U);
  EXPECT_EQ(summary_complaints(summary_json(report)), "");
}

TEST(LoadSummary, KeepsToItsSchemaWithEveryWordThatItCanSay) {
  LoadReport report;
  Measured& measured = report.result.measured;
  measured.elapsed = seconds(1);
  std::vector<Threshold> thresholds;
  const auto counted = [&](Filter filter) {
    thresholds.push_back({"http_reqs", filter, Aggregate::count, 0, Comparison::above, 0});
  };
  for (std::size_t route = 0; route < route_count; ++route) {
    Request request;
    request.route = static_cast<Route>(route);
    counted({std::nullopt, request.route});
    for (std::size_t tier = 0; tier < tier_count; ++tier) {
      const Reply reply{200, static_cast<Tier>(tier), true, true, 10};
      measured.add(request, reply, milliseconds(1), milliseconds(2), milliseconds(3));
      counted({static_cast<TierTag>(tier), request.route});
      if (route == 0) counted({static_cast<TierTag>(tier), std::nullopt});
    }
  }
  for (const auto aggregate : {Aggregate::avg, Aggregate::min, Aggregate::med, Aggregate::max,
                               Aggregate::percentile, Aggregate::count}) {
    for (const auto comparison : {Comparison::below, Comparison::at_most, Comparison::above,
                                  Comparison::at_least, Comparison::equal, Comparison::not_equal}) {
      for (const double limit : {-1.5, 0.0, 500.0, 1e-9, 1e30}) {
        thresholds.push_back({"http_req_duration", {}, aggregate, 99.9, comparison, limit});
      }
    }
  }
  report.judgements = judge(report.result, thresholds);
  EXPECT_EQ(summary_complaints(summary_json(report)), "");
}

// ---- What the schema refuses ----

// With at most two elements in each array, so that each way to spoil it is soon tried.
Json with_short_arrays(Json value) {
  while (value.is_array() && value.size() > 2) value.erase(value.size() - 1);
  if (!value.is_structured()) return value;
  for (Json& below : value) below = with_short_arrays(below);
  return value;
}

Json short_summary() {
  return with_short_arrays(Json::parse(summary_json(summarised(minute_in(Phase::d1)))));
}

TEST(LoadSummarySchema, RefusesASummaryThatLacksAMember) {
  const Json whole = short_summary();
  ASSERT_EQ(summary_complaints(whole.dump()), "");
  std::set<std::string> may_lack;
  std::size_t tried = 0;
  for (const Pointer& place : reports::all_places(whole)) {
    if (whole.at(place.parent_pointer()).is_array()) continue;
    Json broken = whole;
    broken[place.parent_pointer()].erase(place.back());
    if (!is_refused(broken)) may_lack.insert(place.back());
    ++tried;
  }
  EXPECT_THAT(may_lack, ElementsAre("forecast", "hitRate", "margin"));
  EXPECT_GT(tried, 100U);
}

TEST(LoadSummarySchema, RefusesAValueOfAnotherKind) {
  const Json whole = short_summary();
  std::size_t numbers = 0;
  for (const Pointer& place : reports::all_places(whole)) {
    Json broken = whole;
    numbers += whole.at(place).is_number() ? 1 : 0;
    broken[place] = whole.at(place).is_string() ? Json(7) : Json("7");
    EXPECT_TRUE(is_refused(broken)) << place.to_string();
    broken[place] = nullptr;
    EXPECT_TRUE(is_refused(broken)) << place.to_string();
  }
  EXPECT_GT(numbers, 70U);
}

TEST(LoadSummarySchema, RefusesAMemberThatItDoesNotKnow) {
  const Json whole = short_summary();
  std::vector<Pointer> places = reports::all_places(whole);
  places.push_back(Pointer());
  std::size_t objects = 0;
  for (const Pointer& place : places) {
    if (!whole.at(place).is_object()) continue;
    Json broken = whole;
    broken[place]["colour"] = "red";
    EXPECT_TRUE(is_refused(broken)) << place.to_string();
    ++objects;
  }
  EXPECT_GT(objects, 20U);
}

TEST(LoadSummarySchema, RefusesWordsThatTheProgramDoesNotHave) {
  const Json whole = short_summary();
  const auto refused = [&](const char* pointer, const char* word) {
    Json json = whole;
    json.at(Pointer(pointer)) = word;
    return is_refused(json);
  };
  EXPECT_TRUE(refused("/verdict", "green"));
  EXPECT_TRUE(refused("/format", "cutover-load-comparison"));
  EXPECT_TRUE(refused("/thresholds/0/metric", "http_req_blocked"));
  EXPECT_TRUE(refused("/thresholds/0/metric", "http_reqs{}"));
  EXPECT_TRUE(refused("/thresholds/0/metric", "iterations{tier:d1}"));
  EXPECT_TRUE(refused("/thresholds/0/threshold", "p(95)"));
  EXPECT_TRUE(refused("/cells/0/tier", "cache"));
  EXPECT_TRUE(refused("/cells/0/route", "library"));
  EXPECT_TRUE(refused("/forecast/lines/0/item", "Workers"));
  EXPECT_FALSE(refused("/thresholds/0/metric", "http_reqs{route:search}"));
}

TEST(LoadSummarySchema, RefusesPercentilesOfNothingAndABrokenComparison) {
  Json json = short_summary();
  json["metrics"]["http_req_duration"]["count"] = 0;
  EXPECT_TRUE(is_refused(json));
  const Json comparison = with_short_arrays(Json::parse(summarised_comparison()));
  ASSERT_FALSE(is_refused(comparison));
  json = comparison;
  json["loads"].erase(1);
  EXPECT_TRUE(is_refused(json)) << "one load is no comparison";
  json = comparison;
  json["loads"][1].erase("metrics");
  EXPECT_TRUE(is_refused(json));
  json = comparison;
  json["loads"][0]["colour"] = "red";
  EXPECT_TRUE(is_refused(json));
}

// ---- Whether all of the schema is written ----

// Each member that some object may have, as its place in the schema.
void collect_members(const Json& node, const Pointer& place, std::set<std::string>& members) {
  for (const auto& [name, below] : node.items()) {
    const Pointer here = node.is_array() ? place / std::stoul(name) : place / name;
    if (place.to_string().ends_with("/properties")) members.insert(here.to_string());
    if (below.is_structured()) collect_members(below, here, members);
  }
}

// Takes those away that the value has. Of alternatives it looks at all.
void strike_out(const Json& schema, const Pointer& place, const Json& value,
                std::set<std::string>& members) {
  const Json& node = schema.at(place);
  if (node.contains("$ref")) {
    const std::string reference = node.at("$ref");
    strike_out(schema, Pointer(reference.substr(1)), value, members);
    return;
  }
  if (node.contains("oneOf")) {
    for (std::size_t i = 0; i < node.at("oneOf").size(); ++i) {
      strike_out(schema, place / "oneOf" / i, value, members);
    }
  }
  if (value.is_array() && node.contains("items") && node.at("items").is_object()) {
    for (const Json& element : value) strike_out(schema, place / "items", element, members);
  }
  if (!value.is_object() || !node.contains("properties")) return;
  for (const auto& [name, below] : value.items()) {
    if (!node.at("properties").contains(name)) continue;
    const Pointer here = place / "properties" / name;
    members.erase(here.to_string());
    strike_out(schema, here, below, members);
  }
}

TEST(LoadSummarySchema, HasNoMemberThatIsNeverWritten) {
  std::ifstream file(std::string(CUTOVER_SOURCE_DIR "/") + summary_schema);
  const Json schema = Json::parse(file);
  std::set<std::string> members;
  collect_members(schema, Pointer(), members);
  EXPECT_GT(members.size(), 90U);
  strike_out(schema, Pointer(), short_summary(), members);
  EXPECT_THAT(members, ElementsAre("/definitions/comparison/properties/loads"));
  strike_out(schema, Pointer(), Json::parse(summarised_comparison()), members);
  EXPECT_THAT(members, IsEmpty());
}

}  // namespace
}  // namespace cutover::load
