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
  if (session.client_finished == kNever)
    return false;
  const Stream &server = session.stream.server;
  return server.short_after_finished == 0 || session.first_after_finished == Side::client;
}

} // namespace handspan::tls
