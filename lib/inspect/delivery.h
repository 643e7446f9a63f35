// Bytes of one direction on their way from the TCP segment to whoever reads them.
#pragma once

#include "base/side.h"
#include "inspect/moment.h"
#include "tls/piece.h"

namespace handspan::inspect {

struct Delivery {
  base::Side from = base::Side::client; // follows if the roles are exchanged on the way
  Moment came;                          // the packet that they came in
  Moment now;                           // the packet that is looked at
  Arrival latest;                       // the last packet of those whose bytes are handed on
  tls::PieceSink *pieces = nullptr;     // wants to know what they are; null: nobody does
  bool order_over = false;              // nothing wants the bytes in order any more
};

} // namespace handspan::inspect
