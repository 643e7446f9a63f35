// What the trackers noted of a connection beside its record: what the rules weigh.
#pragma once

#include "base/side.h"
#include "base/time.h"
#include "record/codes.h"
#include "verdict/ending.h"

#include <cstdint>

namespace handspan::verdict {

using base::Both;
using base::kNever;
using base::Nanos;

// A record with a close_notify, at its longest: header, explicit IV or nonce, alert, MAC, padding
// (RFC 5246, section 6.2.3). A goodbye in plain is no longer, either.
inline constexpr std::uint64_t kLongestGoodbye = 5 + 16 + 2 + 48 + 14;

// A client that leaves earlier than this after its hello has not waited for the answer. A server
// needs some milliseconds for it; 200 ms is what Linux waits at least before it repeats what was
// lost (RTO_MIN).
inline constexpr Nanos kPatience = 200 * base::kMillisecond;

// Bytes of one side that the other never acknowledged, though they were sent again and again; or
// never came by here, and the other side asks for them again and again.
struct InVain {
  std::uint64_t bytes = 0; // of payload: none in a SYN
  std::uint32_t times = 0; // how often they were sent, or asked for
  Nanos first = kNever, last = kNever;
  record::Step what = record::Step::none; // what they belong to
  bool asked_for = false;
  bool left_without = false; // the other side gave up in the TLS handshake, and had not got them
  bool opened = false;       // the ACK of the SYN-ACK, and bytes behind it: its RST shows them
};

struct Goodbye {
  Nanos time = kNever; // kNever: none
  std::uint32_t packet = 0;
};

struct Evidence {
  Ending ending = Ending::closed;
  Nanos now = kNever; // time of the report
  Nanos syn_timeout = 0;
  bool tls_malformed = false;
  Both<bool> not_tls;            // this side answered TLS with something else
  Both<bool> tls_began{};        // bytes of this side were read as TLS
  bool tls_capture_loss = false; // bytes of the handshake are missing
  bool truncated = false;        // the capture left off bytes of what was to be read
  bool tls_rejected = false;     // 1.3: a lone short record answered the client's Finished
  base::Side rejected_by = base::Side::server;
  bool tls_unconfirmed = false;  // 1.3: the server left without a word on the client's Finished
  Both<Goodbye> goodbye;         // this side's close_notify behind the handshake, or what looks so
  Nanos before_reset = kNever;   // when the packet before the RST came that ended it
  Both<InVain> in_vain;          // of this side's bytes
  Both<std::uint64_t> refused{}; // bytes of this side that the other no longer took, goodbyes aside
  Both<bool> spoke{};            // behind a TLS handshake: application data, as it seems
  bool asked_late = false;       // the TLS client spoke for the first time when the other had left
  Both<std::uint32_t>
      cut_record{};               // what lacks at the end of the record that this side was sending
  bool answered_by_alert = false; // the client's data, by what is or looks like an encrypted alert
  bool server_speaks_tls = false; // it did with others
  bool client_took_certificate = false; // it went on with it in another connection
  bool on_tls_port = false;      // its port is meant for TLS, and nobody heard it speak plain
  std::uint32_t stale_acks = 0;  // the server answered a SYN with another connection's ACK
  bool reset_is_foreign = false; // the RST that ended it is not its sender's
  bool unreachable = false;      // an ICMP error says that what was sent does not pass
  bool seen_elsewhere = false;   // the direction that is missing here was seen by another worker
};

} // namespace handspan::verdict
