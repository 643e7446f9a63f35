#include "files/line_files.h"

#include "shm/process.h"

#include <zstd.h>

#include <array>
#include <utility>

namespace handspan::exporter {
namespace {

constexpr char kBetween = '/'; // of the marks in a memo; no file's name has it

} // namespace

class LineFiles::Frame {
public:
  explicit Frame(int level) {
    (void)ZSTD_CCtx_setParameter(zstd_.get(), ZSTD_c_compressionLevel, level);
    (void)ZSTD_CCtx_setParameter(zstd_.get(), ZSTD_c_checksumFlag, 1);
  }
  void begin() {
    bytes_.clear();
    empty_ = true;
    (void)ZSTD_CCtx_reset(zstd_.get(), ZSTD_reset_session_only);
  }
  void add(std::string_view text) {
    empty_ = empty_ && text.empty();
    compress(text, ZSTD_e_continue);
  }
  const std::string &end() {
    compress({}, ZSTD_e_end);
    return bytes_;
  }
  [[nodiscard]] bool empty() const { return empty_; }

private:
  struct Free {
    void operator()(ZSTD_CCtx *context) const { ZSTD_freeCCtx(context); }
  };
  void compress(std::string_view text, ZSTD_EndDirective how) {
    ZSTD_inBuffer in{text.data(), text.size(), 0};
    std::size_t left = 1;
    while (how == ZSTD_e_end ? left > 0 : in.pos < in.size) {
      ZSTD_outBuffer out{piece_.data(), piece_.size(), 0};
      left = ZSTD_compressStream2(zstd_.get(), &out, &in, how);
      bytes_.append(piece_.data(), out.pos);
      if (ZSTD_isError(left) != 0)
        return;
    }
  }

  std::unique_ptr<ZSTD_CCtx, Free> zstd_{ZSTD_createCCtx()};
  std::array<char, 131'072> piece_;
  std::string bytes_;
  bool empty_ = true;
};

LineFiles::LineFiles(
    Keys &keys, std::vector<LineKind> kinds,
    std::function<std::string(const summary::Cell &, const formats::Origin &)> minute)
    : minute_(std::move(minute)) {
  MinuteFiles::Settings files;
  files.folder = keys.needed("dir");
  files.file_time = keys.duration("file_time", 60 * base::kSecond);
  files.keep_bytes = keys.bytes("keep_bytes", std::uint64_t{10} << 30);
  files.keep_time = keys.duration("keep_time", 30 * 24 * 3600 * base::kSecond);
  level_ = static_cast<int>(keys.number("level", 1, 19, 3));
  if (files.file_time < base::kSecond)
    keys.refuse("file_time", "must be 1s at least");
  files.keep_bytes /= kinds.size();
  for (LineKind &kind : kinds) {
    files.name = kind.name;
    files.ending = kind.ending;
    streams_.push_back(
        {std::move(kind), std::make_unique<MinuteFiles>(files), std::make_unique<Frame>(level_)});
  }
}

LineFiles::~LineFiles() = default;

bool LineFiles::open(const std::string &memo, std::string &why) {
  std::string_view rest = memo;
  for (Stream &stream : streams_) {
    const std::size_t end = std::min(rest.find(kBetween), rest.size());
    if (!stream.files->open(std::string(rest.substr(0, end)), why))
      return false;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return true;
}

void LineFiles::begin(const BatchName &name) {
  part_ = name.first;
  for (Stream &stream : streams_)
    stream.frame->begin();
}

void LineFiles::add(const Row &row) {
  for (Stream &stream : streams_)
    stream.frame->add(stream.kind.lines(row));
}

void LineFiles::add(const summary::Cell &minute, const formats::Origin &origin) {
  if (minute_)
    streams_.front().frame->add(minute_(minute, origin));
}

// What was written of one file before another one failed is written over by the next try.
bool LineFiles::commit(std::string &memo, std::string &why) {
  const base::Nanos now = shm::wall_now();
  std::vector<std::string> before;
  for (const Stream &stream : streams_)
    before.push_back(stream.files->mark());
  for (Stream &stream : streams_) {
    if (stream.frame->empty())
      continue;
    std::string head;
    if (stream.kind.head) {
      Frame frame(level_);
      frame.begin();
      frame.add(stream.kind.head(now));
      head = frame.end();
    }
    if (stream.files->append(head, stream.frame->end(), now, part_, why))
      continue;
    std::string ignored;
    for (std::size_t i = 0; i < streams_.size(); ++i)
      (void)streams_[i].files->open(before[i], ignored);
    return false;
  }
  memo.clear();
  for (const Stream &stream : streams_)
    memo += (&stream == &streams_.front() ? "" : std::string(1, kBetween)) + stream.files->mark();
  return true;
}

void LineFiles::idle(base::Nanos now) {
  for (Stream &stream : streams_)
    stream.files->finish(now);
}

} // namespace handspan::exporter
