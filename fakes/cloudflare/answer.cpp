#include "fakes/cloudflare/answer.h"

#include <utility>

namespace cutover::simulate {
namespace {

Json envelope(const ApiError& error) {
  Json body;
  body["result"] = nullptr;
  body["success"] = false;
  body["errors"] = Json::array({{{"code", error.code}, {"message", error.message}}});
  body["messages"] = Json::array();
  return body;
}

}  // namespace

std::string text_of(const Json& document) {
  return document.dump(-1, ' ', false, Json::error_handler_t::replace);
}

api::HttpResponse json_answer(const Json& document, int status) {
  api::HttpResponse response;
  response.status = status;
  response.content_type = "application/json";
  response.body = text_of(document);
  return response;
}

api::HttpResponse success(const Json& result, const Json& result_info) {
  Json body;
  body["result"] = result;
  body["success"] = true;
  body["errors"] = Json::array();
  body["messages"] = Json::array();
  if (!result_info.is_null()) body["result_info"] = result_info;
  return json_answer(body);
}

api::HttpResponse failure(const ApiError& error) {
  return json_answer(envelope(error), error.status);
}

api::HttpResponse d1_error(const ApiError& error) {
  Json body = envelope(error);
  body["result"] = Json::array();
  api::HttpResponse response = json_answer(body, error.status);
  response.headers.emplace_back("cf-d1", "err=" + std::to_string(error.code));
  return response;
}

api::HttpResponse gateway_error(int status) {
  api::HttpResponse response;
  response.status = status;
  response.content_type = "text/plain; charset=UTF-8";
  response.body = "error code: " + std::to_string(status);
  return response;
}

}  // namespace cutover::simulate
