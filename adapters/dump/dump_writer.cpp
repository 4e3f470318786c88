#include "adapters/dump/dump_writer.h"

#include <optional>
#include <utility>

#include "adapters/dump/base64.h"
#include "adapters/dump/json_text.h"
#include "adapters/dump/output_file.h"
#include "adapters/dump/packer.h"
#include "adapters/dump/record_rules.h"
#include "core/ports/check.h"

namespace cutover::dump {
namespace {

// Control characters take six bytes each as JSON text, and a record of more than 64 MiB is not
// read. Base64 of the largest value takes 34 MiB.
constexpr std::size_t value_text_bytes_max = 40 * 1024 * 1024;
constexpr std::size_t pending_bytes_max = 256 * 1024;

std::string broken_rule(const KvRecord& record) {
  if (!is_utf8(record.key)) return "the key is not UTF-8";
  std::string broken = broken_key_rule(record.key);
  if (broken.empty()) broken = broken_value_rule(record.value);
  return broken;
}

void append_value(std::string_view value, std::string& to) {
  const std::size_t before = to.size();
  to += R"(,"value":)";
  if (is_utf8(value)) {
    append_json_string(value, to);
    if (to.size() - before <= value_text_bytes_max) return;
    to.resize(before);
    to += R"(,"value":)";
  }
  to += '"' + encode_base64(value) + R"(","base64":true)";
}

// The record as JSON, appended to `to`; or the rule that it breaks, and `to` is as before.
std::string append_record(const KvRecord& record, std::string& to) {
  std::string broken = broken_rule(record);
  std::optional<std::string> metadata;
  if (broken.empty() && !record.metadata.empty()) {
    metadata = compact_json(record.metadata);
    broken = metadata ? broken_metadata_rule(*metadata)
                      : "the metadata is not JSON that could be read back";
  }
  if (!broken.empty()) return broken;

  to += R"({"key":)";
  append_json_string(record.key, to);
  append_value(record.value, to);
  if (record.expiration) to += R"(,"expiration":)" + std::to_string(*record.expiration);
  if (metadata && *metadata != "null") to += R"(,"metadata":)" + *metadata;
  to += '}';
  return {};
}

}  // namespace

struct DumpWriter::Impl {
  Impl(std::string to, std::unique_ptr<OutputFile> created, DumpForm wanted)
      : path(std::move(to)),
        file(std::move(created)),
        packer(make_packer(packing_for(path))),
        form(wanted) {}

  // Hands what is pending to the file.
  tl::expected<void, std::string> flush(bool last) {
    std::string packed;
    packer->pack(pending, last, packed);
    pending.clear();
    if (pending.capacity() > 8 * pending_bytes_max) pending.shrink_to_fit();
    return file->write(packed);
  }

  std::string path;
  std::unique_ptr<OutputFile> file;
  std::unique_ptr<Packer> packer;
  DumpForm form;
  std::string pending;
  std::uint64_t entries = 0;
  bool finished = false;
};

tl::expected<std::unique_ptr<DumpWriter>, std::string> DumpWriter::create(const std::string& path,
                                                                          DumpForm form) {
  auto file = OutputFile::create(path);
  if (!file) return tl::unexpected(file.error());
  return std::unique_ptr<DumpWriter>(
      new DumpWriter(std::make_unique<Impl>(path, std::move(*file), form)));
}

DumpWriter::DumpWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

DumpWriter::~DumpWriter() = default;

tl::expected<void, std::string> DumpWriter::write(const KvRecord& record) {
  CUTOVER_CHECK(!impl_->finished, "nothing is written to a finished dump");
  const std::size_t before = impl_->pending.size();
  if (impl_->form == DumpForm::array) impl_->pending += impl_->entries == 0 ? "[\n" : ",\n";
  const std::string broken = append_record(record, impl_->pending);
  if (!broken.empty()) {
    impl_->pending.resize(before);
    return tl::unexpected("cannot write the entry '" + clipped_key(record.key) + "' to '" +
                          impl_->path + "': " + broken + ". Correct the entry or leave it out.");
  }
  if (impl_->form == DumpForm::lines) impl_->pending += '\n';
  ++impl_->entries;
  return impl_->pending.size() < pending_bytes_max ? tl::expected<void, std::string>()
                                                   : impl_->flush(false);
}

tl::expected<WrittenDump, std::string> DumpWriter::finish() {
  CUTOVER_CHECK(!impl_->finished, "a dump is finished once");
  impl_->finished = true;
  if (impl_->form == DumpForm::array) impl_->pending += impl_->entries == 0 ? "[]\n" : "\n]\n";
  auto done = impl_->flush(true);
  if (done) done = impl_->file->finish();
  if (!done) return tl::unexpected(done.error());
  return WrittenDump{impl_->file->sha256(), impl_->entries, impl_->file->bytes_written()};
}

}  // namespace cutover::dump
