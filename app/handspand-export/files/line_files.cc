#include "files/line_files.h"

#include "shm/process.h"

#include <zstd.h>

#include <utility>

namespace handspan::exporter {
namespace {

constexpr char kBetween = '/'; // of the marks in a memo; no file's name has it

} // namespace

// A batch, compressed in pieces that are frames of their own: each is there as a whole when it is
// compressed, and so is read where it lies. Whoever unpacks frames takes several as one.
class LineFiles::Frame {
public:
  explicit Frame(int level) {
    (void)ZSTD_CCtx_setParameter(zstd_.get(), ZSTD_c_compressionLevel, level);
    (void)ZSTD_CCtx_setParameter(zstd_.get(), ZSTD_c_checksumFlag, 1);
  }
  void begin() {
    bytes_.clear();
    plain_.clear();
  }
  // `put` appends text.
  void add(auto put) {
    put(plain_);
    if (plain_.size() >= kPiece)
      compress();
  }
  const std::string &end() {
    compress();
    return bytes_;
  }
  [[nodiscard]] bool empty() const { return bytes_.empty() && plain_.empty(); }

private:
  static constexpr std::size_t kPiece = std::size_t{4} << 20;

  struct Free {
    void operator()(ZSTD_CCtx *context) const { ZSTD_freeCCtx(context); }
  };
  void compress() {
    if (plain_.empty())
      return;
    const std::size_t before = bytes_.size();
    bytes_.resize(before + ZSTD_compressBound(plain_.size()));
    const std::size_t size = ZSTD_compress2(zstd_.get(), &bytes_[before], bytes_.size() - before,
                                            plain_.data(), plain_.size());
    bytes_.resize(before + (ZSTD_isError(size) != 0 ? 0 : size));
    plain_.clear();
  }

  std::unique_ptr<ZSTD_CCtx, Free> zstd_{ZSTD_createCCtx()};
  std::string plain_, bytes_;
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
  level_ = static_cast<int>(keys.number("level", 1, 19, 1));
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
    stream.frame->add([&](std::string &to) { stream.kind.lines(row, to); });
}

void LineFiles::add(const summary::Cell &minute, const formats::Origin &origin) {
  if (minute_)
    streams_.front().frame->add([&](std::string &to) { to += minute_(minute, origin); });
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
      frame.add([&](std::string &to) { to += stream.kind.head(now); });
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
