// What the trackers noted of a connection beside its record: what the rules weigh.
#pragma once

#include "base/side.h"
#include "base/time.h"
#include "record/codes.h"
#include "verdict/ending.h"

#include <cstdint>

namespace handspan::verdict {

// A record with a close_notify, at its longest: header, explicit IV or nonce, alert, MAC, padding
// (RFC 5246, section 6.2.3).
inline constexpr std::uint64_t kLongestGoodbye = 5 + 16 + 2 + 48 + 14;

// Bytes of one side that the other never acknowledged, though they were sent again and again; or
// never came by here, and the other side asks for them again and again.
struct InVain {
  std::uint64_t bytes = 0; // of payload: none in a SYN
  std::uint32_t times = 0; // how often they were sent, or asked for
  base::Nanos first = base::kNever, last = base::kNever;
  record::Step what = record::Step::none; // what they belong to
  bool asked_for = false;
};

struct Evidence {
  Ending ending = Ending::closed;
  base::Nanos now = base::kNever; // time of the report
  base::Nanos syn_timeout = 0;
  bool tls_malformed = false;
  base::Both<bool> not_tls;      // this side answered TLS with something else
  base::Both<bool> tls_began{};  // bytes of this side were read as TLS
  bool tls_capture_loss = false; // bytes of the handshake are missing
  bool truncated = false;        // the capture left off bytes of what was to be read
  bool tls_rejected = false;     // 1.3: a lone short record answered the client's Finished
  base::Side rejected_by = base::Side::server;
  bool tls_unconfirmed = false; // 1.3: the server left without a word on the client's Finished
  bool tls_closing = false;     // 1.3: a side's last record has the length of a close_notify
  base::Nanos before_reset = base::kNever; // when the packet before the RST came that ended it
  base::Both<InVain> in_vain;              // of this side's bytes
  base::Both<std::uint64_t> refused{};     // bytes of this side that the other no longer took
  base::Both<bool> spoke{};                // behind a TLS handshake: application data, as it seems
  base::Both<std::uint32_t> cut_record{};  // what lacks of the record that this side's FIN cut off
  bool answered_by_alert = false; // the client's data, by what is or looks like an encrypted alert
  bool server_speaks_tls = false; // it did with others
  bool client_took_certificate = false; // it went on with it in another connection
  bool on_tls_port = false;             // its port is meant for TLS
  std::uint32_t stale_acks = 0;         // the server answered a SYN with another connection's ACK
  bool reset_is_foreign = false;        // the RST that ended it is not its sender's
  bool unreachable = false;             // an ICMP error says that what was sent does not pass
  bool seen_elsewhere = false; // the direction that is missing here was seen by another worker
};

} // namespace handspan::verdict
