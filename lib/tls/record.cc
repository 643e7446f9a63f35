// The record layer (RFC 8446, section 5; RFC 6101 for SSLv3; GB/T 38636 for TLCP).
//
//   struct {
//       ContentType type;
//       ProtocolVersion legacy_record_version;
//       uint16 length;
//       opaque fragment[length];
//   } TLSPlaintext, TLSCiphertext;

#include "tls/record_header.h"
#include "tls/walk.h"

#include <algorithm>
#include <cstring>

namespace handspan::tls {

namespace {

using base::Bytes;

constexpr std::uint8_t kSslv2Record = 0x80; // our number for a record with SSLv2's header
constexpr auto kHandshake = static_cast<std::uint8_t>(Content::handshake);
constexpr auto kChangeCipherSpec = static_cast<std::uint8_t>(Content::change_cipher_spec);
constexpr auto kAlert = static_cast<std::uint8_t>(Content::alert);
constexpr auto kApplicationData = static_cast<std::uint8_t>(Content::application_data);

void note_end(Stream &stream, Stamp at) {
  stream.last_record_length = stream.record_length;
  stream.last_record_type = stream.record_type;
  stream.last_record = at;
}

// Steps over application data of an established session, as long as the bytes hold nothing else;
// returns what is left for the walk.
Bytes step_over_data(Stream &stream, Bytes bytes, Stamp at) {
  for (;;) {
    if (stream.record_left > bytes.size()) {
      stream.record_left -= static_cast<std::uint32_t>(bytes.size());
      return {};
    }
    if (stream.record_left > 0) {
      bytes = bytes.subspan(stream.record_left);
      stream.record_left = 0;
      note_end(stream, at);
    }
    if (bytes.size() < kRecordHeader)
      return bytes;
    const RecordHeader header(bytes.data());
    if (header.type != kApplicationData || !header.plausible() || header.length == 0)
      return bytes;
    bytes = bytes.subspan(kRecordHeader);
    stream.record_left = stream.record_length = header.length;
    stream.record_type = kApplicationData;
    stream.opaque = true;
    count(stream.application_records);
  }
}

bool may_step_over(const Session &session, const Stream &stream) {
  return session.established && stream.first_application != kNever && stream.header_have == 0 &&
         (stream.record_left == 0 || stream.record_type == kApplicationData) && !stream.ended &&
         !stream.lost;
}

bool clear_alert(std::uint8_t level) {
  return level == 1 || level == 2;
}

} // namespace

Position Tracker::position(const Session &session, Side from) {
  const Stream &stream = session.stream[from];
  if (stream.ended) // of SSLv2 the turns are counted, though nothing is read
    return session.version == kSslv2 ? Position() : Position::over();
  if (stream.lost)
    return Position::lost();
  if (may_step_over(session, stream))
    return Position::in_data(stream.record_left, stream.record_length);
  return stream.opaque && stream.record_left > 0 ? Position::in_hidden(stream.record_left)
                                                 : Position();
}

// What resync() would not take either.
bool Tracker::passes_over(Position position, Bytes bytes) {
  const bool begins = bytes.size() >= kRecordHeader && RecordHeader(bytes.data()).plausible();
  return position.is_over() || (position.is_lost() && !begins);
}

void Tracker::resume(Session &session, Side from, Position position) {
  Stream &stream = session.stream[from];
  if (!position.known())
    return;
  stream.record_left = position.left();
  if (position.is_data()) {
    stream.record_type = kApplicationData;
    stream.record_length = static_cast<std::uint16_t>(position.length());
    stream.opaque = position.left() > 0;
  }
}

Events Tracker::consume(Session &session, Side from, Bytes bytes, Stamp at) {
  Stream &stream = session.stream[from];
  Events events = 0;
  if (may_step_over(session, stream)) {
    const std::uint32_t before = stream.application_records;
    bytes = step_over_data(stream, bytes, at);
    if (stream.application_records != before)
      events = event::application_data;
    if (bytes.empty())
      return events;
  }
  return events | Walk(*state_, session, from, at).run(bytes);
}

Events Tracker::examine(Session &session, Side from, Bytes bytes, Stamp at, PieceSink &pieces) {
  return Walk(*state_, session, from, at, &pieces).run(bytes);
}

Events Tracker::gap(Session &session, Side from, std::uint64_t missing, Stamp at,
                    PieceSink *pieces) {
  return Walk(*state_, session, from, at, pieces).skip(missing);
}

Events Walk::run(Bytes bytes) {
  if (stream_.ended && session_.version == kSslv2 && !bytes.empty())
    sslv2_turn();
  if (stream_.lost && !resync(bytes))
    return 0;
  while (!bytes.empty() && !stream_.ended && !stream_.lost)
    bytes = stream_.record_left > 0 ? body(bytes) : header(bytes);
  tell_rest();
  return events_;
}

Bytes Walk::header(Bytes bytes) {
  if (session_.start == kNever)
    session_.start = at_.time;
  const std::size_t n = std::min(kRecordHeader - stream_.header_have, bytes.size());
  std::memcpy(stream_.header.data() + stream_.header_have, bytes.data(), n);
  stream_.header_have = static_cast<std::uint8_t>(stream_.header_have + n);
  untold_ += static_cast<std::uint32_t>(n);
  if (stream_.header_have == kRecordHeader) {
    stream_.header_have = 0;
    if (begin_record() && stream_.record_left == 0) {
      end_record();
      tell_record(stream_.record_type);
    }
  }
  return bytes.subspan(n);
}

// False if there is no TLS record.
bool Walk::begin_record() {
  const RecordHeader header(stream_.header.data());
  if (!header.plausible()) {
    if (!stream_.started && begin_sslv2())
      return true;
    foreign_bytes();
    return false;
  }
  stream_.started = true;
  stream_.record_type = header.type;
  stream_.record_left = stream_.record_length = header.length;
  stream_.opaque = true;
  switch (header.type) {
  case kHandshake:
    count(stream_.handshake_records);
    stream_.opaque = stream_.encrypted;
    break;
  case kAlert:
    count(stream_.alert_records);
    stream_.opaque = false;
    break;
  case kChangeCipherSpec:
    count(stream_.ccs_records);
    break;
  case kApplicationData:
    count(stream_.application_records);
    application_data();
    break;
  default:
    break;
  }
  return true;
}

bool Walk::begin_sslv2() {
  const Sslv2Header header(stream_.header.data());
  const bool client = header.is_client_hello();
  if (!client && !(session_.sslv2_hello && header.is_server_hello()))
    return false;
  // The header was read as five bytes: message type and two bytes of the message are in it.
  stream_.started = true;
  stream_.record_type = kSslv2Record;
  stream_.record_length = static_cast<std::uint16_t>(header.length - 3);
  stream_.record_left = stream_.record_length;
  stream_.opaque = false;
  stream_.message_head = {header.message, 0, 0, 0};
  stream_.message_open = true;
  stream_.message_size = stream_.message_left = stream_.record_length;
  return true;
}

// Bytes where a record header should stand.
void Walk::foreign_bytes() {
  if (!stream_.started) {
    stream_.not_tls = true;
    events_ |= event::not_tls;
  } else if (session_.capture_loss || session_.established) {
    // More likely a wrong guess about where a record begins than a peer that went astray.
    lose_position();
    return;
  } else {
    session_.malformed = true;
    events_ |= event::malformed;
  }
  drop_message();
  stream_.ended = true;
}

Bytes Walk::body(Bytes bytes) {
  const std::size_t n = std::min<std::size_t>(stream_.record_left, bytes.size());
  const Bytes part = bytes.first(n);
  if (stream_.opaque || stream_.record_type == kAlert)
    untold_ += static_cast<std::uint32_t>(n);
  if (!stream_.opaque) {
    if (stream_.record_type == kHandshake)
      handshake(part);
    else if (stream_.record_type == kAlert)
      collect_alert(part);
    else
      message_body(part);
  }
  stream_.record_left -= static_cast<std::uint32_t>(n);
  const bool in_one_piece = stream_.opaque || stream_.record_type == kAlert;
  if (stream_.record_left == 0)
    end_record();
  if (in_one_piece)
    tell_record(stream_.record_type);
  return bytes.subspan(n);
}

void Walk::end_record() {
  switch (stream_.record_type) {
  case kHandshake:
    if (stream_.opaque)
      hidden_handshake();
    break;
  case kChangeCipherSpec:
    change_cipher_spec();
    break;
  case kAlert:
    end_alert();
    break;
  case kApplicationData:
    hidden_record();
    break;
  default:
    break;
  }
  stream_.opaque = false;
  note_end(stream_, at_);
}

void Walk::collect_alert(Bytes part) {
  for (const std::uint8_t byte : part)
    if (stream_.alert_have < stream_.alert.size())
      stream_.alert[stream_.alert_have++] = byte;
}

//   struct { AlertLevel level; AlertDescription description; } Alert;       RFC 8446, section 6
// No cipher hides an alert in two bytes; and where the keys are not known to have changed, bytes
// that make no alert tell that they have.
void Walk::end_alert() {
  if (stream_.alert_have == 1 && stream_.record_length == 1 && !stream_.encrypted)
    return; // its other half comes in the next record
  const bool in_clear = stream_.alert_have == 2 && clear_alert(stream_.alert[0]) &&
                        (stream_.record_length <= 2 || in_clear_by_suite() ||
                         (!stream_.encrypted && session_.has_client_hello));
  const Alert alert{in_clear ? stream_.alert[0] : std::uint8_t{0},
                    in_clear ? stream_.alert[1] : std::uint8_t{0}, from_, !in_clear, at_};
  stream_.alert_have = 0;
  known_.type = in_clear ? alert.code : std::uint8_t{0xff};
  known_.level = alert.level;
  known_.encrypted = !in_clear;
  if (!session_.alerts.push(alert))
    count(session_.alerts_dropped);
  ++core_.counters.alerts;
  events_ |= in_clear ? event::alert : event::encrypted_alert;
  if (in_clear)
    note_history('l');
}

// After a gap: does a record begin here?
bool Walk::resync(Bytes bytes) {
  if (bytes.size() < kRecordHeader)
    return false;
  const RecordHeader header(bytes.data());
  const bool as_before = stream_.started && header.plausible() && header.length > 0 &&
                         header.version == RecordHeader(stream_.header.data()).version;
  if (!header.convincing() && !as_before)
    return false;
  stream_.lost = false;
  return true;
}

void Walk::lose_position() {
  drop_message();
  stream_.lost = true;
  stream_.record_left = 0;
  stream_.header_have = 0;
  stream_.alert_have = 0;
  stream_.opaque = false;
  session_.capture_loss |= !session_.established;
}

// Missing bytes do no harm as long as they are all of one body that nobody reads, or of one
// message, which then can't be read, but whose end is known.
Events Walk::skip(std::uint64_t missing) {
  if (missing == 0 || stream_.ended || stream_.lost)
    return 0;
  const bool in_message =
      stream_.record_type != kAlert && stream_.message_open && missing <= stream_.message_left;
  if (missing > stream_.record_left || !(stream_.opaque || in_message)) {
    lose_position();
    return 0;
  }
  const auto n = static_cast<std::uint32_t>(missing);
  const bool unread = stream_.opaque;
  stream_.record_left -= n;
  if (!stream_.opaque) {
    stream_.message_left -= n;
    stream_.message_damaged = true;
    session_.capture_loss |= bytes_wanted() > 0;
    if (stream_.message_left == 0)
      end_message({});
  }
  if (stream_.record_left == 0)
    end_record();
  tell_missing(n, unread ? stream_.record_left : stream_.message_left);
  return events_;
}

} // namespace handspan::tls
