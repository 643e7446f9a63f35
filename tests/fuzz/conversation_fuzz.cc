// Whole conversations: two sides say TLS to each other, in turns; a network cuts it into segments,
// swaps, repeats, overlaps and loses them, and puts decoys between. What lib/stream makes of it is
// held against the two texts, byte by byte; and where nothing was lost, what a tracker makes of
// that is held against a tracker that heard the texts as they were said.
//
//   script = shape (1) | start of each side's numbers before 2^32, in 64s (2) | step*
//   step   = what (1), bit 7: the server | arguments
#include "base/reader.h"
#include "sayings.h"
#include "stream/assembler.h"
#include "tls/tracker.h"
#include "use.h"

#include <algorithm>
#include <string>
#include <vector>

namespace {

using namespace handspan;
using base::Side;
using fuzz::clear;
using fuzz::require;
using fuzz::text_of;
namespace make = handspan::tls::test;

tls::TrackerLimits limits() {
  tls::TrackerLimits limits;
  limits.sessions = 1;
  limits.facts = 64;
  limits.hello_buffers = limits.message_buffers = 2;
  limits.message_bytes = 16'384;
  limits.certificates = 4;
  return limits;
}

const std::vector<std::string> &sayings() {
  using namespace make;
  static const std::vector<std::string> all = fuzz::hellos_and({
      clear(certificate({fill(3000, 0x30)})),
      clear(message(14, {})),
      clear(message(16, fill(33, 7))),
      text_of(kCcs),
      text_of(hidden_finished()),
      text_of(hidden(19)),
      text_of(hidden(1400)),
      text_of(alert(2, 46)),
      text_of(alert(1, 0)),
  });
  return all;
}

// What one side says. A saying answers all that the other one had said by then.
struct Speaker {
  struct Saying {
    std::size_t begin, end;
    std::size_t answers;
  };
  std::string text;
  std::vector<Saying> sayings;
  std::vector<bool> sent; // each byte, and captured
  std::size_t next = 0;   // byte that was not sent so far
  std::uint32_t start = 0;
  stream::Queue queue;
  std::size_t heard = 0; // bytes that came out
};

class Play {
public:
  Play(base::Reader script, stream::Assembler &ample, stream::Assembler &tight,
       tls::Tracker &tracker, tls::Tracker &reference)
      : script_(script), tracker_(tracker), reference_(reference), shape_(script_.u8()),
        assembler_((shape_ & kTight) != 0 ? tight : ample), session_(tracker.open()),
        told_(reference.open()) {
    for (const Side side : kSides) {
      Speaker &speaker = sides_[side];
      speaker.start = 0u - script_.u8() * 64u;
      speaker.queue.start(speaker.start);
      speaker.queue.proven = (shape_ & kProven) != 0;
    }
    for (int steps = 0; !script_.empty() && steps < 500; ++steps)
      step();
    finish();
    tracker.close(session_);
    reference.close(told_);
  }

private:
  static constexpr std::uint8_t kTight = 1, kProven = 2, kLossy = 4;
  static constexpr Side kSides[] = {Side::client, Side::server};

  void step() {
    const std::uint8_t what = script_.u8();
    const Side side = (what & 0x80) != 0 ? Side::server : Side::client;
    Speaker &speaker = sides_[side];
    switch (what % 8) {
    case 0:
    case 1:
      return say(side, sayings()[script_.u8() % sayings().size()]);
    default: { // the next piece
      const std::size_t begin = speaker.next;
      speaker.next = std::min(begin + 1 + script_.u8() * 8u, speaker.text.size());
      return send(side, begin, speaker.next, 0);
    }
    case 4: // any piece of what was said: before its turn, again, across the bounds of others
    case 5: {
      const std::size_t begin = script_.u16() % (speaker.text.size() + 1);
      return send(side, begin, begin + script_.u8() * 8u, 0);
    }
    case 6: { // the capture cuts it off, and loses it
      damaged_ = true;
      const std::size_t begin = speaker.next;
      speaker.next = std::min(begin + 1 + script_.u8() * 8u, speaker.text.size());
      return send(side, begin, speaker.next, script_.u8());
    }
    case 7:
      return decoy(side, script_.u16() % (speaker.text.size() + 1), script_.u8());
    }
  }

  void say(Side side, const std::string &text) {
    Speaker &speaker = sides_[side];
    const std::size_t begin = speaker.text.size(), end = begin + text.size();
    if (end > 60'000)
      return;
    speaker.text += text;
    speaker.sent.resize(end);
    speaker.sayings.push_back({begin, end, sides_[base::other(side)].text.size()});
    (void)reference_.feed(reference_.at(told_), side, base::bytes_of(text), {++now_, 0});
  }

  // A segment never holds two sayings: the second one would have answered what came between them.
  void send(Side side, std::size_t begin, std::size_t end, std::size_t cut) {
    for (const Speaker::Saying &saying : sides_[side].sayings)
      if (const std::size_t from = std::max(begin, saying.begin), to = std::min(end, saying.end);
          from < to)
        push(side, from, to, saying.answers, std::min(cut, to - from));
  }

  void push(Side side, std::size_t begin, std::size_t end, std::size_t answers, std::size_t cut) {
    Speaker &speaker = sides_[side];
    const base::Bytes seen =
        base::bytes_of(std::string_view(speaker.text).substr(begin, end - begin - cut));
    std::fill_n(speaker.sent.begin() + static_cast<std::ptrdiff_t>(begin), seen.size(), true);
    stream::Origin origin;
    origin.time = ++now_;
    origin.is_answer = true;
    origin.answers = static_cast<std::uint32_t>(answers);
    assembler_.push(speaker.queue, at(speaker, begin), seen,
                    static_cast<std::uint32_t>(end - begin), origin, Heard{*this, side});
    go_on();
  }

  // It waits, and goes when what it stands for comes.
  void decoy(Side side, std::size_t begin, std::size_t length) {
    Speaker &speaker = sides_[side];
    const std::string other(length, '!');
    stream::Origin origin;
    origin.doubted = true;
    assembler_.push(speaker.queue, at(speaker, begin), base::bytes_of(other),
                    static_cast<std::uint32_t>(length), origin, Heard{*this, side});
    decoys_ = true;
    go_on();
  }

  // What waited for the other side.
  void go_on() {
    for (std::size_t before = ~std::size_t{0}; before != heard();) {
      before = heard();
      for (const Side side : kSides)
        assembler_.release(sides_[side].queue, Heard{*this, side});
    }
  }

  void finish() {
    if ((shape_ & kLossy) == 0)
      fill_holes();
    for (const Side side : kSides) {
      Speaker &speaker = sides_[side];
      const bool whole = (shape_ & kLossy) == 0 && !damaged_ && !full_;
      require(!whole || speaker.heard == speaker.text.size());
      damaged_ |= speaker.heard != speaker.text.size();
      if (decoys_)
        assembler_.discard(speaker.queue);
      while (speaker.queue.waiting > 0)
        assembler_.release_first(speaker.queue, Heard{*this, side});
    }
    require(assembler_.used() == 0);
    if (!damaged_ && !full_)
      compare(tracker_.at(session_), reference_.at(told_));
  }

  // By turns, as both would send it again.
  void fill_holes() {
    for (const Side side : kSides)
      for (std::size_t at = 0; at < sides_[side].text.size(); ++at) {
        std::size_t end = at;
        while (end < sides_[side].text.size() && !sides_[side].sent[end])
          ++end;
        if (end > at)
          send(side, at, end, 0);
        at = end;
      }
  }

  static void compare(const tls::Session &a, const tls::Session &b) {
    require(a.history.view() == b.history.view() && a.sni.view() == b.sni.view());
    require(a.version == b.version && a.cipher == b.cipher);
    require(a.established == b.established);
    require(a.messages.size() == b.messages.size() && a.alerts.size() == b.alerts.size());
    for (std::size_t i = 0; i < a.messages.size(); ++i)
      require(a.messages[i].type == b.messages[i].type && a.messages[i].from == b.messages[i].from);
  }

  // What comes out of lib/stream.
  struct Heard {
    Play &play;
    Side side;

    [[nodiscard]] bool ready(const stream::Origin &origin) const {
      return !origin.doubted && origin.answers <= play.sides_[base::other(side)].heard;
    }
    void full(stream::Bound) const {
      require((play.shape_ & kTight) != 0);
      play.full_ = true;
    }
    void bytes(base::Bytes bytes, const stream::Origin &origin) const {
      Speaker &speaker = play.sides_[side];
      require(speaker.heard + bytes.size() <= speaker.text.size() || origin.doubted);
      require(!origin.doubted || play.full_);
      if (!origin.doubted)
        require(speaker.text.compare(speaker.heard, bytes.size(), base::text_of(bytes)) == 0);
      (void)play.tracker_.feed(play.tracker_.at(play.session_), side, bytes, {++play.now_, 0});
      speaker.heard += bytes.size();
      play.damaged_ |= origin.doubted;
    }
    void cut(std::uint32_t n, const stream::Origin &) const { lack(n); }
    // Never of bytes that were there to be had.
    void missing(std::uint32_t n, const stream::Origin &) const {
      const Speaker &speaker = play.sides_[side];
      require(n > 0);
      for (std::size_t i = speaker.heard; i < speaker.heard + n && !play.full_; ++i)
        require(i >= speaker.sent.size() || !speaker.sent[i]);
      lack(n);
    }
    void lack(std::uint32_t n) const {
      play.damaged_ = true;
      (void)play.tracker_.gap(play.tracker_.at(play.session_), side, n, {++play.now_, 0});
      play.sides_[side].heard += n;
    }
  };

  static std::uint32_t at(const Speaker &speaker, std::size_t place) {
    return speaker.start + static_cast<std::uint32_t>(place);
  }
  [[nodiscard]] std::size_t heard() const { return sides_.client.heard + sides_.server.heard; }

  base::Reader script_;
  tls::Tracker &tracker_, &reference_;
  std::uint8_t shape_;
  stream::Assembler &assembler_;
  std::uint32_t session_, told_;
  base::Both<Speaker> sides_;
  base::Nanos now_ = 0;
  bool damaged_ = false; // the tracker did not hear all of it
  bool full_ = false, decoys_ = false;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  static stream::Assembler ample(1 << 14, 1 << 13), tight(6, 4);
  static tls::Tracker tracker(limits()), reference(limits());
  const Play play(base::Reader({data, size}), ample, tight, tracker, reference);
  return 0;
}
