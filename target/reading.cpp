#include "target/reading.h"

#include <algorithm>
#include <utility>

#include "target/book_difference.h"

namespace cutover::target {
namespace {

constexpr std::size_t differences_max = 10;
constexpr std::size_t batch = 200;  // questions that are prepared at a time

std::string text_at(const Json& json, std::string_view path) {
  const Json* value = value_at(json, path);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

void hold_against(Reading& reading, Look& look, Json book) {
  Json& first = reading.books[look.wanted];
  const Json& expected = reading.wanted[look.wanted].expected;
  if (!first.is_null()) {
    look.differs = sentence_of(differences(first, book));
    return;
  }
  if (!expected.is_null()) look.differs = sentence_of(differences(expected, book));
  first = std::move(book);
}

void take(Reading& reading, Look& look, const Answer& answer) {
  look.asked = answer.asked;
  look.status = answer.status;
  look.said = said(answer);
  look.ms = answer.ms;
  if (answer.status != 200) return;
  const auto json = json_in(answer);
  if (!json) {
    look.said += ", and no JSON";
    return;
  }
  const Json told = book_in(*json);
  if (told.is_null()) {
    look.said += " without a book";
    return;
  }
  look.found = true;
  hold_against(reading, look, comparable_book(told));
  look.source = shown(text_at(*json, "metadata.source"));
  const Json* cached = value_at(*json, "metadata.cached");
  if (cached != nullptr && cached->is_boolean()) look.cached = cached->get<bool>();
  const std::string different = reading.shape.difference(*json);
  if (different.empty()) return;
  ++reading.shape_different;
  if (reading.shape_differences.size() < differences_max) {
    reading.shape_differences.push_back(look.spelling + ": " + different);
  }
}

void look_up(Visit& visit, Reading& reading, std::vector<Look> looks, std::vector<Look>& into) {
  for (std::size_t begin = 0; begin < looks.size(); begin += batch) {
    const std::size_t end = std::min(looks.size(), begin + batch);
    std::vector<Ask> asks;
    for (std::size_t i = begin; i < end; ++i) {
      asks.push_back({"GET", "/v1/search/isbn?isbn=" + looks[i].spelling, "", ""});
    }
    visit.ask_all(asks, [&](std::size_t i, const Answer& answer) {
      take(reading, looks[begin + i], answer);
    });
    if (!visit.why_over().empty()) break;
  }
  for (Look& look : looks) {
    if (look.asked) into.push_back(std::move(look));
  }
}

Look plain(const Reading& reading, std::size_t wanted) {
  Look look;
  look.wanted = wanted;
  look.spelling = reading.wanted[wanted].isbn;
  return look;
}

std::size_t spare(const Visit& visit, std::size_t reserved) {
  return visit.left() - std::min(visit.left(), reserved);
}

std::vector<std::size_t> found_in(const Reading& reading) {
  std::vector<std::size_t> found;
  for (const Look& look : reading.first) {
    if (look.found) found.push_back(look.wanted);
  }
  return found;
}

char check_digit10(std::string_view nine) {
  int sum = 0;
  for (std::size_t i = 0; i < nine.size(); ++i) sum += static_cast<int>(i + 1) * (nine[i] - '0');
  return sum % 11 == 10 ? 'X' : static_cast<char>('0' + sum % 11);
}

std::string type_of(const Json& value) {
  return value.type_name();  // "number" for all of them
}

// Objects of the envelope, whose keys are fixed. A book's other values are its own matter.
bool has_fixed_keys(const std::string& path) {
  return path.empty() || path == "data" || path == "metadata" || path == "data.book" ||
         path == "data.book.imageLinks";
}

std::string compare(Json& model, const Json& other, const std::string& path) {
  if (other.is_null() || path == "data.book.authorsDetailed") return {};
  if (model.is_null()) {
    model = other;
    return {};
  }
  if (type_of(model) != type_of(other)) {
    return path + " is " + type_of(other) + ", elsewhere " + type_of(model);
  }
  if (!has_fixed_keys(path) || !other.is_object()) return {};
  for (const auto& [key, value] : model.items()) {
    if (!other.contains(key)) return path + " has no '" + shown(key) + "'";
  }
  for (const auto& [key, value] : other.items()) {
    if (!model.contains(key)) return path + " has a new '" + shown(key) + "'";
    std::string below = compare(model[key], value, path.empty() ? key : path + "." + key);
    if (!below.empty()) return below;
  }
  return {};
}

}  // namespace

std::string Shape::difference(const Json& answer) {
  if (answers_++ == 0) {
    model_ = answer;
    return {};
  }
  return compare(model_, answer, "");
}

std::vector<const Look*> Reading::finds() const {
  std::vector<const Look*> all;
  for (const auto* looks : {&first, &again, &spelled, &more}) {
    for (const Look& look : *looks) {
      if (look.found) all.push_back(&look);
    }
  }
  return all;
}

std::vector<std::string> spellings_of(const std::string& isbn13) {
  const std::string_view nine = std::string_view(isbn13).substr(3, 9);
  std::vector<std::string> spellings = {isbn13.substr(0, 3) + "-" + isbn13.substr(3, 1) + "-" +
                                        isbn13.substr(4, 4) + "-" + isbn13.substr(8, 4) + "-" +
                                        isbn13.substr(12)};
  if (isbn13.starts_with("978")) {
    spellings.push_back(std::string(nine) + check_digit10(nine));
  }
  return spellings;
}

void read_books(Visit& visit, Reading& reading, std::size_t reserved) {
  reading.books.resize(reading.wanted.size());
  const std::size_t spare_at_first = spare(visit, reserved);
  // A quarter is kept for second looks.
  const std::size_t once = std::min(reading.wanted.size(), spare_at_first - spare_at_first / 4);
  std::vector<Look> looks;
  for (std::size_t i = 0; i < once; ++i) looks.push_back(plain(reading, i));
  look_up(visit, reading, std::move(looks), reading.first);

  const std::vector<std::size_t> found = found_in(reading);

  looks.clear();
  const std::size_t half = (spare(visit, reserved) + 1) / 2;
  for (const std::size_t i : found) {
    if (looks.size() < half) looks.push_back(plain(reading, i));
  }
  look_up(visit, reading, std::move(looks), reading.again);

  looks.clear();
  const std::size_t rest = spare(visit, reserved);
  for (const std::size_t i : found) {
    for (const std::string& spelling : spellings_of(reading.wanted[i].isbn)) {
      if (looks.size() >= rest) break;
      looks.push_back(plain(reading, i));
      looks.back().spelling = spelling;
    }
  }
  look_up(visit, reading, std::move(looks), reading.spelled);
}

void read_on(Visit& visit, Reading& reading, std::size_t reserved, std::uint64_t in_all) {
  const std::vector<std::size_t> found = found_in(reading);
  const std::uint64_t asked = visit.tally().asked;
  if (found.empty() || asked >= in_all) return;
  std::vector<Look> looks;
  const std::uint64_t wanted = std::min<std::uint64_t>(in_all - asked, spare(visit, reserved));
  for (std::size_t i = 0; i < wanted; ++i) looks.push_back(plain(reading, found[i % found.size()]));
  look_up(visit, reading, std::move(looks), reading.more);
}

}  // namespace cutover::target
