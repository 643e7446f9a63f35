#include "wire/tcp.h"

#include "base/reader.h"
#include "wire/tcp_option_kind.h"

namespace handspan::wire {
namespace {

// RFC 7323, 2.3: a receiver takes a larger shift for 14.
constexpr std::uint8_t kMaxWindowScale = 14;

// RFC 6994, 3: the first two bytes name the experiment; RFC 7413 had this one before its number.
constexpr std::uint16_t kFastOpenExperiment = 0xf989;

// RFC 8684, 3:  subtype (4 bits) | …
Mptcp multipath_of(std::uint8_t first) {
  switch (first >> 4) {
  case 0:
    return Mptcp::capable;
  case 1:
    return Mptcp::join;
  default:
    return Mptcp::none;
  }
}

void take_option(std::uint8_t kind, base::Reader value, PacketView &view) {
  switch (kind) {
  case maximum_segment_size: // RFC 9293, 3.7.1
    if (value.remaining() == 2)
      view.mss = value.u16();
    break;
  case window_scale:
    if (value.remaining() == 1) {
      const std::uint8_t shift = value.u8();
      view.window_scale = shift < kMaxWindowScale ? shift : kMaxWindowScale;
    }
    break;
  case multipath:
    if (!value.empty())
      view.mptcp = multipath_of(value.u8());
    break;
  case fast_open: // RFC 7413, 4.1.1: with a cookie, or empty to ask for one
    view.fast_open = true;
    break;
  case experiment:
    view.fast_open = view.fast_open || value.u16() == kFastOpenExperiment;
    break;
  default:
    break;
  }
}

} // namespace

// RFC 9293, 3.1:  kind (1) = 0 or 1   or   kind (1) | length of all three (1) | value
// A list that contradicts itself ends where it does so.
void parse_tcp_options(base::Bytes options, PacketView &view) {
  base::Reader reader(options);
  while (!reader.empty()) {
    const std::uint8_t kind = reader.u8();
    if (kind == end_of_list)
      return;
    if (kind == no_operation)
      continue;
    const std::uint8_t length = reader.u8();
    if (length < 2)
      return;
    const base::Reader value = reader.sub(length - 2U);
    if (!value.ok())
      return;
    take_option(kind, value, view);
  }
}

} // namespace handspan::wire
