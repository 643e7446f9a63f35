// Two byte streams of a connection, cut, mixed and holed as the input itself says.
//
// Input: operations, each  control(1) length(1 or 2) bytes…
//   control bit 0: side · bit 1: a gap, `length` is its size and no bytes follow · bit 2: length
//   has two bytes · bit 3: feed byte by byte · bit 4: release the buffers first
#include "base/reader.h"
#include "tls/tracker.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace handspan;

namespace {

void check(bool holds) {
  if (!holds)
    std::abort();
}

tls::TrackerLimits limits() {
  tls::TrackerLimits limits;
  limits.sessions = 2;
  limits.facts = 1024;
  limits.hello_buffers = 2;
  limits.message_buffers = 1;
  limits.message_bytes = 16'384;
  limits.certificates = 8;
  return limits;
}

void check_session(const tls::Session &session) {
  check(session.history.length <= session.history.chars.size());
  check(session.sni.length <= session.sni.chars.size());
  check(session.alpn_offered.length <= session.alpn_offered.chars.size());
  check(session.messages.size() <= tls::kMaxMessages);
  for (const tls::Stream *s : {&session.stream.client, &session.stream.server}) {
    check(s->record_left <= s->record_length);
    check(s->header_have < 5 && s->message_head_have < 4);
    check(s->message_left <= s->message_size && s->message_have <= s->message_size);
    check(!s->lost || s->buffer == tls::kNoIndex);
  }
}

// What came back from its compact form is what went in.
void check_same(const tls::Session &a, const tls::Session &b) {
  check(a.history.view() == b.history.view() && a.sni.view() == b.sni.view());
  check(a.version == b.version && a.cipher == b.cipher && a.established == b.established);
  check(a.finished == b.finished && a.bound == b.bound);
  check(a.messages.size() == b.messages.size() && a.alerts.size() == b.alerts.size());
  for (std::size_t i = 0; i < a.messages.size(); ++i)
    check(a.messages[i].type == b.messages[i].type &&
          a.messages[i].at.time == b.messages[i].at.time);
  for (const base::Side side : {base::Side::client, base::Side::server}) {
    check(a.certificate[side] == b.certificate[side]);
    check(a.stream[side].record_left == b.stream[side].record_left);
    check(a.stream[side].last_record.time == b.stream[side].last_record.time);
  }
}

void operate(tls::Tracker &tracker, tls::Session &session, base::Reader &input, tls::Stamp at) {
  const std::uint8_t control = input.u8();
  const std::size_t length = control & 4 ? input.u16() : input.u8();
  const base::Side side = control & 1 ? base::Side::server : base::Side::client;
  if (control & 16)
    tracker.release_buffers(session);
  if (control & 2) {
    tracker.gap(session, side, length, at);
    return;
  }
  const base::Bytes bytes = input.take(length < input.remaining() ? length : input.remaining());
  (void)tls::sniff(bytes);
  if (control & 8)
    for (std::size_t i = 0; i < bytes.size(); ++i)
      tracker.feed(session, side, bytes.subspan(i, 1), at);
  else
    tracker.feed(session, side, bytes, at);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  static tls::Tracker tracker(limits());
  const std::uint32_t index = tracker.open();
  check(index != tls::kNoIndex);
  tls::Session &session = tracker.at(index);
  base::Reader input({data, size});
  tls::Stamp at{0, 0};
  while (!input.empty()) {
    ++at.time;
    ++at.packet;
    operate(tracker, session, input, at);
    check_session(session);
  }
  tracker.release_buffers(session);
  check(tracker.counters().buffers_used == 0);
  (void)tracker.certificate(session, base::Side::server);
  const tls::Session whole = session;
  tracker.settle(index);
  const std::uint32_t kept = tracker.keep(index);
  check(kept != index);
  check_same(tracker.at(kept), whole);
  tracker.close(kept);
  check(tracker.counters().sessions_used == 0 && tracker.counters().facts_used == 0);
  return 0;
}
