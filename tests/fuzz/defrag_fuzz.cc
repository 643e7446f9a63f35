// Fragments of a few datagrams, held against an array for each: what is put together has, for each
// place, the first byte that came for it; and what comes in pieces that fit is put together.
//
//   script   = fragment*
//   fragment = datagram (3 bits), more (1), cut off (1), later (1), last bytes differ (1) | offset
//   in
//              units (1) | length (1), in eights if the top bit is set
#include "base/reader.h"
#include "defrag/reassembler.h"
#include "use.h"

#include <array>
#include <map>
#include <optional>
#include <vector>

namespace {

using namespace handspan;
using fuzz::require;

constexpr std::uint32_t kDatagrams = 8;

class Model {
public:
  explicit Model(base::Nanos first) : first_(first) {}

  [[nodiscard]] bool is_old(base::Nanos now) const {
    return now - first_ > defrag::Reassembler::kPatience;
  }

  void add(const wire::Fragment &f) {
    const std::uint32_t end = f.offset + f.length;
    const bool fits = f.length > 0 && (!f.more || f.length % 8 == 0) &&
                      (!f.more || length_ == 0 || end < length_) &&
                      (f.more || (length_ == 0 && end >= end_));
    if (bytes_.size() < end)
      bytes_.resize(end);
    for (std::uint32_t at = f.offset; at < end; ++at) {
      fits_ &= !bytes_[at].sent;
      if (!bytes_[at].sent)
        bytes_[at] = {true, at - f.offset < f.bytes.size() ? std::optional(f.bytes[at - f.offset])
                                                           : std::nullopt};
    }
    fits_ &= fits;
    cut_ |= f.bytes.size() < f.length;
    end_ = std::max(end_, end);
    if (!f.more)
      length_ = end;
  }

  // Every piece came, once, and none contradicts another.
  [[nodiscard]] bool is_whole() const {
    if (!fits_ || length_ == 0)
      return false;
    for (const Place &place : bytes_)
      if (!place.sent)
        return false;
    return true;
  }

  void check(const defrag::Whole &whole) const {
    require(whole.length == length_ && whole.length == bytes_.size());
    require(whole.bytes.size() <= whole.length);
    for (std::size_t at = 0; at < whole.bytes.size(); ++at)
      require(bytes_[at].byte == whole.bytes[at]);
    require(whole.bytes.size() == whole.length || cut_);
  }

private:
  struct Place {
    bool sent = false;
    std::optional<std::uint8_t> byte; // unless the capture cut it off
  };
  std::vector<Place> bytes_;
  base::Nanos first_;
  std::uint32_t length_ = 0, end_ = 0;
  bool fits_ = true, cut_ = false;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  static defrag::Reassembler reassembler(kDatagrams, 1);
  std::map<std::uint32_t, Model> models;
  std::array<std::uint8_t, 1024> bytes{};
  base::Nanos now = 0;
  for (base::Reader in({data, size}); in.remaining() >= 3;) {
    const std::uint8_t what = in.u8();
    wire::Fragment f;
    f.v6 = (what & 1) != 0;
    f.id = what >> 1 & 3;
    f.protocol = 6;
    f.more = (what & 8) != 0;
    f.offset = in.u8() * 8u;
    f.length = in.u8();
    f.length = (f.length & 0x80) != 0 ? (f.length & 0x7f) * 8 : f.length;
    for (std::uint32_t i = 0; i < f.length; ++i)
      bytes[i] = static_cast<std::uint8_t>((f.offset + i) * 7);
    if (f.length > 0)
      bytes[f.length - 1] ^= (what & 64) != 0;
    f.bytes = base::Bytes(bytes).first((what & 16) != 0 ? f.length / 2 : f.length);
    now += (what & 32) != 0 ? 11 * base::kSecond : base::kMillisecond;

    auto model = models.find(what & 7);
    if (model != models.end() && model->second.is_old(now))
      model = models.erase(model), model = models.end();
    if (model == models.end())
      model = models.emplace(what & 7, Model(now)).first;
    model->second.add(f);
    const auto whole = reassembler.take({}, {}, f, now);
    require(whole || !model->second.is_whole());
    if (!whole)
      continue;
    model->second.check(*whole);
    models.erase(model);
    reassembler.release();
  }
  require(reassembler.waiting() == models.size());
  reassembler.finish();
  require(reassembler.waiting() == 0);
  return 0;
}
