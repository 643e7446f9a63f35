// What the inspector keeps of each connection: one hot part in the flow table's slot, one cold
// part beside it.
#pragma once

#include "inspect/fact_sink.h"
#include "inspect/phases.h"
#include "inspect/rank.h"
#include "inspect/rule_notes.h"
#include "plain/talk.h"
#include "record/record.h"
#include "stream/assembler.h"
#include "stream/openvpn.h"
#include "stream/tds.h"
#include "tcp/connection.h"
#include "tcp/evidence.h"
#include "tls/position.h"
#include "tls/session.h"

#include <array>
#include <cstdint>
#include <optional>
#include <variant>

namespace handspan::inspect {

using base::Both;
using base::kNever;
using base::Nanos;
using base::Side;

// All that a common packet of an established connection reads and writes; with the key it fills
// two adjacent cache lines.
struct Flow {
  tcp::Hot tcp;
  Nanos last_data;              // last payload of the data phase
  std::uint32_t track;          // where its Track is: see tracks.h
  Both<tls::Position> position; // in the TLS records of each side: spares the look at the session
  record::Phase phase;
  bool tls;            // its Track has a session
  std::uint16_t flags; // of flow_flag
};
static_assert(sizeof(Flow) == 88);

namespace flow_flag {
inline constexpr std::uint16_t low_is_client = 0x01, // the key's `low` endpoint is the client
    roles_guessed = 0x02,                            // no SYN told who is who
    in_order = 0x04,     // payload goes through the assembler: a handshake is wanted
    sniffing = 0x08,     // plain so far, but TLS may still begin (STARTTLS); then in_order, too
    plain = 0x10,        // the first bytes were no TLS
    settled = 0x20,      // data phase, nothing wanted: plain packets need no long way
    tls_reversed = 0x40, // the TCP server is the TLS client (as in active FTP over TLS)
    framed = 0x80,       // TLS lies in another's frames, and is followed to the handshake's end
    watched = 0x100,     // an ACK, or a window, is waited for: no short way until it comes
    all_told = 0x200,    // every packet is written down: no short way ever
    proven = 0x400,      // one end acknowledged what the other had sent
    unfollowed = 0x800,  // its TLS handshake found no session, or lost it
    syn_held = 0x1000;   // Track::held_syn waits for what follows it
// Above them lies the timeout's class, flow::kTimeoutClasses of them, where the short way has it at
// hand.
inline constexpr unsigned kClassShift = 13;
} // namespace flow_flag

// The first bytes of a direction while they are too few to tell whether this is TLS.
struct Head {
  std::array<std::uint8_t, 16> bytes;
  std::uint8_t length = 0;
};

// A SYN without payload that is looked at when something follows it (held_syn.cc).
struct HeldSyn {
  tcp::Segment segment;
  std::uint64_t number = 0;
  std::uint32_t wire_length = 0;
  Side from = Side::client;
  tcp::Carried carried;
};

// Segments in a side's name that its receiver does not take, or may not.
struct Decoys {
  Both<std::uint32_t> packets;
  std::uint16_t seen = 0;              // bits of record/decoys.def
  std::uint8_t hop = 0, usual_hop = 0; // of the first whose hop limit was strange
};

// What a connection is known by of which nothing but a SYN was seen.
struct LoneSyn {
  HeldSyn syn;
  std::uint64_t flow_id = 0;
  std::array<std::uint16_t, record::kMaxVlans> vlans;
  std::array<std::uint8_t, record::kMaxTunnels> tunnels;
  std::uint8_t port = 0, vlan_count = 0, tunnel_count = 0;
};

// Touched by the packets of the handshakes and the teardown, and by unusual ones. What each of them
// looks at stands first, so that it can be fetched before its packet's turn.
struct alignas(64) Track {
  std::uint32_t session = tls::kNoIndex; // of the TLS tracker, if Flow::tls
  std::uint32_t slot = 0;                // whose it is
  bool used = false;                     // since somebody looked for one to be sealed
  tcp::Detail tcp;
  tcp::Evidence evidence;
  std::uint64_t flow_id = 0;
  std::uint64_t last_number = 0; // of the last packet; 0 live
  Nanos first_data = kNever;
  static constexpr std::uint64_t kNotAsked = ~std::uint64_t{0};
  std::uint64_t server_bytes_when_asked = kNotAsked; // payload, as the client's first data came
  Both<stream::Queue> queue;
  Both<std::optional<std::uint32_t>> acked;  // of this side's bytes, while order is wanted
  Both<std::optional<std::uint32_t>> missed; // up to here this side's were waited for in vain
  Rank rank = Rank::proven;                  // the list of ranks it is in; proven: none
  record::Limit limit = record::Limit::none; // the bound that kept most from it
  bool syn_data_waits = false;     // what the client's SYN carried is not acknowledged yet
  bool time_went_back = false;     // a packet has an earlier time than the one before it
  bool handshake_reported = false; // its `handshake` record is out, or not wanted
  bool cut = false;                // the capture left off bytes that were looked for
  FactNote facts;
  Phases phases;

  Nanos first = kNever;
  Both<std::uint64_t> handshake_bytes; // payload up to the end of the TLS handshake
  Nanos before_reset = kNever;         // when the packet before the RST came that ended it
  std::uint32_t close_number = 0, end_number = 0; // of the first FIN or RST, and the last
  std::uint32_t fin_number = 0;                   // of the first FIN
  Both<Head> head;
  std::variant<stream::OpenVpn, stream::Tds> framing; // if `framed`
  plain::Talk talk;
  record::Icmp icmp;
  HeldSyn held_syn; // if `syn_held`
  // After the handshake: where the reader of a side stands while a FIN alone came behind a hole.
  Both<std::optional<std::uint32_t>> before_fin;
  Both<std::optional<std::uint32_t>> urgent; // the byte of this side that its receiver takes out
  Decoys decoys;
  std::uint8_t port = 0; // of the first packet
  std::uint8_t vlan_count = 0, tunnel_count = 0;
  std::array<std::uint16_t, record::kMaxVlans> vlans;
  std::array<std::uint8_t, record::kMaxTunnels> tunnels;
  RuleNotes rules;

  // Asks the memory for what each packet looks at, or for all.
  void fetch(bool all) const {
    constexpr std::size_t kLine = 64, kUsual = 15;
    const std::size_t lines = all ? sizeof(Track) / kLine : kUsual;
    for (std::size_t line = 0; line < lines; ++line)
      __builtin_prefetch(reinterpret_cast<const char *>(this) + line * kLine, 1);
  }
};

} // namespace handspan::inspect
