// The inspector under packets that go deep: the input is a script of small steps over a few fixed
// connections, and sequence numbers, TLS messages and time move on by themselves unless the script
// says otherwise. Two inspectors see the same, packet by packet and in bursts: they must tell the
// same, count everything once, and hold nothing when it is over.
#include "inspect/inspector.h"
#include "sayings.h"

#include "../unit/inspect/record_text.h"
#include "../unit/wire/packet_builder.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace handspan;
using fuzz::clear;
using fuzz::text_of;
namespace tls = handspan::tls::test;

//   script = burst size (1) | step*
//   step   = what (1) | argument bytes, as the step needs them
// A script that ends within a step is filled up with zeros.
class Script {
public:
  explicit Script(base::Bytes bytes) : bytes_(bytes) {}
  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  std::uint8_t byte() {
    if (bytes_.empty())
      return 0;
    const std::uint8_t b = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return b;
  }
  std::string take(std::size_t n) {
    const base::Bytes part = bytes_.first(std::min(n, bytes_.size()));
    bytes_ = bytes_.subspan(part.size());
    return std::string(base::text_of(part));
  }

private:
  base::Bytes bytes_;
};

// What connections are made of.
const std::vector<std::string> &messages() {
  using namespace tls;
  static const std::vector<std::string> all = fuzz::hellos_and({
      clear(certificate({fill(300, 0x30)})),
      clear(certificate({fill(9000, 0x30)})),
      clear(message(14, {})),
      clear(message(16, fill(33, 7))),
      clear(message(4, fill(60, 7))),
      text_of(kCcs),
      text_of(hidden_finished()),
      text_of(hidden(19)),
      text_of(hidden(69)),
      text_of(hidden(1400)),
      text_of(alert(2, 46)),
      text_of(alert(1, 0)),
      "GET / HTTP/1.1\r\n\r\n",
      "220 mail ESMTP\r\n",
  });
  return all;
}

struct Step {
  test::Buffer frame; // empty = a sweep
  std::uint32_t cut = 0;
  base::Nanos time = 0;
};

// A side of a connection as an honest peer would keep it.
struct Peer {
  std::uint32_t next = 0;
  std::string unsent; // rest of a message that is sent in pieces
};

class Play {
public:
  explicit Play(base::Bytes input) : script_(input) {
    for (std::size_t i = 0; i < peers_.size(); ++i)
      peers_[i].next = i % 3 == 0 ? 0xffffff00u : static_cast<std::uint32_t>(i) * 1000;
    burst_ = 2 + script_.byte() % 63;
    while (!script_.empty() && steps_.size() < 400)
      step();
  }

  [[nodiscard]] const std::vector<Step> &steps() const { return steps_; }
  [[nodiscard]] std::size_t burst() const { return burst_; }

private:
  void step() {
    const std::uint8_t what = script_.byte();
    const std::size_t connection = what & 3, side = what >> 2 & 1;
    Peer &peer = peers_[2 * connection + side];
    const Peer &other = peers_[2 * connection + 1 - side];
    now_ += base::kMillisecond;
    switch (what >> 3) {
    default: // the next piece of what was begun, or a pure ACK
      return send(connection, side, peer.next, other.next, 0x10, piece(peer));
    case 0:
      return send(connection, side, peer.next, other.next, 0x02, {});
    case 1:
      return send(connection, side, peer.next, other.next, 0x12, {});
    case 2:
      return send(connection, side, peer.next, other.next, 0x11, piece(peer));
    case 3:
      return send(connection, side, peer.next, other.next, 0x14, {});
    case 4:
    case 5:
    case 6:
      peer.unsent += messages()[script_.byte() % messages().size()];
      return send(connection, side, peer.next, other.next, 0x18, piece(peer));
    case 7:
      peer.unsent += script_.take(script_.byte());
      return send(connection, side, peer.next, other.next, 0x18, piece(peer));
    case 8: { // anything at a place near by
      const auto at =
          peer.next + static_cast<std::uint32_t>(static_cast<std::int8_t>(script_.byte())) * 16;
      const std::uint8_t flags = script_.byte();
      return send(connection, side, at, other.next, flags, script_.take(script_.byte() % 64));
    }
    case 9: { // anything anywhere
      const std::uint32_t at = static_cast<std::uint32_t>(script_.byte()) << 24 | script_.byte();
      return send(connection, side, at, other.next, 0x10, script_.take(script_.byte() % 64));
    }
    case 10: // swapped: this piece is sent, the one before it follows
      later_ = piece(peer);
      later_at_ = peer.next;
      peer.next += static_cast<std::uint32_t>(later_.size());
      send(connection, side, peer.next, other.next, 0x10, piece(peer));
      return send(connection, side, later_at_, other.next, 0x10, later_);
    case 11: // lost
      peer.next += static_cast<std::uint32_t>(piece(peer).size());
      return;
    case 12:
      cut_ = script_.byte() % 128;
      return;
    case 13:
      now_ += std::int64_t{script_.byte()} * 100 * base::kMillisecond;
      return;
    case 14:
      now_ -= std::int64_t{script_.byte()} * base::kMillisecond;
      return;
    case 15:
      steps_.push_back({{}, 0, now_});
      return;
    case 16:
      window_ = script_.byte();
      return;
    case 17:
      if (!steps_.empty()) // the mirror shows it twice
        steps_.push_back({steps_.back().frame, steps_.back().cut, now_});
      return;
    case 18: {
      const std::string raw = script_.take(script_.byte());
      if (!raw.empty())
        steps_.push_back({{raw.begin(), raw.end()}, 0, now_});
      return;
    }
    case 19:
      piece_ = 1 + script_.byte() * 8u;
      return;
    }
  }

  std::string piece(Peer &peer) const {
    std::string part = peer.unsent.substr(0, piece_);
    peer.unsent.erase(0, part.size());
    return part;
  }

  void send(std::size_t connection, std::size_t side, std::uint32_t seq, std::uint32_t ack,
            std::uint8_t flags, const std::string &payload) {
    test::Tcp head;
    head.src_port = side == 0 ? 40000 : 443;
    head.dst_port = side == 0 ? 443 : 40000;
    head.seq = seq;
    head.ack = ack;
    head.flags = flags;
    head.window = window_;
    const test::Layer segment = test::tcp(head, payload);
    Step step;
    if (connection == 3) {
      test::Ipv6 ip;
      if (side == 1)
        std::swap(ip.src, ip.dst);
      step.frame = test::ethernet(test::ipv6(ip, segment)).bytes;
    } else {
      test::Ipv4 ip;
      ip.id = ++ip_id_;
      ip.src = 0x0a000001 + static_cast<std::uint32_t>(connection);
      ip.dst = connection == 2 ? ip.src : 0x0a000002; // the third talks to itself
      if (side == 1)
        std::swap(ip.src, ip.dst);
      step.frame = test::ethernet(test::ipv4(ip, segment)).bytes;
    }
    step.cut = cut_;
    step.time = now_;
    cut_ = 0;
    steps_.push_back(std::move(step));
    Peer &peer = peers_[2 * connection + side];
    const std::uint32_t length =
        static_cast<std::uint32_t>(payload.size()) + ((flags & 2) != 0) + ((flags & 1) != 0);
    if (seq == peer.next)
      peer.next += length;
  }

  Script script_;
  std::vector<Step> steps_;
  std::array<Peer, 8> peers_;
  std::string later_;
  std::uint32_t later_at_ = 0;
  std::size_t burst_ = 1;
  std::size_t piece_ = 1448;
  base::Nanos now_ = base::kSecond;
  std::uint16_t window_ = 500;
  std::uint16_t ip_id_ = 0;
  std::uint32_t cut_ = 0;
};

struct Collected : inspect::Sink {
  void emit(std::span<const record::Record> ended) override {
    for (const record::Record &record : ended) {
      ++emitted;
      connections += record.kind == record::Kind::connection;
      records.push_back(test::text_of(record));
    }
  }
  std::vector<std::string> records;
  std::uint64_t emitted = 0, connections = 0; // since ever, as the counters
};

void require(bool holds, const char *what) {
  if (holds)
    return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

inspect::Settings tiny() {
  inspect::Settings settings;
  settings.limits.flows = 3; // four connections are played
  settings.limits.tls_sessions = 2;
  settings.limits.hello_buffers = 1;
  settings.limits.message_buffers = 1;
  settings.limits.message_bytes = 8192;
  settings.limits.segment_buffers = 4;
  settings.limits.segments_per_side = 3;
  settings.limits.fragmented_datagrams = 64;
  return settings;
}

void check(const record::WorkerStats &stats, const Collected &out) {
  const record::Gauges &g = stats.gauges;
  require(g.flows == 0, "no connection is left");
  require(g.tls_sessions == 0 && g.tls_buffers == 0, "TLS sessions and buffers are given back");
  require(g.stream_buffers == 0, "waiting segments are given back");
  require(g.in_tcp_handshake + g.in_tls_handshake + g.in_data + g.in_teardown == 0,
          "nobody is in a phase");
  const record::Counters &c = stats.counters;
  require(c.connections_opened == c.connections_completed + c.connections_failed +
                                      c.connections_unfinished + c.connections_unknown +
                                      c.connections_unused + c.flows_gave_way_untold,
          "each connection has one outcome, or gave way untold");
  require(c.connections_opened == out.connections + c.flows_gave_way_untold, "and one record");
  require(c.records_published == out.emitted, "records are counted");
  require(c.received_packets == c.tcp_packets + c.skipped_not_ip + c.skipped_udp + c.skipped_icmp +
                                    c.skipped_other_transport + c.skipped_ipv4_fragment +
                                    c.skipped_ipv6_fragment + c.skipped_truncated +
                                    c.skipped_malformed + c.skipped_too_deep +
                                    c.skipped_unsupported_link,
          "each frame is counted once");
}

// Made once: that costs more than a script, and what a script leaves behind would be a fault.
struct Probe {
  Collected out;
  inspect::Inspector inspector{tiny(), nullptr, out};
};

// All that an inspector told, packets given to it in bursts of up to `burst`.
std::vector<std::string> told(Probe &probe, const Play &play, std::size_t burst) {
  inspect::Inspector &inspector = probe.inspector;
  std::vector<wire::Frame> frames;
  const auto give = [&] {
    inspector.inspect(frames);
    frames.clear();
  };
  std::uint64_t number = 0;
  for (const Step &step : play.steps()) {
    if (step.frame.empty()) {
      give();
      inspector.sweep(step.time);
      continue;
    }
    wire::Frame frame = test::frame_of(step.frame);
    frame.captured -= std::min(frame.captured, step.cut);
    frame.time = step.time;
    frame.number = ++number;
    frames.push_back(frame);
    if (frames.size() == burst)
      give();
  }
  give();
  inspector.finish(inspect::Inspector::End::stopped);
  check(inspector.stats(), probe.out);
  return std::exchange(probe.out.records, {});
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  static Probe first, second;
  const Play play({data, size});
  const auto one_by_one = told(first, play, 1), in_bursts = told(second, play, play.burst());
  for (std::size_t i = 0; i < std::min(one_by_one.size(), in_bursts.size()); ++i)
    if (one_by_one[i] != in_bursts[i])
      std::fprintf(stderr, "alone:  %s\nburst:  %s\n", one_by_one[i].c_str(), in_bursts[i].c_str());
  require(one_by_one == in_bursts, "bursts change nothing");
  return 0;
}
