#include "render/explain_json.h"

#include "record/names.h"
#include "render/conversation.h"
#include "render/json.h"
#include "render/json_dom.h"
#include "render/narrator.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace handspan::render {
namespace {

namespace part_flag = record::part_flag;

constexpr std::uint8_t kAlert = 21;     // TLS ContentType
constexpr std::uint8_t kNotTold = 0xff; // PayloadPart::type
constexpr std::uint8_t kApplicationData = 23;

template <class Number> struct Named {
  Number bit;
  const char *name;
};

template <class Number, std::size_t N> Json names_of(Number set, const Named<Number> (&names)[N]) {
  Json out = Json::array();
  for (const auto &[bit, name] : names)
    if ((set & bit) != 0)
      out.push_back(name);
  return out;
}

constexpr Named<std::uint8_t> kFlags[] = {{0x02, "syn"}, {0x01, "fin"}, {0x04, "rst"},
                                          {0x08, "psh"}, {0x10, "ack"}, {0x20, "urg"}};

constexpr Named<std::uint16_t> kMarks[] = {{record::mark::established, "established"},
                                           {record::mark::retransmission, "retransmission"},
                                           {record::mark::out_of_order, "out_of_order"},
                                           {record::mark::duplicate, "duplicate"},
                                           {record::mark::gap, "gap"},
                                           {record::mark::keep_alive, "keep_alive"},
                                           {record::mark::zero_window, "zero_window"},
                                           {record::mark::closed, "closed"},
                                           {record::mark::cut, "cut"},
                                           {record::mark::icmp, "icmp"}};

void put_name(Json &out, const record::PayloadPart &part) {
  const bool encrypted = part.has(part_flag::encrypted);
  if (part.content == kAlert) {
    out["name"] = "alert";
    if (encrypted || part.type == kNotTold)
      return;
    out["code"] = part.type;
    out["level"] = part.detail == 1 ? "warning" : part.detail == 2 ? "fatal" : "unknown";
    put_text(out, "alert", record::alert_name(part.type));
    return;
  }
  if (part.content != 0)
    put_text(out, "name", record::message_name(part.content, part.type, encrypted));
  if (part.content == kApplicationData)
    out["records"] = part.detail;
}

Json part_json(const record::PayloadPart &part) {
  Json out = Json::object();
  put_name(out, part);
  out["bytes"] = part.bytes;
  if (part.left > 0)
    out["left"] = part.left;
  out["complete"] = part.has(part_flag::complete);
  out["encrypted"] = part.has(part_flag::encrypted);
  if (part.has(part_flag::damaged))
    out["damaged"] = true;
  return out;
}

// An ICMP error on its way to the side whose packet it is about.
void put_icmp(Json &packet, const record::PacketFact &fact, bool v6) {
  packet["from"] = "network";
  packet["to"] = side_name(fact.from);
  Json &icmp = packet["icmp"];
  icmp["type"] = fact.icmp_type();
  icmp["code"] = fact.icmp_code();
  put_text(icmp, "name", record::icmp_name(v6, fact.icmp_type(), fact.icmp_code()));
  if (fact.ack != 0)
    icmp["mtu"] = fact.ack;
  packet["seq"] = fact.seq;
}

void put_segment(Json &packet, const record::PacketFact &fact) {
  packet["from"] = side_name(fact.from);
  packet["flags"] = names_of(fact.flags, kFlags);
  packet["payload"] = fact.payload;
  packet["seq"] = fact.seq;
  if (fact.has(record::mark::ack_known))
    packet["ack"] = fact.ack;
  packet["window"] = fact.window;
}

std::size_t number_of(const std::vector<Packet> &packets, std::size_t place) {
  const std::uint32_t number = packets[place].fact.number;
  return number != 0 ? number : place + 1;
}

// As it is told to people: each paragraph's sentences, one after the other. A paragraph that is a
// list has no full stop of its own.
std::string sentences(const std::vector<std::string> &paragraphs, Language language) {
  const auto stop = phrase(Phrase::full_stop, language);
  std::string out;
  for (const std::string &paragraph : paragraphs) {
    out.append(out.empty() ? "" : phrase(Phrase::sentence_gap, language)).append(paragraph);
    if (!paragraph.ends_with(stop))
      out.append(stop);
  }
  return out;
}

} // namespace

std::string explain_json(const record::Record &r, std::span<const record::PacketFact> facts,
                         std::span<const record::PayloadPart> parts, std::uint64_t missing,
                         Language language) {
  Json out = Json::parse(json(r, language));
  const std::vector<Packet> packets = follow(r, facts, parts);
  Narrator narrator(r, packets, language);
  Json all = Json::array();
  for (std::size_t i = 0; i < packets.size(); ++i) {
    const Packet &p = packets[i];
    Json packet;
    packet["number"] = number_of(packets, i);
    put_span(packet, "time", r.first, p.fact.time);
    if (p.fact.has(record::mark::icmp))
      put_icmp(packet, p.fact, r.icmp.v6);
    else
      put_segment(packet, p.fact);
    packet["phase"] = record::name(p.fact.phase);
    packet["marks"] = names_of(p.fact.marks, kMarks);
    put_text(packet, "decoy", record::decoy_name(p.fact.decoy));
    if (p.fact.has(record::mark::retransmission | record::mark::duplicate) && p.refers != kNoPacket)
      packet["repeat_of"] = number_of(packets, p.refers);
    if (p.repeat > 0)
      packet["repeat"] = p.repeat;
    const std::size_t count = std::min<std::size_t>(p.fact.parts, parts.size());
    packet["parts"] = Json::array();
    for (const record::PayloadPart &part : parts.first(count))
      packet["parts"].push_back(part_json(part));
    parts = parts.subspan(count);
    packet["label"] = narrator.label(p);
    packet["sentence"] = sentences(narrator.story(i), language);
    all.push_back(std::move(packet));
  }
  out["packet_facts"] = std::move(all);
  if (missing > 0)
    out["packet_facts_missing"] = missing;
  return one_line(out);
}

} // namespace handspan::render
