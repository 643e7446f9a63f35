// A conversation for tests of the tracker: segments in, one millisecond apart.
#pragma once

#include "tcp/connection.h"

#include <string_view>

namespace handspan::test {

using base::Side;
namespace flag = tcp::flag;
namespace event = tcp::event;

inline constexpr std::uint8_t kSyn = flag::syn, kAck = flag::ack, kFin = flag::fin,
                              kRst = flag::rst;

struct Conversation {
  tcp::Hot hot;
  tcp::Detail detail;
  base::Nanos now = 0;
  std::uint16_t ip_id = 0; // 0 = a new one for every packet
  bool copy = false;       // the mirror shows what it has shown
  std::uint8_t scale = tcp::kNoScale;

  tcp::Segment segment(std::uint8_t flags, std::uint32_t seq, std::uint32_t ack,
                       std::uint32_t length = 0) {
    now += base::kMillisecond;
    tcp::Segment s;
    s.time = now;
    s.flags = flags;
    s.seq = seq;
    s.ack = ack;
    s.length = length;
    s.window = 500;
    s.copy = copy;
    s.window_scale = scale;
    s.ip_id = ip_id != 0 ? ip_id : static_cast<std::uint16_t>(now / base::kMillisecond);
    return s;
  }
  tcp::Events see(Side from, const tcp::Segment &s) {
    hot.last = s.time;
    return tcp::observe(hot, detail, from, s);
  }
  tcp::Events client(std::uint8_t flags, std::uint32_t seq, std::uint32_t ack = 0,
                     std::uint32_t length = 0) {
    return see(Side::client, segment(flags, seq, ack, length));
  }
  tcp::Events server(std::uint8_t flags, std::uint32_t seq, std::uint32_t ack = 0,
                     std::uint32_t length = 0) {
    return see(Side::server, segment(flags, seq, ack, length));
  }
  // Client at 1000, server at 5000: next bytes are 1001 and 5001.
  void open(std::uint32_t client_isn = 1000, std::uint32_t server_isn = 5000) {
    client(kSyn, client_isn);
    server(kSyn | kAck, server_isn, client_isn + 1);
    client(kAck, client_isn + 1, server_isn + 1);
  }
  [[nodiscard]] bool begins_anew(Side from, std::uint32_t isn) {
    return tcp::begins_anew(hot, detail, from, segment(kSyn, isn, 0));
  }
  [[nodiscard]] tcp::State state() const { return hot.state; }
  [[nodiscard]] const tcp::DetailSide &of(Side side) const { return detail.side[side]; }
  [[nodiscard]] std::string_view history() const { return detail.history.view(); }
};

} // namespace handspan::test
