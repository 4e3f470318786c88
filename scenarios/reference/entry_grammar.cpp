#include "scenarios/reference/entry_grammar.h"

#include <algorithm>
#include <cstddef>

namespace cutover::reference {
namespace {

using Texts = std::vector<std::string>;

// What the grammar decides by.
class Choices {
 public:
  explicit Choices(const Numbers& numbers) : numbers_(numbers) {}

  std::size_t below(std::size_t count) {
    return next_ < numbers_.size() ? numbers_[next_++] % count : 0;
  }
  bool one_in(std::size_t count) { return below(count) == count - 1; }
  std::string of(const Texts& texts) { return texts[below(texts.size())]; }

 private:
  const Numbers& numbers_;
  std::size_t next_ = 0;
};

std::string quoted(const std::string& text) {
  return '"' + text + '"';
}

// Between tokens; mostly nothing.
std::string gap(Choices& c) {
  static const Texts kGaps = {"", "", "", "", "", "", " ", "\n\t", "\r\n  "};
  return c.of(kGaps);
}

// Ways to write one ISBN, another one, and none. The first four are the keys' own.
const Texts kIsbns = {"9780439708180",
                      "0439708184",
                      "978-0-439-70818-0",
                      "439708184",
                      "9780002005012",
                      "0002005018",
                      "2005018",
                      "080442957X",
                      "80442957x",
                      "60973129",
                      "9780439708181",
                      "0804429570",
                      "9790260000438",
                      "9791090636071",
                      "1234567890123",
                      "",
                      " -",
                      "unknown",
                      "005018",
                      "book:isbn:0439708184"};

std::string isbn_text(Choices& c) {
  if (!c.one_in(4)) return kIsbns[c.below(6)];
  if (!c.one_in(3)) return c.of(kIsbns);
  std::string text;
  for (std::size_t i = c.below(16); i > 0; --i) text += "0123456789Xx- "[c.below(14)];
  return text;
}

// A JSON string token.
std::string text_token(Choices& c) {
  static const Texts kTokens = {R"("A")",
                                R"("B b")",
                                R"("")",
                                R"(" \t\r\n")",
                                R"(" A ")",
                                R"("\u0000")",
                                R"("\u00a0")",
                                R"("\u001F\b\f\n\"\\\/")",
                                "\"\xC3\xA9\xE2\x82\xAC\"",
                                R"("\uD83d\ude00")",
                                "\"\x7F\"",
                                R"("\u000B")",
                                R"("0")",
                                R"("000")",
                                R"("247")",
                                R"("100001")",
                                R"("0000001")",
                                R"("12 ")",
                                R"("\u2028")",
                                R"("null")"};
  static const Texts kBroken = {R"("\ud800")", R"("\udc00\ud800")", "\"\t\"",
                                R"("\x")",     "\"\xED\xA0\x80\"",  "\"\xFF\""};
  return c.one_in(200) ? c.of(kBroken) : c.of(kTokens);
}

std::string number_token(Choices& c) {
  static const Texts kTokens = {"1",
                                "0",
                                "-0",
                                "-1",
                                "247",
                                "2008",
                                "2008.0",
                                "2e3",
                                "-720",
                                "-3000",
                                "-3001",
                                "2100",
                                "2101",
                                "0.5",
                                "-0.0",
                                "0e5",
                                "1.5e3",
                                "100000",
                                "100001",
                                "1e5",
                                "2008.5",
                                "1e-400",
                                "9.78043902348e+12",
                                "9007199254740992",
                                "9007199254740993",
                                "-9007199254740993",
                                "9007199254740994.0",
                                "9223372036854775807",
                                "9223372036854775808",
                                "-9223372036854775808",
                                "18446744073709551615",
                                "253402300799999",
                                "253402300799999.5",
                                "253402300800000",
                                "1699999999999.9",
                                "0.99",
                                "1e308",
                                "100000000000000000000.0",
                                "18446744073709551616",
                                "-9223372036854775809"};
  static const Texts kBroken = {"1e309", "01", "1.",  ".5",  "+1",
                                "-",     "1e", "0x1", "NaN", "-Infinity"};
  if (c.one_in(200)) return c.of(kBroken);
  if (!c.one_in(4)) return c.of(kTokens);
  std::string token = c.one_in(3) ? "-" : "";
  token += std::to_string(1 + c.below(9));
  for (std::size_t i = c.below(19); i > 0; --i) token += std::to_string(c.below(10));
  if (c.one_in(3)) token += "." + std::to_string(c.below(1000));
  if (c.one_in(3)) token += c.of({"e", "E", "e+", "e-"}) + std::to_string(c.below(30));
  return token;
}

// Follows the forms of section 4, and breaks them now and then.
std::string date_token(Choices& c) {
  static const Texts kForms = {"Y",      "Y-M",   "Y-M-D",  "Y-M-DT00:00:00.000-0700",
                               "Y-M-DT", "N Y",   "N 7, Y", "N D, Y",
                               "D/D/Y",  "M/D/Y", "N  Y",   "Y-M-D 00:00",
                               "Y-7",    "0",     "19",     "cY",
                               "Y?",     "Y-MTZ", "N D Y",  "N 0, Y"};
  static const Texts kYears = {"1999", "2100", "2101", "0000", "0001", "9999", "199?", "-720"};
  static const Texts kMonths = {"01", "12", "09", "00", "13"};
  static const Texts kDays = {"01", "31", "12", "13", "00", "32"};
  static const Texts kNames = {"January", "May", "Sep", "Sept", "Dec", "december", "MAY", "Jan."};
  std::string text = c.one_in(8) ? " " : "";
  for (const char part : c.of(kForms)) {
    switch (part) {
      case 'Y': text += c.of(kYears); break;
      case 'M': text += c.of(kMonths); break;
      case 'D': text += c.of(kDays); break;
      case 'N': text += c.of(kNames); break;
      default: text += part;
    }
  }
  return quoted(text + c.of({"", "", "", "", "", " ", "\\n", "\\u00a0", "Z"}));
}

std::string list_of(Choices& c, const std::string& open, const std::string& close,
                    const Texts& parts) {
  std::string text = open + gap(c);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    text += (i == 0 ? "" : "," + gap(c)) + parts[i] + gap(c);
  }
  return text + close;
}

std::string member(Choices& c, const std::string& name, const std::string& value) {
  return quoted(name) + gap(c) + ":" + gap(c) + value;
}

// 58 to 67 levels: the page allows 64, those around the value included.
std::string deep_value(Choices& c) {
  const bool objects = c.one_in(2);
  std::string text = objects ? "{}" : "[]";
  for (std::size_t i = 57 + c.below(10); i > 0; --i) {
    text = objects ? R"({"a":)" + text + "}" : "[" + text + "]";
  }
  return text;
}

std::string any_value(Choices& c, int depth) {
  switch (c.below(depth > 3 ? 5 : 8)) {
    case 0: return c.of({"null", "true", "false"});
    case 1: return number_token(c);
    case 2: return text_token(c);
    case 3: return date_token(c);
    case 4: return c.one_in(20) ? deep_value(c) : quoted(isbn_text(c));
    case 5: return c.of({"[]", "{}"});
    case 6: {
      Texts items;
      for (std::size_t i = c.below(4); i > 0; --i) items.push_back(any_value(c, depth + 1));
      return list_of(c, "[", "]", items);
    }
    default: {
      static const Texts kNames = {"name", "a", "b", "a", "\\u0061", "$date", "thumbnail", ""};
      Texts members;
      for (std::size_t i = c.below(4); i > 0; --i) {
        members.push_back(member(c, c.of(kNames), any_value(c, depth + 1)));
      }
      return list_of(c, "{", "}", members);
    }
  }
}

std::string image_links(Choices& c) {
  static const Texts kSizes = {"thumbnail", "smallThumbnail", "small", "medium",
                               "large",     "extraLarge",     "huge"};
  static const Texts kUrls = {R"("http://books.google.com/c?id=1")", R"("https://x.example/1")",
                              R"("http://books.google")", R"(" http://books.google.com")"};
  Texts members;
  for (std::size_t i = c.below(6); i > 0; --i) {
    const std::string url = c.one_in(4) ? any_value(c, 3) : c.of(kUrls);
    members.push_back(member(c, c.of(kSizes), url));
  }
  return list_of(c, "{", "}", members);
}

std::string industry_identifiers(Choices& c) {
  Texts entries;
  for (std::size_t i = c.below(4); i > 0; --i) {
    const std::string type =
        c.of({R"("ISBN_13")", R"("ISBN_10")", R"("OTHER")", R"("ISSN")", "13"});
    const std::string value = c.one_in(6) ? any_value(c, 3) : quoted(isbn_text(c));
    entries.push_back(
        c.one_in(10)
            ? any_value(c, 3)
            : list_of(c, "{", "}", {member(c, "type", type), member(c, "identifier", value)}));
  }
  return list_of(c, "[", "]", entries);
}

std::string strings(Choices& c) {
  Texts items;
  for (std::size_t i = c.below(4); i > 0; --i) {
    items.push_back(c.one_in(8) ? any_value(c, 3) : text_token(c));
  }
  return list_of(c, "[", "]", items);
}

// A value that suits the field, or one time in four whatever comes.
std::string field_value(Choices& c, const std::string& name) {
  if (c.one_in(4)) return any_value(c, 1);
  if (name.rfind("isbn", 0) == 0) return quoted(isbn_text(c));
  if (name == "industryIdentifiers") return industry_identifiers(c);
  if (name == "publishedDate") {
    return c.one_in(5) ? list_of(c, "{", "}", {member(c, "$date", date_token(c))}) : date_token(c);
  }
  if (name == "pageCount" || name == "cachedAt") return number_token(c);
  if (name == "imageLinks") return image_links(c);
  if (name == "authors" || name == "categories") return strings(c);
  return text_token(c);
}

std::string book_object(Choices& c) {
  static const Texts kNames = {"authors",
                               "isbn",
                               "isbn10",
                               "isbn13",
                               "industryIdentifiers",
                               "publisher",
                               "publishedDate",
                               "description",
                               "imageLinks",
                               "pageCount",
                               "language",
                               "categories",
                               "authorsDetailed",
                               "title",
                               "t\\u0069tle",
                               "subtitle",
                               "Title",
                               ""};
  static const Texts kForeign = {"error", "items", "totalItems", "volumeInfo", "data", "cachedAt"};
  Texts members;
  if (!c.one_in(5)) members.push_back(member(c, "title", field_value(c, "title")));
  for (std::size_t i = c.below(8); i > 0; --i) {
    const std::string name = c.one_in(25) ? c.of(kForeign) : c.of(kNames);
    members.push_back(member(c, name, field_value(c, name)));
  }
  return list_of(c, "{", "}", members);
}

std::string volume(Choices& c) {
  const std::string info = c.one_in(8) ? any_value(c, 2) : book_object(c);
  return list_of(c, "{", "}",
                 {member(c, "kind", "\"books#volume\""), member(c, "volumeInfo", info)});
}

std::string search_answer(Choices& c) {
  Texts items;
  for (std::size_t i = c.below(4); i > 0; --i) {
    items.push_back(c.one_in(8) ? any_value(c, 2) : volume(c));
  }
  const std::string list = c.one_in(8) ? any_value(c, 2) : list_of(c, "[", "]", items);
  Texts members;
  if (!c.one_in(4)) members.push_back(member(c, "totalItems", number_token(c)));
  if (!c.one_in(4)) members.push_back(member(c, "items", list));
  if (c.one_in(20)) members.push_back(member(c, "title", text_token(c)));
  return list_of(c, "{", "}", members);
}

std::string value_text(Choices& c, int depth) {
  switch (c.below(depth > 1 ? 10 : 14)) {
    case 6:
    case 7: return volume(c);
    case 8: return search_answer(c);
    case 9:
      return c.one_in(4) ? any_value(c, 0)
                         : list_of(c, "{", "}", {member(c, "error", any_value(c, 1))});
    case 10: return search_answer(c);
    case 11:
    case 12:
    case 13: {
      Texts members = {member(c, "data", value_text(c, depth + 1)),
                       member(c, "cachedAt", field_value(c, "cachedAt"))};
      if (c.one_in(4)) std::reverse(members.begin(), members.end());
      if (c.one_in(8)) members.push_back(member(c, "data", value_text(c, depth + 1)));
      return list_of(c, "{", "}", members);
    }
    default: return book_object(c);
  }
}

}  // namespace

Entry draw_entry(const Numbers& numbers) {
  Choices c(numbers);
  Entry entry;
  const std::string prefix = c.one_in(4) ? "search:isbn:isbn=" : "book:isbn:";
  entry.key = prefix + (c.one_in(8) ? isbn_text(c) : kIsbns[c.below(4)]);
  if (c.one_in(50)) entry.key = c.of({"", "book:isbn", "covers:1", "Book:isbn:0439708184"});
  entry.value = gap(c) + value_text(c, 0) + gap(c);
  if (c.one_in(100)) entry.value = c.of({"", " ", "\xEF\xBB\xBF{\"title\":\"T\"}", "<html>"});
  return entry;
}

std::string change_bytes(std::string value, const Numbers& numbers) {
  static const std::string kBytes("\0\x01\t\x1F \"\\{}[]:,0.e-\x7F\x80\xBF\xC3\xED\xEF\xF4\xFF",
                                  25);
  Choices c(numbers);
  for (std::size_t i = 1 + c.below(4); i > 0; --i) {
    const std::size_t at = c.below(value.size() + 1);
    const std::size_t length = std::min(c.below(8), value.size() - at);
    switch (c.below(5)) {
      case 0: value.insert(at, 1, kBytes[c.below(kBytes.size())]); break;
      case 1: value.erase(at, length); break;
      case 2: value.insert(at, value.substr(at, length)); break;
      case 3: value.resize(at); break;
      default: {
        if (at < value.size()) value[at] = static_cast<char>(c.below(256));
      }
    }
  }
  return value;
}

}  // namespace cutover::reference
