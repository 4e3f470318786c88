// The summary for machines. docs/load.schema.json describes it.

#include <nlohmann/json.hpp>

#include "load/summary.h"

namespace cutover::load {
namespace {

using nlohmann::ordered_json;

double ms(Duration duration) {
  return static_cast<double>(duration.count()) / 1000;
}

ordered_json json_of(const Histogram& values) {
  ordered_json json = {{"count", values.count()}};
  if (values.count() == 0) return json;
  json["avg"] = values.mean_ms();
  json["min"] = ms(values.min());
  json["med"] = ms(values.percentile(50));
  json["max"] = ms(values.max());
  json["p(90)"] = ms(values.percentile(90));
  json["p(95)"] = ms(values.percentile(95));
  json["p(99)"] = ms(values.percentile(99));
  return json;
}

// Pairs of a bucket's upper end in microseconds, and its count.
ordered_json bars_of(const Histogram& values) {
  ordered_json bars = ordered_json::array();
  for (const Histogram::Bar& bar : values.bars()) bars.push_back({bar.up_to.count(), bar.count});
  return bars;
}

ordered_json json_of(const Usage& used) {
  return {{"kvReads", used.kv_reads},
          {"kvWrites", used.kv_writes},
          {"kvDeletes", used.kv_deletes},
          {"kvLists", used.kv_lists},
          {"d1Queries", used.d1_queries},
          {"d1RowsRead", used.d1_rows_read},
          {"d1RowsWritten", used.d1_rows_written},
          {"providerCalls", used.provider_calls}};
}

ordered_json json_of(const Judgement& judgement) {
  ordered_json json = {{"metric", metric_text(judgement.threshold)},
                       {"threshold", condition_text(judgement.threshold)},
                       {"verdict", std::string(reports::name_of(judgement.verdict))}};
  if (judgement.measured) json["measured"] = *judgement.measured;
  if (judgement.margin) json["margin"] = *judgement.margin;
  return json;
}

ordered_json json_of(const Point& point) {
  ordered_json json = {{"from", ms(point.from) / 1000},
                       {"requests", point.requests},
                       {"p50", ms(point.p50)},
                       {"p95", ms(point.p95)},
                       {"errorRate", point.error_rate}};
  if (point.hit_rate) json["hitRate"] = *point.hit_rate;
  if (point.d1_percent) json["d1Percent"] = *point.d1_percent;
  if (point.used) json["used"] = json_of(*point.used);
  return json;
}

ordered_json cells_of(const Measured& measured) {
  ordered_json cells = ordered_json::array();
  for (std::size_t route = 0; route < route_count; ++route) {
    for (std::size_t tier = 0; tier < tier_count; ++tier) {
      const Cell& cell = measured.cells[route][tier];
      if (cell.duration.count() == 0) continue;
      ordered_json json = {{"route", std::string(name_of(static_cast<Route>(route)))},
                           {"tier", std::string(name_of(static_cast<Tier>(tier)))},
                           {"failed", cell.failed},
                           {"duration", json_of(cell.duration)}};
      json["duration"]["histogram"] = bars_of(cell.duration);
      cells.push_back(std::move(json));
    }
  }
  return cells;
}

ordered_json json_of(const Forecast& forecast) {
  ordered_json lines = ordered_json::array();
  for (const BillLine& line : forecast.bill.lines) {
    lines.push_back({{"item", std::string(line.price.name)},
                     {"used", line.used},
                     {"included", line.price.included},
                     {"dollars", line.dollars},
                     {"fitsFree", line.fits_free},
                     {"source", std::string(line.price.source)}});
  }
  return {{"requests", forecast.requests},
          {"providerCalls", forecast.provider_calls},
          {"dollars", forecast.bill.paid_dollars},
          {"fitsFree", forecast.bill.fits_free},
          {"lines", std::move(lines)}};
}

ordered_json json_of(const LoadReport& report) {
  const Result& result = report.result;
  const Measured& measured = result.measured;
  const Cell all = measured.all({});
  ordered_json json = {{"format", "cutover-load"}, {"version", 1}};
  json["verdict"] = std::string(reports::name_of(verdict_of(result, report.judgements)));
  json["profile"] = result.profile;
  json["target"] = result.target;
  json["seed"] = result.seed;
  json["seconds"] = ms(measured.elapsed) / 1000;
  json["interrupted"] = measured.interrupted;
  json["thresholds"] = ordered_json::array();
  for (const Judgement& judgement : report.judgements)
    json["thresholds"].push_back(json_of(judgement));
  ordered_json& metrics = json["metrics"];
  metrics["http_reqs"] = all.duration.count();
  metrics["http_req_failed"] = {{"failed", all.failed}, {"requests", all.duration.count()}};
  metrics["http_req_duration"] = json_of(all.duration);
  metrics["http_req_service"] = json_of(all.service);
  metrics["iterations"] = measured.iterations;
  metrics["data_received"] = measured.bytes;
  metrics["late"] = measured.late;
  const Slice total = measured.total();
  metrics["kv_hits"] = {{"fromKv", total.from_kv}, {"found", total.found}};
  for (std::size_t i = 0; i < check_count; ++i) {
    metrics["checks"][std::string(check_names[i])] = {{"passes", measured.checks[i].passes},
                                                      {"fails", measured.checks[i].fails}};
  }
  json["cells"] = cells_of(measured);
  json["sliceSeconds"] = ms(measured.slice) / 1000;
  json["series"] = ordered_json::array();
  for (const Point& point : points_of(result)) json["series"].push_back(json_of(point));
  if (result.services) {
    const Services& services = *result.services;
    json["services"] = {{"used", json_of(services.used)},
                        {"idle", json_of(services.idle)},
                        {"idleSeconds", ms(services.idled) / 1000},
                        {"d1QueryDuration", json_of(services.d1_calls)},
                        {"kvBytes", services.kv_bytes},
                        {"d1Bytes", services.d1_bytes}};
  }
  if (report.forecast) json["forecast"] = json_of(*report.forecast);
  return json;
}

std::string text_of(const ordered_json& json) {
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string summary_json(const LoadReport& report) {
  return text_of(json_of(report));
}

std::string comparison_json(std::span<const LoadReport> reports) {
  ordered_json json = {{"format", "cutover-load-comparison"}, {"version", 1}};
  json["loads"] = ordered_json::array();
  for (const LoadReport& report : reports) json["loads"].push_back(json_of(report));
  return text_of(json);
}

}  // namespace cutover::load
