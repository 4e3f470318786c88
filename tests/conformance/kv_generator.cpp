#include "tests/conformance/kv_generator.h"

#include <cstdint>
#include <string>
#include <vector>

#include "core/ports/kv_store.h"

namespace cutover::conformance {
namespace {

using rc::gen::arbitrary;
using rc::gen::element;
using rc::gen::exec;
using rc::gen::inRange;
using rc::gen::just;
using rc::gen::weightedElement;
using rc::gen::weightedOneOf;

// The moment at which every sequence begins.
constexpr std::int64_t start_seconds = 2'000'000'000;

Json as_text(const std::string& text) {
  return text_json(text);
}

std::string times(std::string_view piece, std::size_t count) {
  std::string text;
  while (count-- > 0) text.append(piece);
  return text;
}

std::string utf8_of(std::uint32_t point) {
  std::string text;
  if (point < 0x80) {
    text.push_back(static_cast<char>(point));
  } else if (point < 0x800) {
    text.push_back(static_cast<char>(0xC0 | point >> 6));
    text.push_back(static_cast<char>(0x80 | (point & 63)));
  } else {
    if (point < 0x10000) {
      text.push_back(static_cast<char>(0xE0 | point >> 12));
    } else {
      text.push_back(static_cast<char>(0xF0 | point >> 18));
      text.push_back(static_cast<char>(0x80 | (point >> 12 & 63)));
    }
    text.push_back(static_cast<char>(0x80 | (point >> 6 & 63)));
    text.push_back(static_cast<char>(0x80 | (point & 63)));
  }
  return text;
}

// Of every plane, controls and non-characters among them, lone surrogates rarely.
rc::Gen<std::uint32_t> any_code_point() {
  return weightedOneOf<std::uint32_t>({{8, inRange<std::uint32_t>(0x20, 0x7F)},
                                       {1, inRange<std::uint32_t>(0, 0x20)},
                                       {3, inRange<std::uint32_t>(0x7F, 0x800)},
                                       {3, inRange<std::uint32_t>(0x800, 0xD800)},
                                       {1, inRange<std::uint32_t>(0xE000, 0x10000)},
                                       {3, inRange<std::uint32_t>(0x10000, 0x110000)}});
}

rc::Gen<std::string> any_unicode() {
  return rc::gen::map(
      rc::gen::resize(8, rc::gen::container<std::vector<std::uint32_t>>(any_code_point())),
      [](const std::vector<std::uint32_t>& points) {
        std::string text;
        for (const std::uint32_t point : points) text.append(utf8_of(point));
        return text;
      });
}

rc::Gen<std::string> simple_key() {
  return element<std::string>("a", "ab", "b", "b:", "b:1", "b:2", "B", "\u00E9", "\u65E5\u672C");
}

rc::Gen<std::string> odd_key() {
  return element<std::string>("...", "a/b", "/a", "a//b", "../x", "a?b=c&d#e", "%2F", "%zz", " ",
                              "+", "\t", "\n", ":", "\U0001F600", "\uFFFF", "\u00E9\u0301",
                              std::string("n\0l", 3), times("k", 512), times("\u20AC", 170));
}

rc::Gen<std::string> refused_key() {
  return element<std::string>("", ".", "..", times("k", 513), times("\u20AC", 171), "\xED\xA0\x80",
                              "a\xED\xB0\x80z");
}

rc::Gen<Json> any_key() {
  return rc::gen::map(
      weightedOneOf<std::string>(
          {{14, simple_key()}, {3, odd_key()}, {2, any_unicode()}, {1, refused_key()}}),
      as_text);
}

rc::Gen<Json> any_value() {
  return weightedOneOf<Json>(
      {{4, rc::gen::map(any_unicode(), as_text)},
       {4, rc::gen::map(rc::gen::resize(40, arbitrary<std::string>()),
                        [](const std::string& bytes) { return bytes_json(bytes); })},
       {4, element<Json>("", " ", "null", "0", "\"s\"", "{\"a\":1}", "[1,2.5,\"\u00E9\"]", "{",
                         "not JSON", "{\"a\":1}x", "\uFEFF{}", "\"\\u00e9\"", "-0")},
       {1, just(Json{{"fill", "v"}, {"n", 70'000}})}});
}

rc::Gen<std::int64_t> any_ttl() {
  return element<std::int64_t>(60, 61, 90, 3600, 4000, 59, 1, 0, -1, 2'147'483'647, 2'147'483'648,
                               -2'147'483'648, -2'147'483'649);
}

rc::Gen<std::int64_t> any_expiration() {
  return element<std::int64_t>(start_seconds - 10, start_seconds, start_seconds + 1,
                               start_seconds + 59, start_seconds + 60, start_seconds + 61,
                               start_seconds + 150, start_seconds + 4000, 2'147'483'647,
                               2'147'483'648, 1, 0, -5, -2'147'483'649);
}

rc::Gen<Json> any_metadata() {
  return element<Json>("{}", "1", "0", "false", "\"\"", "null", "{\"x\":\"\u65E5\u672C\"}",
                       "[1,null]", "\"" + times("m", 1022) + "\"", "\"" + times("m", 1023) + "\"",
                       "\"" + times("\u00E9", 511) + "\"", "\"" + times("\u00E9", 512) + "\"");
}

bool one_in(int count) {
  return *inRange(0, count) == 0;
}

Json a_put() {
  Json put = {{"op", "put"}, {"key", *any_key()}, {"value", *any_value()}};
  if (one_in(3)) put["ttl"] = *any_ttl();
  if (one_in(5)) put["expiration"] = *any_expiration();
  if (one_in(3)) put["metadata"] = *any_metadata();
  return put;
}

Json a_get() {
  const auto as = *element<std::string>("text", "json", "bytes", "stream", "metadata");
  return {{"op", "get"}, {"key", *any_key()}, {"as", as}};
}

Json a_bulk_get() {
  const auto count = *rc::gen::weightedOneOf<std::size_t>(
      {{12, inRange<std::size_t>(1, 8)}, {1, element<std::size_t>(0U, 100U, 101U)}});
  // More keys than a handful are simple ones: one bad key would hide all that follows.
  const auto keys = *rc::gen::container<std::vector<Json>>(
      count, count < 8 ? any_key() : rc::gen::map(simple_key(), as_text));
  return {{"op", "get_many"}, {"keys", keys}};
}

Json a_list() {
  const auto prefix = *weightedElement<std::string>({{8, ""},
                                                     {2, "a"},
                                                     {3, "b"},
                                                     {3, "b:"},
                                                     {1, "B"},
                                                     {1, "\u00E9"},
                                                     {1, "_"},
                                                     {1, "%"},
                                                     {1, std::string("n\0", 2)},
                                                     {1, times("k", 513)}});
  const auto limit = *weightedElement<std::int64_t>(
      {{4, 1}, {4, 2}, {3, 3}, {3, 5}, {3, 1000}, {1, 1001}, {1, 0}, {1, 999}});
  Json list = {{"op", "list"}, {"prefix", text_json(prefix)}, {"limit", limit}};
  const auto cursor = *weightedElement<std::string>(
      {{6, ""}, {9, "last"}, {1, "!!!no cursor"}, {1, "YQ=="}, {1, "a"}});
  if (!cursor.empty()) list["cursor"] = cursor;
  return list;
}

}  // namespace

rc::Gen<Json> any_kv_operation() {
  return weightedOneOf<Json>({{8, exec(a_put)},
                              {6, exec(a_get)},
                              {3, exec(a_bulk_get)},
                              {2, rc::gen::map(any_key(),
                                               [](const Json& key) {
                                                 return Json{{"op", "remove"}, {"key", key}};
                                               })},
                              {6, exec(a_list)},
                              {1, rc::gen::map(element(1, 30, 59, 60, 61, 3600), [](int seconds) {
                                 return Json{{"op", "wait"}, {"seconds", seconds}};
                               })}});
}

}  // namespace cutover::conformance
