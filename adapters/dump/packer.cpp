#include "adapters/dump/packer.h"

#include <array>
#include <boost/iostreams/filter/zlib.hpp>
#include <boost/iostreams/filter/zstd.hpp>

namespace cutover::dump {
namespace {

class PlainPacker final : public Packer {
 public:
  void pack(std::string_view bytes, bool /*last*/, std::string& to) override { to += bytes; }
};

// Works with the filter inside Boost's zlib and zstd compressors, which have one shape.
template <class Compressor>
class CompressingPacker final : public Packer {
 public:
  template <class Parameters>
  explicit CompressingPacker(const Parameters& parameters) : compressor_(parameters) {}

  void pack(std::string_view bytes, bool last, std::string& to) override {
    const char* next = bytes.data();
    const char* const end = next + bytes.size();
    while (next != end) step(next, end, false, to);
    for (bool more = last; more;) more = step(next, end, true, to);
  }

 private:
  bool step(const char*& next, const char* end, bool finish, std::string& to) {
    std::array<char, 64 * 1024> room;  // NOLINT(*-member-init): only what was written is read
    char* out = room.data();
    const bool more =
        compressor_.filter().filter(next, end, out, room.data() + room.size(), finish);
    to.append(room.data(), out);
    return more;
  }

  Compressor compressor_;
};

boost::iostreams::zlib_params gzip_parameters() {
  boost::iostreams::zlib_params parameters;
  parameters.window_bits = 15 + 16;  // the largest window, in gzip's framing
  return parameters;
}

}  // namespace

Packing packing_for(std::string_view path) {
  if (path.ends_with(".gz")) return Packing::gzip;
  if (path.ends_with(".zst")) return Packing::zstd;
  return Packing::plain;
}

std::unique_ptr<Packer> make_packer(Packing packing) {
  switch (packing) {
    case Packing::gzip:
      return std::make_unique<CompressingPacker<boost::iostreams::zlib_compressor>>(
          gzip_parameters());
    case Packing::zstd:
      return std::make_unique<CompressingPacker<boost::iostreams::zstd_compressor>>(
          boost::iostreams::zstd_params());
    case Packing::plain: break;
  }
  return std::make_unique<PlainPacker>();
}

}  // namespace cutover::dump
