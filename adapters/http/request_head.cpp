#include "adapters/http/request_head.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace cutover::http {
namespace {

constexpr std::size_t method_bytes_max = 32;

tl::unexpected<HttpProblem> refuse(std::string message) {
  return tl::make_unexpected(HttpProblem{400, "INVALID_REQUEST", std::move(message)});
}

bool is_token_byte(char c) {
  if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return true;
  return std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_byte);
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equal_without_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// Is `word` one of the words of this comma-separated value?
bool has_word(std::string_view value, std::string_view word) {
  while (!value.empty()) {
    const std::size_t comma = value.find(',');
    if (equal_without_case(trim(value.substr(0, comma)), word)) return true;
    value = comma == std::string_view::npos ? std::string_view() : value.substr(comma + 1);
  }
  return false;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char small = lower(c);
  return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

// "http://host/path" becomes "/path"; a proxy writes targets so.
std::string_view without_authority(std::string_view target) {
  const std::size_t scheme = target.find("://");
  if (target.starts_with('/') || scheme == std::string_view::npos) return target;
  const std::size_t path = target.find('/', scheme + 3);
  return path == std::string_view::npos ? std::string_view("/") : target.substr(path);
}

std::optional<HttpProblem> parse_target(std::string_view target, api::HttpRequest& request) {
  const bool whole_server = target == "*" && request.method == "OPTIONS";
  target = without_authority(target);
  if (!target.starts_with('/') && !whole_server) {
    return HttpProblem{400, "INVALID_REQUEST", "the request target must be a path such as /health"};
  }
  const std::size_t mark = target.find('?');
  if (!percent_decode(target.substr(0, mark), false, request.path)) {
    return HttpProblem{400, "INVALID_REQUEST", "the path holds a broken % escape"};
  }
  if (mark == std::string_view::npos) return std::nullopt;
  std::string_view query = target.substr(mark + 1);
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
    auto& [name, decoded] = request.query.emplace_back();
    if (!percent_decode(pair.substr(0, equals), true, name) ||
        !percent_decode(value, true, decoded)) {
      return HttpProblem{400, "INVALID_REQUEST", "the query holds a broken % escape"};
    }
  }
  return std::nullopt;
}

std::optional<HttpProblem> parse_request_line(std::string_view line, const HttpLimits& limits,
                                              RequestHead& head) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) {
    return HttpProblem{400, "INVALID_REQUEST", "the request line must be: METHOD TARGET HTTP/1.1"};
  }
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (method.size() > method_bytes_max || !is_token(method)) {
    return HttpProblem{400, "INVALID_REQUEST", "the method is not a word"};
  }
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    return HttpProblem{400, "INVALID_REQUEST", "only HTTP/1.1 and HTTP/1.0 are spoken here"};
  }
  if (target.size() > limits.target_bytes_max) {
    return HttpProblem{
        414, "URI_TOO_LONG",
        "the request target is longer than " + std::to_string(limits.target_bytes_max) + " bytes"};
  }
  const auto printable = [](char c) { return c > ' ' && c != 127; };  // bytes from 128 are negative
  if (!std::all_of(target.begin(), target.end(), printable)) {
    return HttpProblem{400, "INVALID_REQUEST",
                       "the request target holds a blank, a control byte or a byte that is not "
                       "ASCII; escape it with %"};
  }
  head.request.method = std::string(method);
  head.keep_alive = version == "HTTP/1.1";
  return parse_target(target, head.request);
}

// What the headers say about the body and the connection.
struct Framing {
  int hosts = 0;
  std::optional<std::size_t> content_length;
  bool transfer_encoding = false;
};

std::optional<HttpProblem> note_header(std::string_view name, std::string_view value,
                                       RequestHead& head, Framing& framing) {
  if (equal_without_case(name, "host")) {
    framing.hosts += 1;
  } else if (equal_without_case(name, "content-length")) {
    std::size_t length = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
    const bool number = error == std::errc() && end == value.data() + value.size();
    if (error == std::errc::result_out_of_range) length = SIZE_MAX;
    if ((!number && length != SIZE_MAX) ||
        (framing.content_length && *framing.content_length != length)) {
      return HttpProblem{400, "INVALID_REQUEST", "Content-Length must be one whole number"};
    }
    framing.content_length = length;
  } else if (equal_without_case(name, "transfer-encoding")) {
    if (framing.transfer_encoding || !equal_without_case(value, "chunked")) {
      return HttpProblem{400, "INVALID_REQUEST", "Transfer-Encoding must be: chunked"};
    }
    framing.transfer_encoding = true;
  } else if (equal_without_case(name, "connection")) {
    if (has_word(value, "close"))
      head.keep_alive = false;
    else if (has_word(value, "keep-alive"))
      head.keep_alive = true;
  } else if (equal_without_case(name, "expect")) {
    if (!equal_without_case(value, "100-continue")) {
      return HttpProblem{417, "EXPECTATION_FAILED", "Expect may only ask for 100-continue"};
    }
    head.expects_continue = true;
  }
  return std::nullopt;
}

std::optional<HttpProblem> parse_header(std::string_view line, RequestHead& head,
                                        Framing& framing) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
    return HttpProblem{400, "INVALID_REQUEST", "a header line must be: Name: value"};
  }
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trim(line.substr(colon + 1));
  const auto control = [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == 127; };
  if (std::any_of(value.begin(), value.end(), control)) {
    return HttpProblem{400, "INVALID_REQUEST", "a header value holds a control byte"};
  }
  head.request.headers.emplace_back(std::string(name), std::string(value));
  return note_header(name, value, head, framing);
}

}  // namespace

bool percent_decode(std::string_view text, bool plus_is_space, std::string& out) {
  out.clear();
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) return false;
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high < 0 || low < 0) return false;
      c = static_cast<char>(high * 16 + low);
      if (c == '\0') return false;
      i += 2;
    } else if (c == '+' && plus_is_space) {
      c = ' ';
    }
    out.push_back(c);
  }
  return true;
}

tl::expected<RequestHead, HttpProblem> parse_head(std::string_view text, const HttpLimits& limits) {
  RequestHead head;
  const std::size_t line_end = text.find("\r\n");
  const std::string_view first = text.substr(0, line_end);
  if (auto problem = parse_request_line(first, limits, head)) {
    return tl::make_unexpected(std::move(*problem));
  }
  const bool speaks_1_1 = first.ends_with("HTTP/1.1");
  Framing framing;
  std::string_view rest =
      line_end == std::string_view::npos ? std::string_view() : text.substr(line_end + 2);
  while (!rest.empty()) {
    if (head.request.headers.size() >= limits.headers_max) {
      return tl::make_unexpected(
          HttpProblem{431, "HEADERS_TOO_LARGE",
                      "more than " + std::to_string(limits.headers_max) + " headers"});
    }
    const std::size_t end = rest.find("\r\n");
    if (auto problem = parse_header(rest.substr(0, end), head, framing)) {
      return tl::make_unexpected(std::move(*problem));
    }
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 2);
  }
  if (framing.hosts > 1 || (framing.hosts == 0 && speaks_1_1)) {
    return refuse("a request needs one Host header");
  }
  if (framing.transfer_encoding && (framing.content_length || !speaks_1_1)) {
    return refuse("Transfer-Encoding needs HTTP/1.1 and no Content-Length beside it");
  }
  head.chunked = framing.transfer_encoding;
  head.content_length = framing.content_length.value_or(0);
  if (head.content_length > limits.body_bytes_max) {
    return tl::make_unexpected(
        HttpProblem{413, "PAYLOAD_TOO_LARGE",
                    "the body is larger than " + std::to_string(limits.body_bytes_max) + " bytes"});
  }
  return head;
}

}  // namespace cutover::http
