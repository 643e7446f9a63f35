// The TLS tracker: two in-order byte streams in, facts out. One a worker; owns the sessions, the
// buffers that put messages together and the certificate cache, all allocated at construction.
#pragma once

#include "base/bytes.h"
#include "tls/piece.h"
#include "tls/position.h"
#include "tls/session.h"

#include <cstdint>
#include <memory>

namespace handspan::tls {

struct TrackerLimits {
  std::uint32_t sessions = 65'536;
  std::uint32_t facts = 2'621'440;      // blocks of 48 bytes for those whose handshake is over
  std::uint32_t hello_buffers = 4'096;  // 4 KiB each
  std::uint32_t message_buffers = 256;  // message_bytes each
  std::uint32_t message_bytes = 65'536; // longest handshake message that is read
  std::uint32_t certificates = 16'384;  // distinct certificates remembered
  std::uint64_t seed = 0;               // of the certificate cache's hash
};

// What a call of feed() brought about; a set of bits.
using Events = std::uint32_t;
namespace event {
inline constexpr Events client_hello = 1, server_hello = 2, established = 4, alert = 8,
                        encrypted_alert = 16, malformed = 32, not_tls = 64, application_data = 128,
                        roles = 256, // once: Session::client_side is known from now on
    request = 512;                   // 1.3: the client goes on right behind its Finished
} // namespace event

struct TrackerCounters {
  std::uint64_t facts_full = 0; // sessions that found no room in compact form
  std::uint64_t facts_used = 0; // blocks, now
  std::uint64_t sessions_full = 0, buffers_full = 0, message_too_long = 0, alerts = 0;
  std::uint64_t certificates_full = 0;               // all places held by open sessions
  std::uint64_t certificates_parsed = 0;             // distinct ones, as far as remembered
  std::uint64_t sessions_used = 0, buffers_used = 0; // now
};

// Facts of one certificate; shared by all sessions that saw the same bytes.
// Complete type in tls/certificate.h.
struct CertificateFacts;

// Do these bytes, the first of a direction (or of a segment), begin TLS? `more` = too few to say.
enum class Sniff : std::uint8_t { no, more, client_hello, server_hello, record, sslv2_hello };
Sniff sniff(base::Bytes bytes);

class Tracker {
public:
  explicit Tracker(const TrackerLimits &limits); // throws std::bad_alloc
  ~Tracker();
  Tracker(const Tracker &) = delete;
  Tracker &operator=(const Tracker &) = delete;

  // Memory that a tracker of these limits takes once all of it has been in use.
  static std::uint64_t bytes_for(const TrackerLimits &limits);

  // An index for a new session, reset; kNoIndex when none is free (counted). `owner` is whose it
  // is; not `proven`: a connection that may have been made up by a single packet.
  std::uint32_t open(std::uint32_t owner = kNoIndex, bool proven = true);
  // Its connection turned out to be a real one.
  void prove(std::uint32_t index);
  [[nodiscard]] bool is_full() const;
  // When all are in use: the owner of the one to be kept() before the next open(), the oldest whose
  // handshake is over; kNoIndex if there is none.
  [[nodiscard]] std::uint32_t who_is_over() const;
  // Where that did not help: the owner of the one to be closed. The oldest of the unproven is
  // first, then the oldest whose handshake is over, then, for a proven one alone, the oldest.
  [[nodiscard]] std::uint32_t who_gives_way(bool to_proven) const;
  void close(std::uint32_t index);
  // Valid until the next call that takes an index. What is changed in a session that was kept()
  // must be told by changed().
  Session &at(std::uint32_t index);
  // Asks the memory for what the next bytes of the session will touch first.
  void fetch(std::uint32_t index) const;
  void changed(std::uint32_t index);

  // The handshake is over or given up, only record headers matter now: the buffers go back.
  void settle(std::uint32_t index);
  // It was settled, and is not kept yet.
  [[nodiscard]] bool is_over(std::uint32_t index) const;
  // The session goes back, while its facts are kept in a compact form. Returns the index that it
  // has from now on; the same, where there is no room.
  std::uint32_t keep(std::uint32_t index);

  // The next bytes of one direction, in order, however they are cut. A call should begin where a
  // segment began: after a gap that is where the next record is looked for. Inline for the common
  // case: the middle of a record whose content is hidden.
  Events feed(Session &session, Side from, base::Bytes bytes, Stamp at) {
    Stream &stream = session.stream[from];
    if (stream.opaque && stream.record_left > bytes.size()) {
      stream.record_left -= static_cast<std::uint32_t>(bytes.size());
      return 0;
    }
    return consume(session, from, bytes, at);
  }

  // The same, on the slow way, for whoever wants to know what the bytes are.
  Events examine(Session &session, Side from, base::Bytes bytes, Stamp at, PieceSink &pieces);

  // `missing` bytes of this direction will never come (lost, or cut by the snap length).
  Events gap(Session &session, Side from, std::uint64_t missing, Stamp at = {},
             PieceSink *pieces = nullptr);

  // Are the bytes passed over, where the direction stands so?
  [[nodiscard]] static bool passes_over(Position position, base::Bytes bytes);

  // Where the direction stands, to be stepped on without the session; and back, before the session
  // is fed or told of a gap again.
  [[nodiscard]] static Position position(const Session &session, Side from);
  static void resume(Session &session, Side from, Position position);

  // Gives the buffers back: the handshake is over or given up, only record headers matter now.
  // A message that was being put together is listed when it ends, but not read.
  void release_buffers(Session &session);

  // Null if none was seen in clear or it could not be kept. Valid until the session is closed.
  [[nodiscard]] const CertificateFacts *certificate(const Session &session, Side from) const;

  [[nodiscard]] const TrackerCounters &counters() const;

private:
  Events consume(Session &session, Side from, base::Bytes bytes, Stamp at);
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace handspan::tls
