#include "tls/session.h"

#include <new>

namespace handspan::tls {

void Session::reset() {
  // Default-initialisation runs the member initialisers alone; a value-initialised temporary would
  // also write the two kilobytes of arrays, for every connection.
  ::new (static_cast<void *>(this)) Session;
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

} // namespace handspan::tls
