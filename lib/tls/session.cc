#include "tls/session.h"

#include <new>

namespace handspan::tls {

void Session::reset() {
  // Default-initialisation runs the member initialisers alone; a value-initialised temporary would
  // also write the two kilobytes of arrays, for every connection.
  ::new (static_cast<void *>(this)) Session;
}

bool established_at_end(const Session &session) {
  return session.established || (session.client_finished != kNever && !session.server_short_first);
}

} // namespace handspan::tls
