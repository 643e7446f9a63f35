// The verdict: which phase a connection ended in, with what outcome, why, by whom, after which
// step, and how sure that is. A pure function of what was seen.
#pragma once

#include "record/record.h"

namespace handspan::inspect {

// Why the connection is being reported now.
enum class Ending : std::uint8_t {
  closed,        // FIN/FIN or RST
  expired,       // its timeout passed
  replaced,      // the same endpoints began a new connection
  stopped,       // the probe stops
  capture_ended, // the file is over
  handshake,     // not over: only its TLS handshake is
};

struct Evidence {
  Ending ending = Ending::closed;
  record::Nanos now = record::kNever; // time of the report
  record::Nanos syn_timeout = 0;
  bool tls_malformed = false;
  record::Both<bool> not_tls;     // this side answered TLS with something else
  record::Both<bool> tls_began{}; // bytes of this side were read as TLS
  bool tls_capture_loss = false;  // bytes of the handshake are missing
  bool tls_rejected = false;      // 1.3: a lone short record answered the client's Finished
  record::Side rejected_by = record::Side::server;
  bool tls_unconfirmed = false; // 1.3: the server left without a word on the client's Finished
  bool tls_closing = false;     // 1.3: a side's last record has the length of a close_notify
  bool seen_elsewhere = false;  // the direction that is missing here was seen by another worker
};

// A client that leaves earlier than this after its hello has not waited for the answer. A server
// needs some milliseconds for it; 200 ms is what Linux waits at least before it repeats what was
// lost (RTO_MIN). Three round trips of the TCP handshake are granted in any case.
inline constexpr record::Nanos kPatience = 200 * base::kMillisecond;
inline constexpr record::Nanos kPatienceRoundTrips = 3;

// Fills phase, outcome, cause, by, step and confidence; everything else of the record is set.
void judge(record::Record &record, const Evidence &evidence);

} // namespace handspan::inspect
