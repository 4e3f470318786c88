#include "adapters/dump/dump_reader.h"

#include <algorithm>
#include <utility>

#include "adapters/dump/array_splitter.h"
#include "adapters/dump/line_splitter.h"
#include "adapters/dump/raw_file.h"
#include "adapters/dump/record_parser.h"
#include "adapters/dump/text_window.h"
#include "adapters/dump/unpacker.h"

namespace cutover::dump {

struct DumpReader::Impl {
  Impl(std::unique_ptr<RawFile> opened, std::int64_t now_seconds)
      : file(std::move(opened)),
        unpacker(make_unpacker(*file)),
        window(*unpacker),
        parser(now_seconds) {}

  std::string choose_splitter();

  std::unique_ptr<RawFile> file;
  std::unique_ptr<Unpacker> unpacker;
  TextWindow window;
  RecordParser parser;
  std::unique_ptr<Splitter> splitter;
  std::uint64_t records = 0;
  std::uint64_t problems = 0;
  std::uint64_t number = 0;
  std::string sha256;
  std::string cut_off;
  bool ended = false;
};

tl::expected<std::unique_ptr<DumpReader>, std::string> DumpReader::open(const std::string& path,
                                                                        std::int64_t now_seconds) {
  auto file = RawFile::open(path);
  if (!file) return tl::unexpected(file.error());
  auto impl = std::make_unique<Impl>(std::move(*file), now_seconds);
  const std::string refusal = impl->choose_splitter();
  if (!refusal.empty()) return tl::unexpected("cannot use '" + path + "' as a KV dump: " + refusal);
  return std::unique_ptr<DumpReader>(new DumpReader(std::move(impl)));
}

DumpReader::DumpReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

DumpReader::~DumpReader() = default;

std::optional<std::variant<KvRecord, Problem>> DumpReader::next() {
  if (impl_->ended) return std::nullopt;
  auto slice = impl_->splitter->next();
  if (!slice) {
    // What was not unpacked, behind damaged data for example, belongs to the digest all the same.
    impl_->file->drain();
    impl_->sha256 = impl_->file->sha256();
    impl_->ended = true;
    return std::nullopt;
  }
  impl_->number = slice->number;
  const bool last = slice->last;
  const bool has_text = !slice->text.empty();
  std::variant<KvRecord, Problem> result = Problem{{}, {}, std::move(slice->trouble)};
  if (!slice->text.empty()) result = impl_->parser.parse(slice->text);
  if (auto* problem = std::get_if<Problem>(&result)) {
    problem->where = where();
    ++impl_->problems;
    if (last) {
      impl_->cut_off = problem->where + ": " +
                       (has_text ? "it has no line end and is no record (" + problem->reason +
                                       "): the file is cut off. Copy it again."
                                 : problem->reason);
    }
  } else {
    ++impl_->records;
  }
  return result;
}

// Looks at the start of the text; returns why it cannot be a dump, or nothing.
std::string DumpReader::Impl::choose_splitter() {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  constexpr std::size_t blank_bytes_max = 1024 * 1024;
  while (window.text().size() < byte_order_mark.size() && window.extend()) {
  }
  if (window.text().substr(0, 3) == byte_order_mark) window.drop(3);

  auto first = window.text().begin();
  while ((first = std::find_if_not(window.text().begin(), window.text().end(), is_blank)) ==
         window.text().end()) {
    if (window.text().size() > blank_bytes_max) return "its first MiB is blank.";
    if (!window.extend()) break;
  }
  const bool nothing = first == window.text().end();
  if (!nothing && *first == '[') {
    splitter = std::make_unique<ArraySplitter>(window);
  } else if (nothing || *first == '{') {
    splitter = std::make_unique<LineSplitter>(window);
  } else {
    const std::string_view start = window.text().substr(0, 2);
    if (start == "\xFF\xFE" || start == "\xFE\xFF") {
      return "it is UTF-16 text. Save it as UTF-8.";
    }
    return "it starts with neither '[' (a JSON array of records) nor '{' (one JSON record per "
           "line), plain, gzip or zstd.";
  }
  return {};
}

std::uint64_t DumpReader::records() const {
  return impl_->records;
}

std::uint64_t DumpReader::problems() const {
  return impl_->problems;
}

std::uint64_t DumpReader::unknown_fields() const {
  return impl_->parser.unknown_fields();
}

std::uint64_t DumpReader::bytes_read() const {
  return impl_->file->bytes_read();
}

std::uint64_t DumpReader::file_bytes() const {
  return impl_->file->file_bytes();
}

std::string DumpReader::sha256() const {
  return impl_->sha256;
}

const std::string& DumpReader::cut_off() const {
  return impl_->cut_off;
}

std::string DumpReader::where() const {
  if (impl_->number == 0) return {};
  return std::string(impl_->splitter->unit()) + " " + std::to_string(impl_->number);
}

}  // namespace cutover::dump
