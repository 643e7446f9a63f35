// Messages and alerts that no part of a packet tells.
#include "record/names.h"
#include "render/conversation.h"

#include <algorithm>

namespace handspan::render {

namespace {

constexpr std::uint8_t kAlert = 21; // RFC 8446, section 5.1

struct Said {
  record::PayloadPart part;
  base::Side from;
  std::uint32_t packet; // 0 live
  base::Nanos time;

  [[nodiscard]] bool is_told_by(const Packet &p) const {
    return p.fact.from == from &&
           std::any_of(p.pieces.begin(), p.pieces.end(), [this](const Piece &piece) {
             return piece.part.content == part.content && piece.part.type == part.type;
           });
  }
  [[nodiscard]] bool came_in(const Packet &p) const {
    return p.fact.from == from && p.fact.payload > 0 && p.pieces.empty() && p.refers == kNoPacket &&
           (packet != 0 ? p.fact.number == packet : p.fact.time == time);
  }
};

std::uint8_t flags_of(bool encrypted) {
  namespace part_flag = record::part_flag;
  return encrypted ? part_flag::complete | part_flag::encrypted : part_flag::complete;
}

Said said(const record::Message &m) {
  return {{0, 0, m.content, m.type, flags_of(m.encrypted), 0}, m.from, m.packet, m.time};
}
Said said(const record::Alert &a) {
  const std::uint8_t type = a.encrypted ? 0xff : a.code;
  return {{0, 0, kAlert, type, flags_of(a.encrypted), a.level}, a.from, a.packet, a.time};
}

Piece piece_of(const Said &one, std::size_t packet) {
  Piece piece;
  piece.part = one.part;
  piece.step =
      record::step_of(one.part.content, one.part.type, one.part.has(record::part_flag::encrypted));
  piece.first = piece.last = packet;
  piece.ended = true;
  return piece;
}

// A packet may hold several; one that tells something already is left as it is.
void add(std::vector<Packet> &packets, const std::vector<Said> &unsaid) {
  std::vector<std::vector<Piece>> late(packets.size());
  for (const Said &one : unsaid) {
    const auto at = std::find_if(packets.begin(), packets.end(),
                                 [&one](const Packet &p) { return one.came_in(p); });
    const auto i = static_cast<std::size_t>(at - packets.begin());
    if (at != packets.end())
      late[i].push_back(piece_of(one, i));
  }
  for (std::size_t i = 0; i < packets.size(); ++i)
    if (!late[i].empty())
      packets[i].pieces = std::move(late[i]);
}

} // namespace

std::vector<Packet> follow(const record::Record &record, std::span<const record::PacketFact> facts,
                           std::span<const record::PayloadPart> parts) {
  std::vector<Packet> packets = follow(facts, parts);
  std::vector<Said> unsaid;
  const auto keep = [&](const Said &one) {
    if (std::none_of(packets.begin(), packets.end(),
                     [&one](const Packet &p) { return one.is_told_by(p); }))
      unsaid.push_back(one);
  };
  for (const record::Message &m : record.tls.messages)
    keep(said(m));
  for (const record::Alert &a : record.tls.alerts)
    keep(said(a));
  add(packets, unsaid);
  return packets;
}

} // namespace handspan::render
