#include "tls/session.h"

#include <new>

namespace handspan::tls {

void Session::reset() {
  // Default-initialisation runs the member initialisers alone; a value-initialised temporary would
  // also write the two kilobytes of arrays, for every connection.
  ::new (static_cast<void *>(this)) Session;
}

bool may_be_refused(const Session &session) {
  const Stream &client = session.stream[session.client_side];
  const unsigned before = client.hidden_records - client.hidden_after_finished -
                          static_cast<unsigned>(client.short_after_finished);
  return !session.client_finished_exact || before > 1 || client.hidden_after_finished > 0;
}

bool established_at_end(const Session &session) {
  if (session.established)
    return true;
  if (session.client_finished != kNever)
    return !session.server_short_first || !may_be_refused(session);
  // With holes in the handshake its messages may be missing; both sides' data after both sides'
  // Change Cipher Spec can't be.
  const auto talks = [](const Stream &s) { return s.ccs_records > 0 && s.application_records > 0; };
  return session.capture_loss && talks(session.stream.client) && talks(session.stream.server);
}

bool may_have_closed(const Session &session) {
  // level, description, inner type, tag (RFC 8446, section 5.2); the tag of …_CCM_8 is half as long
  const std::uint16_t alert = 2 + 1 + (session.cipher == 0x1305 ? 8 : 16);
  const auto closed = [&](const Stream &s) {
    return s.record_type == static_cast<std::uint8_t>(Content::application_data) &&
           s.record_length == alert && s.record_left == 0;
  };
  return session.established && is_tls13(session.version) &&
         (closed(session.stream.client) || closed(session.stream.server));
}

} // namespace handspan::tls
