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

Said said(const record::Message &m) {
  const auto hidden = m.encrypted ? record::part_flag::encrypted : std::uint8_t{0};
  const auto flags = static_cast<std::uint8_t>(record::part_flag::complete | hidden);
  return {{0, 0, m.content, m.type, flags, 0}, m.from, m.packet, m.time};
}
Said said(const record::Alert &a) {
  const auto hidden = a.encrypted ? record::part_flag::encrypted : std::uint8_t{0};
  const auto flags = static_cast<std::uint8_t>(record::part_flag::complete | hidden);
  return {{0, 0, kAlert, a.encrypted ? std::uint8_t{0xff} : a.code, flags, a.level},
          a.from,
          a.packet,
          a.time};
}

void add(std::vector<Packet> &packets, const std::vector<Said> &unsaid) {
  std::vector<std::vector<Piece>> late(packets.size());
  for (const Said &one : unsaid)
    for (std::size_t i = 0; i < packets.size(); ++i)
      if (one.came_in(packets[i])) {
        Piece piece;
        piece.part = one.part;
        piece.step = record::step_of(one.part.content, one.part.type,
                                     one.part.has(record::part_flag::encrypted));
        piece.first = piece.last = i;
        piece.ended = true;
        late[i].push_back(piece);
        break;
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
