#include "adapters/dump/unpacker.h"

#include <algorithm>
#include <boost/iostreams/filter/zlib.hpp>
#include <boost/iostreams/filter/zstd.hpp>
#include <cstring>
#include <ios>

#include "adapters/dump/zstd_frames.h"

namespace cutover::dump {
namespace {

constexpr int gzip_window_bits = 15 + 16;  // zlib: the largest window, in gzip's framing

std::string cut_off(std::string_view form) {
  return "the " + std::string(form) + " data ends too early: the file is cut off. Copy it again.";
}

std::string damaged(std::string_view form) {
  return "the " + std::string(form) + " data is damaged. Copy the file again, and test it with `" +
         std::string(form) + " -t`.";
}

class PlainUnpacker final : public Unpacker {
 public:
  explicit PlainUnpacker(RawFile& file) : file_(file) {}

  std::size_t read(char* to, std::size_t size) override {
    const std::string_view bytes = file_.peek().substr(0, size);
    if (bytes.empty()) {
      failure_ = file_.failure();
      return 0;
    }
    std::memcpy(to, bytes.data(), bytes.size());
    file_.consume(bytes.size());
    return bytes.size();
  }

 private:
  RawFile& file_;
};

class GzipUnpacker final : public Unpacker {
 public:
  explicit GzipUnpacker(RawFile& file) : file_(file), zlib_(gzip_window_bits) {}

  std::size_t read(char* to, std::size_t size) override {
    char* out = to;
    while (!ended_ && out == to) step(out, to + size);
    return static_cast<std::size_t>(out - to);
  }

 private:
  void step(char*& out, char* out_end) {
    const std::string_view in = file_.peek();
    if (in.empty() && member_done_) return end(file_.failure());
    if (member_done_) zlib_.filter().close();  // another member follows
    member_done_ = false;
    const char* next = in.data();
    try {
      // With no input left this still hands out what zlib holds back, and throws once it has none.
      member_done_ = !zlib_.filter().filter(next, in.data() + in.size(), out, out_end, false);
    } catch (const std::ios_base::failure&) {
      if (!in.empty()) return end(damaged("gzip"));
      return end(file_.failure().empty() ? cut_off("gzip") : file_.failure());
    }
    file_.consume(static_cast<std::size_t>(next - in.data()));
  }

  void end(const std::string& failure) {
    failure_ = failure;
    ended_ = true;
  }

  RawFile& file_;
  boost::iostreams::zlib_decompressor zlib_;
  bool member_done_ = false;
  bool ended_ = false;
};

class ZstdUnpacker final : public Unpacker {
 public:
  explicit ZstdUnpacker(RawFile& file) : file_(file) {}

  std::size_t read(char* to, std::size_t size) override {
    char* out = to;
    while (!ended_ && out == to) step(out, to + size);
    return static_cast<std::size_t>(out - to);
  }

 private:
  void step(char*& out, char* out_end) {
    const std::string_view in = file_.peek();
    const char* const out_begin = out;
    const char* next = in.data();
    try {
      zstd_.filter().filter(next, in.data() + in.size(), out, out_end, in.empty());
    } catch (const std::ios_base::failure&) {
      return end(damaged("zstd"));
    }
    const std::string_view used = in.substr(0, static_cast<std::size_t>(next - in.data()));
    frames_.add(used);
    file_.consume(used.size());
    if (!in.empty() || out != out_begin) return;
    if (!file_.failure().empty()) return end(file_.failure());
    end(frames_.complete() ? std::string() : cut_off("zstd"));
  }

  void end(const std::string& failure) {
    failure_ = failure;
    ended_ = true;
  }

  RawFile& file_;
  boost::iostreams::zstd_decompressor zstd_;
  ZstdFrames frames_;
  bool ended_ = false;
};

bool is_zstd(std::string_view start) {
  constexpr std::string_view frame("\x28\xB5\x2F\xFD", 4);
  constexpr std::string_view skippable("\x2A\x4D\x18", 3);
  if (start.size() < 4) return false;
  return start.substr(0, 4) == frame ||
         (start.substr(1, 3) == skippable && (static_cast<unsigned char>(start[0]) >> 4U) == 5);
}

}  // namespace

std::unique_ptr<Unpacker> make_unpacker(RawFile& file) {
  const std::string_view start = file.peek(4);
  if (start.substr(0, 2) == "\x1F\x8B") return std::make_unique<GzipUnpacker>(file);
  if (is_zstd(start)) return std::make_unique<ZstdUnpacker>(file);
  return std::make_unique<PlainUnpacker>(file);
}

}  // namespace cutover::dump
