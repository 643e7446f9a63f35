#include "wire/tcp.h"

#include "wire/tcp_option_list.h"

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
  case tcp_option::maximum_segment_size: // RFC 9293, 3.7.1
    if (value.remaining() == 2)
      view.mss = value.u16();
    break;
  case tcp_option::window_scale:
    if (value.remaining() == 1) {
      const std::uint8_t shift = value.u8();
      view.window_scale = shift < kMaxWindowScale ? shift : kMaxWindowScale;
    }
    break;
  case tcp_option::multipath:
    if (!value.empty())
      view.mptcp = multipath_of(value.u8());
    break;
  case tcp_option::fast_open: // RFC 7413, 4.1.1: with a cookie, or empty to ask for one
    view.fast_open = true;
    break;
  case tcp_option::experiment:
    view.fast_open = view.fast_open || value.u16() == kFastOpenExperiment;
    break;
  default:
    break;
  }
}

} // namespace

void parse_tcp_options(base::Bytes options, PacketView &view) {
  each_tcp_option(options, [&view](std::uint8_t kind, const base::Reader &value) {
    take_option(kind, value, view);
  });
}

} // namespace handspan::wire
