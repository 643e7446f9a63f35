#include "tls/session.h"

#include <new>

namespace handspan::tls {

void Session::reset() {
  // Default-initialisation runs the member initialisers alone; a value-initialised temporary would
  // also write the two kilobytes of arrays, for every connection.
  ::new (static_cast<void *>(this)) Session;
}

bool sent_certificate(const Session &session) {
  const Stream &client = session.stream[session.client_side];
  const unsigned before = client.hidden_records - client.hidden_after_finished -
                          static_cast<unsigned>(client.short_after_finished);
  return !session.client_finished_exact || before > 1;
}

bool may_be_refused(const Session &session) {
  return sent_certificate(session) || session.stream[session.client_side].hidden_after_finished > 0;
}

bool established_at_end(const Session &session) {
  if (session.established)
    return true;
  if (session.client_finished != kNever)
    return !session.server_short_first;
  // With holes in the handshake its messages may be missing; both sides' data after both sides'
  // Change Cipher Spec can't be.
  const auto talks = [](const Stream &s) { return s.ccs_records > 0 && s.application_records > 0; };
  return session.capture_loss && talks(session.stream.client) && talks(session.stream.server);
}

// level, description, padding, inner type, tag (RFC 8446, section 5.2); the tag of …_CCM_8 is half
// as long
std::uint16_t alert_length(const Session &session, Side side) {
  const unsigned tag = session.cipher == 0x1305 ? 8 : 16;
  return static_cast<std::uint16_t>(2 + session.stream[side].padding + 1 + tag);
}

bool may_have_closed(const Session &session, Side side, Position position) {
  const Stream &stream = session.stream[side];
  if (!established_at_end(session) || !is_tls13(session.version))
    return false;
  const std::uint16_t alert = alert_length(session, side);
  if (position.is_data())
    return position.left() == 0 && position.length() == alert;
  return stream.record_type == static_cast<std::uint8_t>(Content::application_data) &&
         stream.record_length == alert && stream.record_left == 0;
}

} // namespace handspan::tls
