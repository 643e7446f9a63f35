// Packet facts made by hand: a connection written packet by packet.
#pragma once

#include "record/packet_fact.h"
#include "records.h"
#include "render/narrator.h"

#include <initializer_list>
#include <string>
#include <vector>

namespace handspan::render::test {

namespace mark = record::mark;
namespace part_flag = record::part_flag;
using base::Side;
using record::PacketFact;
using record::PayloadPart;
using record::Phase;

struct Facts {
  std::vector<PacketFact> facts;
  std::vector<PayloadPart> parts;
  base::Both<std::uint32_t> next{};
  Phase phase = Phase::tcp_handshake;

  // The next packet of a side; it acknowledges all that the other side has sent, or `ack`.
  PacketFact &add(std::uint32_t number, base::Nanos after, Side from, std::uint8_t flags,
                  std::initializer_list<PayloadPart> holds = {}) {
    PacketFact f;
    f.time = kStart + after;
    f.number = number;
    f.from = from;
    f.flags = flags;
    f.phase = phase;
    f.seq = next[from];
    f.window = 100;
    if (flags & 0x10) {
      f.ack = next[base::other(from)];
      f.marks = mark::ack_known;
    }
    for (const PayloadPart &part : holds) {
      f.payload += part.bytes;
      parts.push_back(part);
    }
    f.parts = static_cast<std::uint8_t>(holds.size());
    next[from] += f.payload + ((flags & 0x03) != 0);
    return facts.emplace_back(f);
  }
};

inline PayloadPart whole(std::uint8_t type, std::uint32_t bytes) {
  return {bytes, 0, 22, type, part_flag::complete, 0};
}

// Packets 1 to 9, 19, 20, 25 and 26 of refused_certificate().
inline Facts refused_facts() {
  using base::kMicrosecond;
  Facts f;
  f.add(1, 0, Side::client, 0x02);
  f.add(2, 26 * kMicrosecond, Side::server, 0x12);
  f.add(3, 42 * kMicrosecond, Side::client, 0x10).marks |= mark::established;
  f.phase = Phase::tls_handshake;
  f.add(4, 1'944 * kMicrosecond, Side::client, 0x10, {{1448, 567, 22, 1, 0, 0}});
  const std::uint32_t first_part = f.next.client;
  f.add(5, 1'958 * kMicrosecond, Side::client, 0x18, {whole(1, 567)});
  f.add(6, 1'963 * kMicrosecond, Side::server, 0x10).ack = first_part;
  f.add(7, 1'964 * kMicrosecond, Side::server, 0x10);
  f.add(8, 2'929 * kMicrosecond, Side::server, 0x18, {whole(2, 81), whole(11, 865), whole(14, 4)});
  f.add(9, 2'942 * kMicrosecond, Side::client, 0x10);
  f.add(19, 34'095 * kMicrosecond, Side::client, 0x18, {{7, 0, 21, 46, part_flag::complete, 2}});
  f.phase = Phase::teardown;
  f.add(20, 34'292 * kMicrosecond, Side::server, 0x11);
  f.add(25, 34'514 * kMicrosecond, Side::client, 0x11);
  f.add(26, 34'525 * kMicrosecond, Side::server, 0x10).marks |= mark::closed;
  return f;
}

// What is told of the packet at that place, all before it told first: a paragraph a line.
inline std::string story(const Record &r, const Facts &f, std::size_t place, Language language) {
  const auto packets = follow(f.facts, f.parts);
  Narrator narrator(r, packets, language);
  std::string out;
  for (std::size_t i = 0; i <= place; ++i) {
    out.clear();
    for (const std::string &paragraph : narrator.story(i))
      out += (out.empty() ? "" : "\n") + paragraph;
  }
  return out;
}

} // namespace handspan::render::test
