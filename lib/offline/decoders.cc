#include "offline/decoders.h"

#include "offline/unpack.h"

#include <algorithm>
#include <array>
#include <climits>

#ifdef HANDSPAN_HAS_ZLIB
#include <zlib.h>
#endif
#ifdef HANDSPAN_HAS_ZSTD
#include <zstd.h>
#endif
#ifdef HANDSPAN_HAS_LZ4
#include <lz4frame.h>
#endif

namespace handspan::offline {
namespace {

#ifdef HANDSPAN_HAS_ZLIB
// RFC 1952: members, one behind the other.
class Gzip final : public Decoder {
public:
  Gzip() { good_ = inflateInit2(&state_, kGzipOnly) == Z_OK; }
  ~Gzip() override {
    if (good_)
      inflateEnd(&state_);
  }

  std::size_t decode(std::span<const std::uint8_t> &in, std::span<std::uint8_t> out) override {
    if (!good_)
      fault_ = "no memory to unpack gzip";
    if (!good_ || (in.empty() && !within_))
      return 0;
    if (!within_ && !in.empty())
      (void)inflateReset(&state_);
    state_.next_in = const_cast<Bytef *>(in.data());
    state_.avail_in = static_cast<uInt>(in.size());
    state_.next_out = out.data();
    state_.avail_out = static_cast<uInt>(std::min<std::size_t>(out.size(), UINT_MAX));
    const int result = inflate(&state_, Z_NO_FLUSH);
    const std::size_t made = static_cast<std::size_t>(state_.next_out - out.data());
    within_ = result != Z_STREAM_END && (within_ || !in.empty());
    in = in.subspan(in.size() - state_.avail_in);
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
      fault_ = std::string("the gzip data is damaged") +
               (state_.msg != nullptr ? std::string(" (") + state_.msg + ")" : "");
    return made;
  }

private:
  static constexpr int kGzipOnly = 15 + 16;
  z_stream state_{};
  bool good_ = false;
};
#endif

#ifdef HANDSPAN_HAS_ZSTD
// RFC 8878: frames, one behind the other.
class Zstd final : public Decoder {
public:
  Zstd() : state_(ZSTD_createDStream()) {
    if (state_ != nullptr)
      (void)ZSTD_DCtx_setParameter(state_, ZSTD_d_windowLogMax, Unpacker::kMaxWindowLog);
  }
  ~Zstd() override { ZSTD_freeDStream(state_); }

  std::size_t decode(std::span<const std::uint8_t> &in, std::span<std::uint8_t> out) override {
    if (state_ == nullptr)
      fault_ = "no memory to unpack zstd";
    if (state_ == nullptr || (in.empty() && !within_))
      return 0;
    ZSTD_inBuffer from{in.data(), in.size(), 0};
    ZSTD_outBuffer to{out.data(), out.size(), 0};
    const std::size_t left = ZSTD_decompressStream(state_, &to, &from);
    if (ZSTD_isError(left) != 0)
      fault_ = std::string("the zstd data is damaged (") + ZSTD_getErrorName(left) + ")";
    within_ = left != 0;
    in = in.subspan(from.pos);
    return to.pos;
  }

private:
  ZSTD_DStream *state_;
};
#endif

#ifdef HANDSPAN_HAS_LZ4
// LZ4's frame format, frames one behind the other.
class Lz4 final : public Decoder {
public:
  Lz4() {
    if (LZ4F_isError(LZ4F_createDecompressionContext(&state_, LZ4F_VERSION)) != 0)
      state_ = nullptr;
  }
  ~Lz4() override { (void)LZ4F_freeDecompressionContext(state_); }

  std::size_t decode(std::span<const std::uint8_t> &in, std::span<std::uint8_t> out) override {
    if (state_ == nullptr)
      fault_ = "no memory to unpack lz4";
    if (state_ == nullptr || (in.empty() && !within_))
      return 0;
    std::size_t made = out.size(), taken = in.size();
    const std::size_t left = LZ4F_decompress(state_, out.data(), &made, in.data(), &taken, nullptr);
    if (LZ4F_isError(left) != 0) {
      fault_ = std::string("the lz4 data is damaged (") + LZ4F_getErrorName(left) + ")";
      return 0;
    }
    within_ = left != 0;
    in = in.subspan(taken);
    return made;
  }

private:
  LZ4F_dctx *state_ = nullptr;
};
#endif

constexpr struct {
  std::string_view name;
  std::array<std::uint8_t, 4> magic;
  std::size_t bytes;
} kFormats[] = {{"gzip", {0x1f, 0x8b}, 2},
                {"zstd", {0x28, 0xb5, 0x2f, 0xfd}, 4},
                {"lz4", {0x04, 0x22, 0x4d, 0x18}, 4}};

} // namespace

std::string_view packed_as(std::span<const std::uint8_t> begin) {
  for (const auto &format : kFormats)
    if (begin.size() >= format.bytes &&
        std::equal(begin.begin(), begin.begin() + static_cast<std::ptrdiff_t>(format.bytes),
                   format.magic.begin()))
      return format.name;
  return {};
}

std::unique_ptr<Decoder> decoder_for([[maybe_unused]] std::string_view format) {
#ifdef HANDSPAN_HAS_ZLIB
  if (format == "gzip")
    return std::make_unique<Gzip>();
#endif
#ifdef HANDSPAN_HAS_ZSTD
  if (format == "zstd")
    return std::make_unique<Zstd>();
#endif
#ifdef HANDSPAN_HAS_LZ4
  if (format == "lz4")
    return std::make_unique<Lz4>();
#endif
  return nullptr;
}

} // namespace handspan::offline
