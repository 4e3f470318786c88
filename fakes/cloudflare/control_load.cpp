#include <sys/mman.h>
#include <unistd.h>

#include <utility>
#include <variant>
#include <vector>

#include "adapters/dump/dump_reader.h"
#include "fakes/cloudflare/control_handlers.h"
#include "fakes/cloudflare/kv_handlers.h"

namespace cutover::simulate {
namespace {

constexpr std::size_t problems_shown_max = 20;
constexpr std::size_t books_max = 100'000;  // that the provider may know

// A file in memory that holds these bytes: dumps are read from paths.
class MemoryFile {
 public:
  explicit MemoryFile(const std::string& bytes) : file_(::memfd_create("dump", MFD_CLOEXEC)) {
    std::size_t written = 0;
    while (file_ >= 0 && written < bytes.size()) {
      const ssize_t count = ::write(file_, bytes.data() + written, bytes.size() - written);
      if (count <= 0) break;
      written += static_cast<std::size_t>(count);
    }
    whole_ = file_ >= 0 && written == bytes.size();
  }
  ~MemoryFile() {
    if (file_ >= 0) ::close(file_);
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  [[nodiscard]] bool is_whole() const { return whole_; }
  [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(file_); }

 private:
  int file_;
  bool whole_ = false;
};

struct Dump {
  std::vector<KvRecord> records;
  Json problems = Json::array();
  std::size_t problem_count = 0;
};

Checked<Dump> dump_of(const std::string& bytes, std::int64_t now) {
  const MemoryFile file(bytes);
  if (!file.is_whole()) return tl::unexpected(ApiError{503, 0, "no memory for this dump"});
  auto reader = dump::DumpReader::open(file.path(), now);
  if (!reader) return tl::unexpected(ApiError{400, 0, "the body is no dump"});
  Dump dump;
  while (auto next = (*reader)->next()) {
    if (auto* record = std::get_if<KvRecord>(&*next)) {
      dump.records.push_back(std::move(*record));
      continue;
    }
    ++dump.problem_count;
    if (dump.problems.size() < problems_shown_max) {
      dump.problems.push_back((*reader)->where() + ": " + std::get<dump::Problem>(*next).reason);
    }
  }
  return dump;
}

std::optional<ApiError> check_book(const Json& book) {
  const auto invalid = [](const char* what) { return ApiError{400, 0, what}; };
  if (!book.is_object()) return invalid("a book must be an object");
  if (auto unknown = only_members(book, {"isbn", "book", "names", "unidentified", "answer"})) {
    return unknown;
  }
  const auto isbn = text_member(book, "isbn", 13);
  if (!isbn || isbn->size() != 13 || isbn->find_first_not_of("0123456789") != std::string::npos) {
    return invalid("isbn: must be 13 digits");
  }
  if (book.contains("answer") == book.contains("book")) {
    return invalid("give either book (a JSON object) or answer (a text, sent as it is)");
  }
  if (book.contains("answer") && !book["answer"].is_string()) {
    return invalid("answer: must be a text");
  }
  if (book.contains("book") && !book["book"].is_object()) return invalid("book: must be an object");
  if (book.contains("names") && !book["names"].is_string()) {
    return invalid("names: must be the ISBN that the volume says it has");
  }
  if (book.contains("unidentified") && !book["unidentified"].is_boolean()) {
    return invalid("unidentified: must be true or false");
  }
  return std::nullopt;
}

}  // namespace

void teach_book(Cloud& cloud, const std::string& isbn, const Json& book) {
  fakes::ProviderService& provider = cloud.provider();
  if (book.contains("answer")) {
    provider.put_answer(isbn, book["answer"].get<std::string>());
  } else if (book.value("unidentified", Json(false)) == true) {
    provider.put_unidentified(isbn, text_of(book["book"]));
  } else if (book.contains("names")) {
    provider.put_other_edition(isbn, book["names"].get<std::string>(), text_of(book["book"]));
  } else {
    provider.put_book(isbn, text_of(book["book"]));
  }
  cloud.books[isbn] = text_of(book);
}

Answer load_dump(Desk& desk, const Asked& asked) {
  const std::string& id = asked.parts.at(0);
  const auto now = desk.entrance.enter([](Cloud& cloud) { return cloud.wall().seconds(); });
  auto dump = dump_of(asked.http.body, now);
  if (!dump) return control_error(dump.error());
  return desk.entrance.enter_and_change([&](Cloud& cloud) -> Answer {
    const auto found = cloud.namespaces.find(id);
    if (found == cloud.namespaces.end()) {
      return control_error({404, 0, "there is no namespace with this id"});
    }
    std::size_t replaced = 0;
    const std::size_t loaded = dump->records.size();
    for (KvRecord& record : dump->records) {
      if (found->second.service->load(std::move(record))) ++replaced;
    }
    return json_answer({{"loaded", loaded},
                        {"replaced", replaced},
                        {"problems", dump->problem_count},
                        {"first_problems", dump->problems}});
  });
}

Answer load_books(Desk& desk, const Asked& asked) {
  const auto list = parse_json(asked.http.body);
  if (!list) return control_error(list.error());
  if (!list->is_array() || list->size() > books_max) {
    return control_error({400, 0, "the body must be a list of books"});
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    if (auto error = check_book((*list)[i])) {
      return control_error({400, 0, std::to_string(i) + ": " + error->message});
    }
  }
  return desk.entrance.enter_and_change([&](Cloud& cloud) -> Answer {
    if (cloud.books.size() + list->size() > books_max) {
      return control_error({400, 0, "the provider would know more than 100000 books"});
    }
    for (const Json& book : *list) teach_book(cloud, book["isbn"].get<std::string>(), book);
    return json_answer({{"books", cloud.books.size()}});
  });
}

}  // namespace cutover::simulate
