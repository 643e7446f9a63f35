// What is known of one TLS connection, and where its two byte streams stand. Filled by Tracker;
// read by whoever tells the story.
#pragma once

#include "base/fixed.h"
#include "base/side.h"
#include "base/time.h"
#include "tls/position.h"

#include <array>
#include <cstdint>

namespace handspan::tls {

using base::Both;
using base::kNever;
using base::Nanos;
using base::Side;

// TLS ContentType (RFC 8446, B.1; heartbeat: RFC 6520).
enum class Content : std::uint8_t {
  change_cipher_spec = 20,
  alert = 21,
  handshake = 22,
  application_data = 23,
  heartbeat = 24,
};

// TLS HandshakeType (IANA registry), as far as the tracker treats one by name.
enum class HandshakeType : std::uint8_t {
  hello_request = 0,
  client_hello = 1,
  server_hello = 2,
  new_session_ticket = 4,
  end_of_early_data = 5,
  hello_retry_request = 6, // drafts on the wire; we also list a ServerHello that is one under it
  encrypted_extensions = 8,
  certificate = 11,
  server_key_exchange = 12,
  certificate_request = 13,
  server_hello_done = 14,
  certificate_verify = 15,
  client_key_exchange = 16,
  finished = 20,
  certificate_status = 22,
  key_update = 24,
  hidden = 0xff, // encrypted, and its place does not tell what it is
};

inline constexpr std::uint16_t kNoCode = 0xffff;
inline constexpr std::size_t kMaxMessages = 48;
inline constexpr std::size_t kMaxAlerts = 8;
inline constexpr std::uint32_t kNoIndex = 0xffffffff;

// Which bound kept something from a session: the first, but a certificate is the least of it.
enum class Bound : std::uint8_t {
  none,
  hello_buffers,
  message_buffers,
  message_bytes,
  certificates,
};

// When and by which packet something arrived.
struct Stamp {
  Nanos time = kNever;
  std::uint32_t packet = 0; // place in the capture file, 0 live
};

struct Message {
  Content content = Content::handshake; // handshake or change_cipher_spec
  std::uint8_t type = 0;                // HandshakeType; may be a number without a name
  Side from = Side::client;
  bool encrypted = false;
  Stamp at; // of the packet that completed it
};

struct Alert {
  std::uint8_t level = 0, code = 0; // 0 when encrypted
  Side from = Side::client;
  bool encrypted = false;
  Stamp at;
};

// Where one direction stands. Internal to Tracker, but for the fields under "counts".
struct Stream {
  // record layer
  std::uint16_t record_length = 0;      // of the current record, the whole of it
  std::uint8_t record_type = 0;         // its Content
  std::uint8_t header_have = 0;         // bytes of a record header that came so far
  std::uint32_t record_left = 0;        // bytes of the current record still to come
  std::array<std::uint8_t, 5> header{}; //
  bool opaque = false;                  // nobody reads the body of the current record
  bool encrypted = false;               // after this side's CCS (≤ 1.2) or keys (1.3)
  bool lost = false;                    // position unknown after a gap
  bool ended = false;                   // nothing more to follow: see not_tls, malformed
  bool not_tls = false;                 // the first bytes were no TLS
  bool started = false;                 // a record header was recognised
  bool changed_keys = false;            // a CCS was seen
  bool finished = false;                // ≤ 1.2: the first hidden handshake record came
  std::uint8_t alert_have = 0;          // bytes of the current alert that came so far
  std::array<std::uint8_t, 2> alert{};  //
  std::uint8_t message_head_have = 0;   // bytes of a handshake header that came so far
  std::array<std::uint8_t, 4> message_head{};
  bool message_open = false;       // the header is complete, the body is not
  bool message_damaged = false;    // bytes of the body are missing: not to be read
  std::uint8_t buffer_class = 0;   // which pool `buffer` belongs to
  std::uint32_t message_left = 0;  // bytes of the current message still to come
  std::uint32_t message_size = 0;  // its whole length, without header
  std::uint32_t message_have = 0;  // of it kept in the buffer
  std::uint32_t buffer = kNoIndex; // pooled buffer that collects it
  // counts of records, by content, as they begin; in 1.3 hidden handshake records count as
  // application_data here, as on the wire
  std::uint16_t handshake_records = 0;
  std::uint16_t ccs_records = 0;
  std::uint16_t alert_records = 0;
  std::uint32_t application_records = 0;
  std::uint32_t last_record_length = 0; // of the last complete record: tells an encrypted alert
  std::uint8_t last_record_type = 0;
  // TLS 1.3, after the Server Hello: hidden records that came complete
  std::uint16_t hidden_records = 0;        // all of them, until the handshake is over
  std::uint16_t hidden_after_finished = 0; // after the client's Finished, longer than an alert
  std::uint16_t short_after_finished = 0;  // after it, as short as an alert
  std::uint8_t padding = 0;                // bytes of it in each record, as its Finished shows
  Nanos first_application = kNever;
  Stamp last_record; // the last that came complete
};

struct Session {
  Both<Stream> stream;

  bool established = false;          // the handshake is over for both sides
  bool established_inferred = false; // by the record pattern (1.3), not by messages in clear
  bool malformed = false;
  bool capture_loss = false; // bytes of the handshake are missing
  bool has_client_hello = false, has_server_hello = false;
  // Which side is the TLS client: not always the TCP client (FTP in active mode), nor, in a
  // connection met in the middle, who was taken for it. The server's facts and certificate are the
  // other side's. A guess until `roles_told`.
  Side client_side = Side::client;
  bool roles_told = false; // a message in clear that one end alone sends was seen
  bool sslv2_hello = false;
  std::uint8_t sslv2_turns = 0;      // SSLv2 itself: how often the speaker changed after its hellos
  Side sslv2_speaker = Side::client; //
  bool hello_retry = false;
  bool resumed = false;
  bool session_ticket_offered = false, psk_offered = false, psk_accepted = false;
  bool early_data = false;           // offered
  bool post_quantum_offered = false; // among its groups
  bool ech = false; // encrypted_client_hello offered, or the older encrypted_server_name
  bool client_certificate_requested = false;
  bool renegotiated = false;
  bool server_full_flight = false; // ≤ 1.2: Certificate, ServerKeyExchange or ServerHelloDone seen
  bool has_ja3 = false, has_ja3s = false, has_ja4 = false;
  std::uint8_t messages_dropped = 0, alerts_dropped = 0;
  std::uint8_t messages_unread = 0;       // longer than the bound, or no buffer was free
  std::uint8_t groups_dropped = 0;        // beyond groups_offered
  std::uint8_t session_id_length = 0;     // offered by the client, to recognise resumption
  std::uint16_t version = kNoCode;        // chosen by the server (supported_versions wins)
  std::uint16_t client_version = kNoCode; // highest offered, GREASE aside
  std::uint16_t client_legacy_version = kNoCode;
  std::uint16_t cipher = kNoCode;
  std::uint16_t curve = kNoCode;
  Nanos start = kNever, client_hello = kNever, server_hello = kNever, finished = kNever;
  // TLS 1.3: when the client's hidden record came that can be its Finished. Without more, the
  // server may still refuse (see established_at_end).
  Nanos client_finished = kNever;
  bool client_finished_exact = false; // the record has a lone Finished's length
  Bound bound = Bound::none;
  bool embryonic = false;         // its TCP connection is not known to have two ends
  std::uint32_t owner = kNoIndex; // as given to Tracker::open()
  // The server sent one as short as an alert before it, or after it in answer to a certificate or
  // to data; and nothing longer since.
  bool server_short_first = false;
  bool server_short_early = false; // before it the server sent one that short
  std::uint16_t ticket_length = 0; // of the server's first longer record after it
  Both<std::uint32_t> certificate{kNoIndex, kNoIndex}; // see Tracker::certificate
  Both<std::uint8_t> chain_length;                     // certificates in the message
  Both<bool> certificate_seen;                         // the message came, be it empty
  Both<bool> certificate_sent;                         // it came with a certificate in it
  // Big, and mostly not in use, from here on.
  alignas(8) std::array<std::uint8_t, 32> session_id;
  std::array<std::uint8_t, 16> ja3, ja3s;
  std::array<char, 36> ja4;
  base::FixedText<255> sni;
  base::FixedText<32> alpn;
  base::FixedText<96> alpn_offered;   // separated by '\n'
  base::FixedText<64> groups_offered; // as ClientPrints has them
  base::FixedText<30> history;        // Zeek's ssl_history letters
  base::FixedVector<Alert, kMaxAlerts> alerts;
  base::FixedVector<Message, kMaxMessages> messages;

  // For a new connection; leaves the big arrays as they are, their counts are zero.
  void reset();
};

inline constexpr std::uint16_t kSslv2 = 0x0002;

// TLS 1.3 and its drafts (0x7fNN; 0x7eNN and 0xfbNN of Google's and Facebook's trials), where the
// handshake is hidden after the Server Hello.
constexpr bool is_tls13(std::uint16_t version) {
  return version == 0x0304 || version >> 8 == 0x7f || version >> 8 == 0x7e || version >> 8 == 0xfb;
}

// TLS 1.3: the client was asked for a certificate and sent one, be it empty, with its Finished.
bool sent_certificate(const Session &session);

// TLS 1.3, when the connection is over: the client sent more than its Finished, a certificate or a
// request, which the server may have refused.
bool may_be_refused(const Session &session);

// The verdict when the connection is over. In TLS 1.3 `established` waits for the server's answer
// to the client's Finished; a server that sends no ticket may have none to give. True if the client
// finished, and what it sent was not then answered by a record as short as an alert.
bool established_at_end(const Session &session);

// TLS 1.3: the length of a side's hidden alert without the record's header.
std::uint16_t alert_length(const Session &session, Side side);

// TLS 1.3, past the handshake: whether this side's last record, which ends its stream at that
// position, is as long as an alert, which then is most likely a close_notify.
bool may_have_closed(const Session &session, Side side, Position position);

} // namespace handspan::tls
