// The connection record: what the probe knows of one TCP connection, in a fixed shape without
// pointers. In the shared segment it lies packed (packed.h); every field stands in fields.def, too.
// Reference: docs/record.md.
#pragma once

#include "base/address.h"
#include "base/fixed.h"
#include "base/side.h"
#include "base/time.h"
#include "record/codes.h"
#include "record/flow_id.h"

#include <array>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace handspan::record {

using base::Address;
using base::Both;
using base::kNever;
using base::Nanos;
using base::Side;

inline constexpr std::size_t kMaxMessages = 48;
inline constexpr std::size_t kMaxAlerts = 8;
inline constexpr std::size_t kMaxRules = 8;
inline constexpr std::size_t kMaxVlans = 4;
inline constexpr std::size_t kMaxTunnels = 4;
inline constexpr std::uint16_t kNoCode = 0xffff; // a TLS number that was not seen
inline constexpr std::uint32_t kNoNumber = 0xffff'ffff;

// A piece of Record::text. length 0 = absent.
struct Text {
  std::uint16_t offset = 0;
  std::uint16_t length = 0;
};

// One phase that had packets. Times are kNever, packet numbers 0, where not known.
struct PhaseSpan {
  Nanos start = kNever;
  Nanos end = kNever; // last packet of the phase
  std::uint64_t first_packet = 0;
  std::uint64_t last_packet = 0;
  std::uint64_t packets = 0; // 0 = the phase did not occur
};

struct Tcp {
  Nanos syn = kNever;             // first SYN of the client
  Nanos syn_ack = kNever;         // first SYN-ACK of the server
  Nanos ack = kNever;             // the client's ACK that completed the handshake
  Nanos close = kNever;           // first FIN or RST
  Nanos end = kNever;             // the packet that completed the teardown
  std::uint32_t close_packet = 0; // their numbers; 0 live
  std::uint32_t end_packet = 0;
  Both<std::uint64_t> packets;
  Both<std::uint64_t> wire_bytes;    // whole frames
  Both<std::uint64_t> payload_bytes; // TCP payload as seen, repeats included
  Both<std::uint64_t> gap_bytes;
  Both<std::uint32_t> retransmissions;
  Both<std::uint32_t> out_of_order;
  Both<std::uint32_t> gaps;
  Both<std::uint32_t> duplicates; // the same packet seen twice by the probe
  Both<std::uint32_t> fin;
  Both<std::uint32_t> rst;
  Both<std::uint32_t> keep_alives;
  Both<std::uint32_t> zero_windows;
  bool established = false;     // SYN-ACK and the client's ACK of it were seen
  bool has_first_close = false; // first_close means something
  Side first_close = Side::client;
  Teardown teardown = Teardown::none;
  ConnState conn_state = ConnState::oth;
  bool roles_guessed = false; // nothing told who is the client
  bool fast_open = false;
  // What speaks against its sender of the RST that ended it: bits of record/reset_marks.def. Its
  // hop limit, and that of the same side's other packets.
  std::uint8_t reset_marks = 0, reset_hop = 0, usual_hop = 0;
  Both<Nanos> window_shut{kNever, kNever}; // this side's window closed, and never opened again
  bool times_unreliable = false; // they contradict causality: two clocks, or one that was set
  Mptcp mptcp = Mptcp::none;
  base::FixedText<24> history; // Zeek's letters
  // Segments in a side's name that its receiver does not take, or may not: how many; what was seen
  // of them, bits of record/decoys.def; and of the first whose hop limit was strange, that and the
  // one which its sender's other packets have.
  Both<std::uint32_t> decoy_packets;
  std::uint16_t decoys = 0;
  std::uint8_t decoy_hop = 0, decoy_usual_hop = 0;
};

// A TLS message as it passed. `content` and `type` are the numbers of the wire (RFC 8446, B.1,
// B.3).
struct Message {
  std::uint8_t content = 22; // handshake; 20 change_cipher_spec
  std::uint8_t type = 0;     // of the handshake message
  Side from = Side::client;
  bool encrypted = false;   // its type is told by its place, or 0xff if not even that
  std::uint32_t packet = 0; // that completed it; 0 live
  Nanos time = kNever;
};

namespace alert_code {
inline constexpr std::uint8_t close_notify = 0, unexpected_message = 10, decode_error = 50,
                              user_canceled = 90;
} // namespace alert_code
inline constexpr std::uint8_t kFatalAlert = 2; // the level (RFC 8446, section 6)

struct Alert {
  std::uint8_t level = 0; // meaningless when encrypted
  std::uint8_t code = 0;
  Side from = Side::client;
  bool encrypted = false;
  std::uint32_t packet = 0;
  Nanos time = kNever;
};

// A notice of closing, no fault (RFC 8446, section 6.1).
constexpr bool is_goodbye(const Alert &alert) {
  return !alert.encrypted &&
         (alert.code == alert_code::close_notify || alert.code == alert_code::user_canceled);
}

// One side's certificate chain; the facts are of its first certificate.
struct Certificate {
  std::uint8_t chain_length = 0; // 0 = no certificate was seen
  bool known = false;            // the digests mean something
  bool parsed = false;           // the other fields below mean something
  bool self_signed = false;
  std::uint8_t key_type = 0; // record::KeyType
  std::uint16_t key_bits = 0;
  std::array<std::uint8_t, 20> sha1{};
  std::array<std::uint8_t, 32> sha256{};
  std::int64_t not_before = kNever; // seconds since the epoch; kNever: none that can be read
  std::int64_t not_after = kNever;
  Text subject, issuer, serial;
  Text san; // names, separated by '\n'
};

enum class KeyType : std::uint8_t {
  unknown,
  rsa,
  ec,
  ed25519,
  ed448,
  dsa,
  sm2,
  ec_explicit,
  ml_dsa_44,
  ml_dsa_65,
  ml_dsa_87,
  slh_dsa
};

enum class Sent : std::uint8_t { unknown, no, yes };

struct Tls {
  bool present = false;     // at least one TLS record or hello was recognised
  bool established = false; // both sides switched to encryption and went past the handshake
  bool established_inferred = false;
  bool resumed = false;
  bool hello_retry = false;
  bool early_data = false;
  bool ech = false;
  bool sslv2_hello = false;
  bool client_certificate_requested = false;
  bool has_ja3 = false, has_ja3s = false, has_ja4 = false;
  std::uint8_t messages_dropped = 0; // more than kMaxMessages
  std::uint8_t alerts_dropped = 0;
  std::uint8_t messages_unread = 0; // too long for the bound, or no buffer was free
  // Whether there was one in the client's Certificate message, where that passed in clear.
  Sent client_certificate = Sent::unknown;
  std::uint16_t version = kNoCode;        // as chosen by the server
  std::uint16_t client_version = kNoCode; // the highest that the client offered
  std::uint16_t cipher = kNoCode;
  std::uint16_t curve = kNoCode; // named group of the key exchange
  Nanos start = kNever;          // first TLS packet
  Nanos client_hello = kNever;
  Nanos server_hello = kNever;
  Nanos finished = kNever; // the handshake was over, for both
  Text sni, alpn;
  Text alpn_offered; // separated by '\n'
  std::array<std::uint8_t, 16> ja3{};
  std::array<std::uint8_t, 16> ja3s{};
  std::array<char, 36> ja4{};
  Both<Certificate> certificate;
  base::FixedText<30> ssl_history; // Zeek's letters
  base::FixedVector<Alert, kMaxAlerts, std::uint16_t> alerts;
  base::FixedVector<Message, kMaxMessages, std::uint16_t> messages;
  base::FixedText<64> groups_offered; // see each_group_offered()
  std::uint8_t groups_dropped = 0;    // more than it holds
};

// take(number) of each named group that the client offered, in its order, each once; GREASE
// (RFC 8701) is left out. They lie in two bytes each, in network order.
template <class Take> void each_group_offered(const Tls &tls, Take take) {
  const std::string_view bytes = tls.groups_offered.view();
  for (std::size_t at = 0; at + 2 <= bytes.size(); at += 2)
    take(static_cast<std::uint16_t>(static_cast<std::uint8_t>(bytes[at]) << 8 |
                                    static_cast<std::uint8_t>(bytes[at + 1])));
}

inline constexpr std::uint8_t kNoAlert = 0xff;

// What the verdict rests on: the rule, and what decided: an event, or bytes that were sent in vain.
struct Decided {
  Nanos time = kNever;      // of the event
  Nanos silence = kNever;   // how long before it nothing had been sent
  Nanos lasted = kNever;    // from the first of `times` to the last
  std::uint64_t bytes = 0;  // sent and refused, or never acknowledged
  std::uint32_t packet = 0; // of the event; 0 live
  std::uint32_t times = 0;  // how often they were sent
  Rule rule{};
  std::uint8_t alert = kNoAlert; // index into Tls::alerts, if one decided
  Side from = Side::client;      // whose bytes
  Step what = Step::none;        // what they belong to
  bool asked_for = false;        // the bytes never came by: the other side asked for them `times`
};

// What routers and hosts said of the connection's packets by ICMP or ICMPv6 errors. Of several that
// error is told that weighs the most (a refusal more than a packet too big), of those the first.
struct Icmp {
  std::uint32_t count = 0; // errors of any type that quote the connection; 0: the rest is nothing
  std::uint32_t mtu = 0;   // of the next hop, where the packet was too big for it; 0 = not told
  Address from;            // who sent it: not always the side that the packet was sent to
  Nanos time = kNever;
  std::uint32_t packet = 0; // the error's number; 0 live
  std::uint32_t seq = 0;    // of the quoted packet, from its sender's first: 0 is a SYN's
  std::uint8_t type = 0;    // as on the wire
  std::uint8_t code = 0;
  bool v6 = false;        // the numbers are ICMPv6's
  Side of = Side::client; // whose packet was not passed on

  // The packet was too big, and a smaller one would have passed.
  [[nodiscard]] bool too_big() const { return v6 ? type == 2 : type == 3 && code == 4; }
};

// What was said in plain: instead of TLS, before it, or in answer to it.
struct App {
  base::FixedText<14> protocol; // that was recognised first, by its title: "SMTP"; empty: none was
  base::FixedText<14> inside;   // the last one, if another began in it (PROXY, a tunnel)
  Text method, host;            // of the first HTTP request
  std::uint16_t status = 0;     // of the last HTTP response; 0 = none
  Wish wish = Wish::none;
  Answer answer = Answer::none;
  Side asker = Side::client;
  bool went_on = false;              // the asker spoke on in plain after it was refused
  std::uint32_t refusal = kNoNumber; // the refusal's number in its protocol
  Text refusal_word, refusal_line;   // where the protocol has words: "NO", "454 not available"
};

struct RuleHit {
  std::uint32_t id = 0;
  std::uint8_t severity = 0; // of kSeverities
  Text name;
  Text field; // what it was found in: "sni"
  Text tags;  // with commas between them
};
inline constexpr std::array<std::string_view, 5> kSeverities = {"info", "low", "medium", "high",
                                                                "critical"};

// How a failed connection and a later try belong together; filled by readers, which see the records
// of all workers (record/retry.h). 0 = none: flow ids begin at 1.
struct Retry {
  std::uint64_t of = 0;    // the failed connection that this one tries again
  std::uint64_t by = 0;    // the connection that tried this failed one again
  Nanos of_after = kNever; // from the failure to this connection's first packet
  Nanos by_after = kNever; // from this failure to the first packet of the other
  bool recovered = false;  // a later try within the window succeeded
};

// Whose it is: which run of which daemon. In the segment its header says so once for all records,
// and readers put it in.
struct ProbeRun {
  std::uint64_t run = 0; // as in flow_id.h; 0: read from a file
  base::FixedText<64> name;
  base::FixedText<32> instance; // of the daemon there
};

struct Record {
  Kind kind = Kind::connection;
  Phase phase = Phase::tcp_handshake; // where it ended
  Outcome outcome = Outcome::unknown;
  Cause cause = Cause::none;
  By by = By::none;
  Step step = Step::none;
  Confidence confidence = Confidence::seen;
  std::uint8_t vlan_count = 0;
  std::uint8_t tunnel_count = 0;
  std::uint8_t worker = 0;
  std::uint8_t port = 0; // of the probe, that its first packet came in on; 0 when read from a file
  Limit probe_limit = Limit::none; // the bound of the probe that kept most from it
  std::uint64_t flow_id = 0;
  Nanos first = kNever; // first and last packet
  Nanos last = kNever;
  Address client, server;
  std::uint16_t client_port = 0, server_port = 0;
  std::array<std::uint16_t, kMaxVlans> vlans{};
  std::array<std::uint8_t, kMaxTunnels> tunnels{}; // record::TunnelName order
  Nanos first_data = kNever;                       // application data, plain or encrypted
  Nanos last_data = kNever;
  std::array<PhaseSpan, kPhases> phases; // by Phase
  // By Phase: 1 for the one that began first; their times may be equal, in one burst. 0 = unknown.
  std::array<std::uint8_t, kPhases> phase_order{};
  Tcp tcp;
  Tls tls;
  App app;
  base::FixedVector<RuleHit, kMaxRules, std::uint16_t> rules;
  std::uint8_t rule_actions = 0; // that they ask for, of who writes the record; see rules/rule.h
  Retry retry;
  Decided decided;
  Icmp icmp;
  Nanos written = kNever; // when it was told of
  ProbeRun probe;
  std::uint16_t text_used = 0;
  std::array<char, 1888> text; // must be last: what follows text_used is not copied

  // Bounds-checked: a hostile segment yields an empty view.
  [[nodiscard]] std::string_view view(Text t) const {
    if (t.offset > text.size() || t.length > text.size() - t.offset)
      return {};
    return {text.data() + t.offset, t.length};
  }

  [[nodiscard]] FlowId id() const { return {probe.run, flow_id}; }

  // Appends text; cuts it to what is left.
  Text put(std::string_view s) {
    const std::size_t room = text.size() - text_used;
    const std::size_t n = s.size() < room ? s.size() : room;
    const Text t{text_used, static_cast<std::uint16_t>(n)};
    if (n > 0) // an empty view may be of nothing
      std::memcpy(text.data() + text_used, s.data(), n);
    text_used = static_cast<std::uint16_t>(text_used + n);
    return t;
  }
};

// The last TLS message up to `until` (kNever: of all); `none` if there was none. The Change Cipher
// Spec of TLS 1.3 says nothing (RFC 8446, appendix D.4) and is passed over.
Step last_message(const Record &record, Step none, Nanos until = kNever);

static_assert(std::is_trivially_copyable_v<Record>);

} // namespace handspan::record
