#include "adapters/dump/csv_rows.h"

#include <csv.h>

#include <algorithm>
#include <utility>

#include "core/ports/check.h"

namespace cutover::dump {
namespace {

constexpr std::size_t piece_bytes = 16 * 1024;

std::uint64_t line_feeds_in(std::string_view text) {
  return static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

// libcsv takes blanks off fields without quotes; in RFC 4180 they are part of the field.
int no_character(unsigned char /*character*/) {
  return 0;
}

}  // namespace

struct CsvRows::Impl {
  explicit Impl(const Bounds& bounds)
      : field_bytes_max(bounds.field_bytes_max),
        row_bytes_max(bounds.row_bytes_max),
        fields_max(bounds.fields_max) {
    // Every line end is reported, blank lines too: they are counted.
    CUTOVER_CHECK(csv_init(&parser, CSV_REPALL_NL) == 0, "libcsv can be set up");
    csv_set_space_func(&parser, no_character);
    csv_set_blk_size(&parser, 4096);
    row.line = 1;
  }
  ~Impl() { csv_free(&parser); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void end_field(std::string_view text) {
    lines_inside += line_feeds_in(text);
    row_bytes += text.size();
    if (field_cut || text.size() > field_bytes_max || row_bytes > row_bytes_max) {
      row.too_long = true;
      text = {};
    }
    field_cut = false;
    if (row.fields.size() < fields_max) row.fields.emplace_back(text);
    ++row.field_count;
  }

  // `terminator`: CR, LF, or -1 at the end of the text.
  void end_row(int terminator) {
    const std::uint64_t next_line = row.line + lines_inside + (terminator == '\n' ? 1 : 0);
    if (row.field_count > 0) rows.push_back(std::move(row));
    row = CsvRow{};
    row.line = next_line;
    lines_inside = 0;
    row_bytes = 0;
  }

  // libcsv collects a field in entry_buf without a bound. What is too much is thrown away; one byte
  // stays, because the parser takes a closing quote off again that it has already stored.
  void bound_field() {
    if (parser.entry_pos <= field_bytes_max) return;
    const std::string_view held(reinterpret_cast<const char*>(parser.entry_buf),
                                parser.entry_pos - 1);
    lines_inside += line_feeds_in(held);
    parser.entry_buf[0] = parser.entry_buf[parser.entry_pos - 1];
    parser.entry_pos = 1;
    field_cut = true;
  }

  static void on_field(void* text, std::size_t size, void* self) {
    static_cast<Impl*>(self)->end_field({static_cast<const char*>(text), size});
  }
  static void on_row(int terminator, void* self) { static_cast<Impl*>(self)->end_row(terminator); }

  csv_parser parser{};
  std::size_t field_bytes_max;
  std::size_t row_bytes_max;
  std::size_t fields_max;
  CsvRow row;
  std::size_t row_bytes = 0;       // in the row's fields so far
  std::uint64_t lines_inside = 0;  // line feeds inside the row's fields
  bool field_cut = false;
  std::deque<CsvRow> rows;
};

CsvRows::CsvRows(const Bounds& bounds) : impl_(std::make_unique<Impl>(bounds)) {}

CsvRows::~CsvRows() = default;

void CsvRows::add(std::string_view text) {
  while (!text.empty()) {
    const std::string_view piece = text.substr(0, piece_bytes);
    const std::size_t parsed = csv_parse(&impl_->parser, piece.data(), piece.size(), Impl::on_field,
                                         Impl::on_row, impl_.get());
    CUTOVER_CHECK(parsed == piece.size(), "libcsv takes any text when it is not strict");
    impl_->bound_field();
    text.remove_prefix(piece.size());
  }
}

bool CsvRows::finish() {
  // Strict only now: inside a row it would refuse quotes that people do write.
  CUTOVER_CHECK(csv_set_opts(&impl_->parser, CSV_REPALL_NL | CSV_STRICT | CSV_STRICT_FINI) == 0,
                "libcsv knows its own options");
  return csv_fini(&impl_->parser, Impl::on_field, Impl::on_row, impl_.get()) == 0;
}

std::deque<CsvRow>& CsvRows::rows() {
  return impl_->rows;
}

std::uint64_t CsvRows::line() const {
  return impl_->row.line;
}

}  // namespace cutover::dump
