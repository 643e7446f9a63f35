// Captures for tests of the inspector: conversations written segment by segment, sequence numbers
// kept by the conversation; and an inspector that collects its records.
#pragma once

#include "../tls/hello_builder.h"
#include "../wire/packet_builder.h"

#include "inspect/inspector.h"

#include <algorithm>
#include <string>
#include <vector>

namespace handspan::test {

using tls::test::operator+;

using base::kMillisecond;
using base::kSecond;
using base::Side;

inline constexpr std::uint8_t kFin = 0x01, kSyn = 0x02, kRst = 0x04, kAck = 0x10;

struct Packet {
  Buffer bytes;
  base::Nanos time = 0;
  std::uint32_t cut = 0; // bytes the capture left off
};

class Capture {
public:
  base::Nanos now = 100 * kSecond;
  std::vector<Packet> packets;

  void add(const Layer &frame) {
    packets.push_back({frame.bytes, now});
    now += kMillisecond;
  }
};

// One TCP connection, both ends honest.
class Talk {
public:
  explicit Talk(Capture &capture, std::uint16_t client_port = 40000,
                std::uint32_t client = 0x0a000001)
      : capture_(capture), port_(client_port), client_(client) {}

  std::uint16_t vlan = 0; // 0 = none
  base::Both<std::uint32_t> next{1000, 5000};

  Talk &send(Side from, std::uint8_t flags, std::string_view payload = {}) {
    send_at(from, flags, next[from], payload);
    next[from] += static_cast<std::uint32_t>(payload.size()) + ((flags & (kSyn | kFin)) != 0);
    return *this;
  }
  // Anywhere in the sequence space; `next` stays.
  Talk &send_at(Side from, std::uint8_t flags, std::uint32_t seq, std::string_view payload = {}) {
    Tcp head;
    head.src_port = from == Side::client ? port_ : 443;
    head.dst_port = from == Side::client ? 443 : port_;
    head.seq = seq;
    head.ack = next[base::other(from)];
    head.flags = flags;
    Ipv4 ip;
    ip.id = ++id_;
    ip.src = from == Side::client ? client_ : 0xc0a80001;
    ip.dst = from == Side::client ? 0xc0a80001 : client_;
    const Layer inner = ipv4(ip, tcp(head, payload));
    capture_.add(ethernet(vlan != 0 ? test::vlan(vlan, inner) : inner));
    return *this;
  }
  Talk &client(std::string_view payload) { return send(Side::client, kAck, payload); }
  Talk &server(std::string_view payload) { return send(Side::server, kAck, payload); }
  Talk &client(const tls::test::Octets &o) { return client(std::string(o.begin(), o.end())); }
  Talk &server(const tls::test::Octets &o) { return server(std::string(o.begin(), o.end())); }

  Talk &open() {
    send(Side::client, kSyn);
    send(Side::server, kSyn | kAck);
    return send(Side::client, kAck);
  }
  Talk &close() {
    send(Side::client, kFin | kAck);
    send(Side::server, kFin | kAck);
    return send(Side::client, kAck);
  }
  Talk &wait(base::Nanos time) {
    capture_.now += time;
    return *this;
  }

private:
  Capture &capture_;
  std::uint16_t port_;
  std::uint32_t client_;
  std::uint16_t id_ = 0;
};

// A TLS 1.2 handshake, whole; six packets.
inline void handshake12(Talk &talk, std::string_view name = "www.example.com") {
  using namespace tls::test;
  talk.client(tls::test::record(22, client_hello({.extensions = sni(name) + alpn({"h2"})})));
  talk.server(tls::test::record(22, server_hello({})) +
              tls::test::record(22, tls::test::certificate({fill(800, 0x30)})));
  talk.server(tls::test::record(22, message(14, {})));
  talk.client(tls::test::record(22, message(16, fill(66, 7))) + kCcs + hidden_finished());
  talk.server(kCcs + hidden_finished());
}

class Probe : public inspect::Sink {
public:
  explicit Probe(const inspect::Settings &settings = {}, const rules::RuleSet *rules = nullptr)
      : inspector(settings, rules, *this) {}

  void emit(std::span<const record::Record> records) override {
    all.insert(all.end(), records.begin(), records.end());
  }

  // The whole capture; `number` it as a file's packets are.
  Probe &read(const Capture &capture, std::size_t burst = 64, bool number = true) {
    std::vector<wire::Frame> frames;
    for (std::size_t i = 0; i < capture.packets.size(); ++i) {
      const Packet &packet = capture.packets[i];
      wire::Frame frame = frame_of(packet.bytes);
      frame.captured -= std::min(frame.captured, packet.cut);
      frame.time = packet.time;
      frame.number = number ? i + 1 : 0;
      frames.push_back(frame);
      if (frames.size() == burst || i + 1 == capture.packets.size()) {
        inspector.inspect(frames);
        frames.clear();
      }
    }
    return *this;
  }
  Probe &finish(inspect::Inspector::End end = inspect::Inspector::End::capture_ended) {
    inspector.finish(end);
    return *this;
  }

  [[nodiscard]] std::vector<record::Record> of(record::Kind kind) const {
    std::vector<record::Record> some;
    for (const record::Record &r : all)
      if (r.kind == kind)
        some.push_back(r);
    return some;
  }
  [[nodiscard]] std::vector<record::Record> connections() const {
    return of(record::Kind::connection);
  }
  const record::Counters &counters() { return inspector.stats().counters; }
  const record::Gauges &gauges() { return inspector.stats().gauges; }

  std::vector<record::Record> all;
  inspect::Inspector inspector;
};

inline inspect::Settings small() {
  inspect::Settings settings;
  settings.limits.flows = 64;
  settings.limits.tracks = 64;
  settings.limits.track_facts = 1024;
  settings.limits.tls_sessions = 16;
  settings.limits.tls_facts = 1024;
  settings.limits.hello_buffers = 8;
  settings.limits.message_buffers = 4;
  settings.limits.segment_buffers = 32;
  settings.limits.segments_per_side = 8;
  settings.limits.fragmented_datagrams = 64;
  return settings;
}

// A record that must be there; a reference that stays good.
inline const record::PhaseSpan &phase(const record::Record &r, record::Phase p) {
  return r.phases[static_cast<std::size_t>(p)];
}

} // namespace handspan::test
