#include "core/api/envelope.h"

#include <chrono>

#include "core/api/json_writer.h"

namespace cutover::api {
namespace {

std::string padded(std::int64_t number, std::size_t width) {
  std::string digits = std::to_string(number);
  return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
}

}  // namespace

std::string iso_time(UnixTime time) {
  const std::chrono::sys_time<std::chrono::milliseconds> instant(
      std::chrono::milliseconds(time.millis()));
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date(day);
  const std::int64_t millis = (instant - day).count();
  std::string text = padded(static_cast<int>(date.year()), 4);
  text += "-" + padded(static_cast<unsigned>(date.month()), 2);
  text += "-" + padded(static_cast<unsigned>(date.day()), 2);
  text += "T" + padded(millis / 3'600'000, 2);
  text += ":" + padded(millis / 60'000 % 60, 2);
  text += ":" + padded(millis / 1000 % 60, 2);
  return text + "." + padded(millis % 1000, 3) + "Z";
}

HttpResponse success(UnixTime now, std::string_view data, int status, std::string_view metadata,
                     std::string_view top) {
  JsonWriter json;
  json.begin_object().boolean("success", true).raw("data", data);
  json.key("metadata").begin_object().members(metadata).text("timestamp", iso_time(now));
  json.end_object().members(top).end_object();
  HttpResponse response;
  response.status = status;
  response.body = json.take();
  return response;
}

HttpResponse failure(UnixTime now, const Problem& problem) {
  JsonWriter json;
  json.begin_object().boolean("success", false).key("error").begin_object();
  json.text("code", problem.code).text("message", problem.message);
  if (!problem.details.empty()) json.raw("details", problem.details);
  json.end_object().key("metadata").begin_object().text("timestamp", iso_time(now)).end_object();
  json.end_object();
  HttpResponse response;
  response.status = problem.status;
  response.headers = problem.headers;
  response.body = json.take();
  return response;
}

}  // namespace cutover::api
