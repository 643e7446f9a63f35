// Lines of JSON in files of a minute each, compressed with zstd: each batch a frame.
#include "formats/minute.h"
#include "formats/row.h"
#include "shm/process.h"
#include "sink.h"
#include "sinks/jsonl/files.h"

#include <zstd.h>

#include <array>
#include <memory>

namespace handspan::exporter {
namespace {

struct Free {
  void operator()(ZSTD_CCtx *context) const { ZSTD_freeCCtx(context); }
};

class Jsonl final : public Sink {
public:
  Jsonl(MinuteFiles::Settings files, int level) : files_(std::move(files)) {
    (void)ZSTD_CCtx_setParameter(zstd_.get(), ZSTD_c_compressionLevel, level);
    (void)ZSTD_CCtx_setParameter(zstd_.get(), ZSTD_c_checksumFlag, 1);
  }

  bool open(const std::string &memo, std::string &why) override { return files_.open(memo, why); }

  void begin(const BatchName &name) override {
    part_ = name.first;
    rows_ = 0;
    frame_.clear();
    (void)ZSTD_CCtx_reset(zstd_.get(), ZSTD_reset_session_only);
  }
  void add(const Row &row) override {
    line(json_.line(row.record, row.origin, row.number, row.rate));
  }
  void add(const summary::Cell &minute, const formats::Origin &origin) override {
    line(formats::minute_json(minute, origin));
  }

  // What was written before a failure lies behind the last mark; a retry writes over it.
  bool commit(std::string &memo, std::string &why) override {
    if (rows_ > 0) {
      compress({}, ZSTD_e_end);
      if (!files_.append(frame_, shm::wall_now(), part_, why))
        return false;
    }
    memo = files_.mark();
    return true;
  }
  void idle(base::Nanos now) override { files_.finish(now); }

private:
  void line(std::string_view text) {
    ++rows_;
    compress(text, ZSTD_e_continue);
    compress("\n", ZSTD_e_continue);
  }
  void compress(std::string_view text, ZSTD_EndDirective how) {
    ZSTD_inBuffer in{text.data(), text.size(), 0};
    std::size_t left = 1;
    while (how == ZSTD_e_end ? left > 0 : in.pos < in.size) {
      ZSTD_outBuffer out{piece_.data(), piece_.size(), 0};
      left = ZSTD_compressStream2(zstd_.get(), &out, &in, how);
      frame_.append(piece_.data(), out.pos);
      if (ZSTD_isError(left) != 0)
        return;
    }
  }

  MinuteFiles files_;
  formats::Rows json_;
  std::unique_ptr<ZSTD_CCtx, Free> zstd_{ZSTD_createCCtx()};
  std::array<char, 131'072> piece_;
  std::string frame_;
  std::uint64_t part_ = 0, rows_ = 0;
};

std::unique_ptr<Sink> make(Keys &keys) {
  MinuteFiles::Settings files;
  files.folder = keys.needed("dir");
  files.file_time = keys.duration("file_time", 60 * base::kSecond);
  files.keep_bytes = keys.bytes("keep_bytes", std::uint64_t{10} << 30);
  files.keep_time = keys.duration("keep_time", 30 * 24 * 3600 * base::kSecond);
  const auto level = keys.number("level", 1, 19, 3);
  if (files.file_time < base::kSecond)
    keys.refuse("file_time", "must be 1s at least");
  return std::make_unique<Jsonl>(std::move(files), static_cast<int>(level));
}

} // namespace

extern const SinkKind kSink_jsonl{"jsonl", "all", make};

} // namespace handspan::exporter
