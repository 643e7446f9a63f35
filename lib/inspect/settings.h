// What an Inspector may use and how long it waits: every bound has a number here and a key in the
// configuration.
#pragma once

#include "base/time.h"

#include <cstdint>

namespace handspan::verdict {
class Table;
} // namespace handspan::verdict

namespace handspan::inspect {

class AcceptanceBoard;
class SplitBoard;

struct Timeouts {
  base::Nanos syn = 5 * base::kSecond;           // handshake not completed
  base::Nanos established = 300 * base::kSecond; // idle, both ends known to be there
  base::Nanos one_sided = 60 * base::kSecond;    // idle, one direction alone or from the middle
  base::Nanos closing = 10 * base::kSecond;      // after the first FIN
  base::Nanos closed = 1 * base::kSecond;        // lingers for late packets after FIN/FIN or RST
};

// Bounds of one worker.
struct Limits {
  std::uint32_t flows = 262'144;         // connections at once
  std::uint32_t tracks = 65'536;         // of them, in full form, 1.4 KiB each
  std::uint32_t track_facts = 1'310'720; // blocks of 48 bytes, of the others
  std::uint32_t half_open_share = 50;    // of a full table, in per cent: not turned out before that
  std::uint32_t one_sided_share = 25;    // the same; closed ones have what these two leave
  std::uint32_t tls_sessions = 65'536;   // of them, in a TLS handshake, 3 KiB each
  std::uint32_t tls_facts = 2'621'440;  // blocks of 48 bytes, of those past it, when these are full
  std::uint32_t hello_buffers = 4'096;  // handshake messages being put together, up to 4 KiB
  std::uint32_t message_buffers = 256;  // the same, longer than that
  std::uint32_t message_bytes = 65'536; // longest handshake message that is read
  std::uint32_t certificates = 16'384;  // distinct ones remembered, up to 4 KiB each
  std::uint32_t segment_buffers = 8'192;    // out-of-order segments kept, 2 KiB each
  std::uint32_t segments_per_side = 64;     // of them, for one direction of one connection
  std::uint32_t known_servers = 4'096;      // whose protocol is remembered, 32 bytes each
  std::uint32_t fragmented_datagrams = 256; // being put together, up to 64 KiB each
  std::uint32_t first_streams = 4'096; // of each side: rules over first bytes that come in pieces
};

// When a connection's timeout takes effect. Live, as soon as it has passed. In a file the end of
// the file ends what is open, however long it was silent: a timeout only frees room when the flow
// table is full.
enum class Expiry : std::uint8_t { when_due, when_full };

inline constexpr base::Nanos kRecordsWait = 200'000;
inline constexpr std::uint32_t kUsualBatch = 8; // of a worker

// What becomes of TCP segments whose IPv4 or TCP checksum is wrong. Hosts that leave checksums to
// their NIC show wrong ones in captures of their own, and a port that does not check costs a look
// at each byte.
enum class Checksums : std::uint8_t {
  off,   // nobody looks
  count, // counted, and marked in the record
  drop,  // the same, and they have no effect on the connection
};

struct Settings {
  Timeouts timeouts;
  Expiry expiry = Expiry::when_due;
  Limits limits;
  bool grows = false;       // the flow table, where it is full: to read a file whole
  bool vlan_in_key = false; // the outermost VLAN id tells connections apart
  Checksums checksums = Checksums::off;
  std::uint32_t first_bytes = 64; // of each side, that rules are held against
  bool handshake_events = true;   // a record as soon as a TLS handshake has ended
  // So many are handed on together, none later than kRecordsWait: what is done with a record is
  // much code, which the processor then fetches once for all of them.
  std::uint32_t records_at_once = 1;
  // Of the flow hash: to be filled at random for every start (an attacker who knows it can aim),
  // fixed in tests. All zero would hash every key alike, hence the digits of pi.
  std::uint64_t seed[8] = {0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0,
                           0x082efa98ec4e6c89, 0x452821e638d01377, 0xbe5466cf34e90c6c,
                           0xc0ac29b7c97c50dd, 0x3f84d5b5b5470917};
  std::uint8_t worker = 0;                  // goes into flow_id and record
  const verdict::Table *verdicts = nullptr; // other rules than lib/verdict's own: tests change them
  // A clock that never goes back, to measure with; null: nothing is measured.
  base::Nanos (*stopwatch)() = nullptr;
  // Of all workers, which share the seed too; null: there is one.
  SplitBoard *split_board = nullptr;
  AcceptanceBoard *acceptances = nullptr;
};

} // namespace handspan::inspect
