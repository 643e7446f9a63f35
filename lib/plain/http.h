// The few facts of HTTP that tell what happened: method and host of a request, status of a
// response.
#pragma once

#include "base/bytes.h"
#include "base/fixed.h"
#include "base/side.h"

#include <cstdint>

namespace handspan::plain {

struct Http {
  std::uint16_t status = 0; // 0 = none was seen
  base::FixedText<14> method;
  base::FixedText<64> host; // as in the header Host, or the target of a CONNECT

  // Takes what the beginning of a request (client) or response (server) shows; a request's facts
  // are those of the first, the status that of the last. No more than kHead bytes are searched.
  void read(base::Side from, base::Bytes words);
};

} // namespace handspan::plain
