#include "core/api/envelope.h"

#include <charconv>
#include <chrono>

#include "core/api/json_writer.h"

namespace cutover::api {
namespace {

void append_padded(std::string& text, std::int64_t number, std::size_t width) {
  char digits[24];
  const char* end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  const auto count = static_cast<std::size_t>(end - digits);
  text.append(count < width ? width - count : 0, '0').append(digits, count);
}

}  // namespace

std::string iso_time(UnixTime time) {
  const std::chrono::sys_time<std::chrono::milliseconds> instant(
      std::chrono::milliseconds(time.millis()));
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date(day);
  const std::int64_t millis = (instant - day).count();
  std::string text;
  text.reserve(std::string_view("2025-11-24T16:00:00.000Z").size());
  append_padded(text, static_cast<int>(date.year()), 4);
  append_padded(text += '-', static_cast<unsigned>(date.month()), 2);
  append_padded(text += '-', static_cast<unsigned>(date.day()), 2);
  append_padded(text += 'T', millis / 3'600'000, 2);
  append_padded(text += ':', millis / 60'000 % 60, 2);
  append_padded(text += ':', millis / 1000 % 60, 2);
  append_padded(text += '.', millis % 1000, 3);
  return text += 'Z';
}

HttpResponse success(UnixTime now, std::string_view data, int status, std::string_view metadata,
                     std::string_view top) {
  constexpr std::size_t frame_bytes = 200;
  JsonWriter json(data.size() + metadata.size() + top.size() + frame_bytes);
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
