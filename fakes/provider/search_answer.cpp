#include "fakes/provider/search_answer.h"

#include "core/ports/check.h"

namespace cutover::fakes {

std::string search_answer(std::string_view book, const std::string& fields) {
  CUTOVER_CHECK(book.size() >= 2 && book.front() == '{' && book.back() == '}',
                "a book is a JSON object");
  std::string info(book.substr(0, book.size() - 1));
  if (!fields.empty()) {
    if (info.size() > 1) info += ',';
    info += fields;
  }
  return R"({"kind":"books#volumes","totalItems":1,"items":[{"kind":"books#volume","volumeInfo":)" +
         info + "}}]}";
}

std::string identifiers(std::string_view isbn13) {
  return R"("industryIdentifiers":[{"type":"ISBN_13","identifier":")" + std::string(isbn13) +
         R"("}])";
}

}  // namespace cutover::fakes
