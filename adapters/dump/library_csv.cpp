#include "adapters/dump/library_csv.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "adapters/dump/csv_rows.h"
#include "adapters/dump/json_text.h"
#include "adapters/dump/raw_file.h"
#include "adapters/dump/unpacker.h"

namespace cutover::dump {
namespace {

struct Column {
  std::string_view name;
  std::string LibraryRecord::*field;
  bool required;
};

constexpr std::array<Column, 8> columns = {{
    {"user_id", &LibraryRecord::user_id, true},
    {"isbn", &LibraryRecord::isbn, true},
    {"status", &LibraryRecord::status, false},
    {"rating", &LibraryRecord::rating, false},
    {"review", &LibraryRecord::review, false},
    {"added_at", &LibraryRecord::added_at, false},
    {"started_at", &LibraryRecord::started_at, false},
    {"completed_at", &LibraryRecord::completed_at, false},
}};

Problem problem_at(std::uint64_t line, std::string reason) {
  return {"line " + std::to_string(line), {}, std::move(reason)};
}

}  // namespace

struct LibraryReader::Impl {
  explicit Impl(std::unique_ptr<RawFile> opened)
      : file(std::move(opened)),
        unpacker(make_unpacker(*file)),
        buffer(64 * 1024),
        rows({field_bytes_max, row_bytes_max, columns_max}) {}

  std::string read_header();
  void read_more();
  std::variant<LibraryRecord, Problem> record_of(CsvRow&& row) const;

  std::unique_ptr<RawFile> file;
  std::unique_ptr<Unpacker> unpacker;
  std::vector<char> buffer;
  CsvRows rows;
  // For each column of the file: the member that it fills, or null for a column to ignore.
  std::vector<std::string LibraryRecord::*> members;
  std::optional<Problem> last_problem;  // the file's end, when it is a bad one
  bool start = true;
  bool read_to_end = false;
  bool ended = false;
  std::uint64_t records = 0;
  std::uint64_t problems = 0;
  std::string sha256;
};

tl::expected<std::unique_ptr<LibraryReader>, std::string> LibraryReader::open(
    const std::string& path) {
  auto file = RawFile::open(path);
  if (!file) return tl::unexpected(file.error());
  auto impl = std::make_unique<Impl>(std::move(*file));
  const std::string refusal = impl->read_header();
  if (!refusal.empty()) {
    return tl::unexpected("cannot use '" + path + "' as a user library: " + refusal);
  }
  return std::unique_ptr<LibraryReader>(new LibraryReader(std::move(impl)));
}

LibraryReader::LibraryReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

LibraryReader::~LibraryReader() = default;

std::optional<std::variant<LibraryRecord, Problem>> LibraryReader::next() {
  while (impl_->rows.rows().empty() && !impl_->read_to_end) impl_->read_more();
  std::optional<std::variant<LibraryRecord, Problem>> result;
  if (!impl_->rows.rows().empty()) {
    result = impl_->record_of(std::move(impl_->rows.rows().front()));
    impl_->rows.rows().pop_front();
  } else if (impl_->last_problem) {
    result = std::move(*impl_->last_problem);
    impl_->last_problem.reset();
  } else if (!impl_->ended) {
    impl_->file->drain();
    impl_->sha256 = impl_->file->sha256();
    impl_->ended = true;
  }
  if (result) ++(std::holds_alternative<Problem>(*result) ? impl_->problems : impl_->records);
  return result;
}

std::string LibraryReader::Impl::read_header() {
  while (rows.rows().empty() && !read_to_end) read_more();
  if (rows.rows().empty()) {
    return last_problem ? last_problem->where + ": " + last_problem->reason
                        : "it has no header row. The first line names the columns, at least "
                          "user_id,isbn.";
  }
  const CsvRow header = std::move(rows.rows().front());
  rows.rows().pop_front();
  if (header.field_count > columns_max || header.too_long) {
    return "its first row is no header: " + std::to_string(header.field_count) +
           " columns (the limit is " + std::to_string(columns_max) +
           "), or one longer than 1 MiB. The first line must name the columns.";
  }
  members.assign(header.fields.size(), nullptr);
  for (const Column& column : columns) {
    const auto& names = header.fields;
    const auto found = std::find(names.begin(), names.end(), column.name);
    if (found == names.end()) {
      if (!column.required) continue;
      return "the column '" + std::string(column.name) +
             "' is missing. The first line must name the columns, at least user_id,isbn.";
    }
    if (std::find(found + 1, names.end(), column.name) != names.end()) {
      return "the column '" + std::string(column.name) + "' comes twice. Rename one of them.";
    }
    members[static_cast<std::size_t>(found - names.begin())] = column.field;
  }
  return {};
}

void LibraryReader::Impl::read_more() {
  std::size_t size = unpacker->read(buffer.data(), buffer.size());
  // A byte order mark may come in pieces from a pipe.
  while (start && size > 0 && size < 3) {
    const std::size_t more = unpacker->read(buffer.data() + size, buffer.size() - size);
    if (more == 0) break;
    size += more;
  }
  std::string_view text(buffer.data(), size);
  if (start && text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  start = false;
  rows.add(text);
  if (size > 0) return;

  read_to_end = true;
  const std::uint64_t line = rows.line();
  if (!unpacker->failure().empty()) {
    last_problem = problem_at(line, unpacker->failure());
  } else if (!rows.finish()) {
    last_problem = problem_at(line, "a quoted field has no closing quote up to the file's end");
  }
}

std::variant<LibraryRecord, Problem> LibraryReader::Impl::record_of(CsvRow&& row) const {
  if (row.too_long) {
    return problem_at(row.line, "a field is longer than " + std::to_string(field_bytes_max) +
                                    " bytes, or the row longer than " +
                                    std::to_string(row_bytes_max) +
                                    "; is a closing quote missing?");
  }
  if (row.field_count != members.size()) {
    return problem_at(row.line, "the row has " + std::to_string(row.field_count) +
                                    " fields, the header has " + std::to_string(members.size()));
  }
  LibraryRecord record;
  record.line = row.line;
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (!is_utf8(row.fields[i])) return problem_at(row.line, "the row is not UTF-8");
    if (members[i] != nullptr) record.*members[i] = std::move(row.fields[i]);
  }
  return record;
}

std::uint64_t LibraryReader::records() const {
  return impl_->records;
}

std::uint64_t LibraryReader::problems() const {
  return impl_->problems;
}

std::uint64_t LibraryReader::bytes_read() const {
  return impl_->file->bytes_read();
}

std::uint64_t LibraryReader::file_bytes() const {
  return impl_->file->file_bytes();
}

std::string LibraryReader::sha256() const {
  return impl_->sha256;
}

}  // namespace cutover::dump
