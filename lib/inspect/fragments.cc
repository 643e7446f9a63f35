// A fragment on its way to the datagram that it is a piece of.
#include "inspect/state.h"
#include "wire/fragment.h"

namespace handspan::inspect {

// What the frame is, now that it may have completed a datagram: inside of a tunnel's, there may be
// another one in pieces.
wire::Kind Inspector::State::put_together(const wire::Frame &frame, wire::PacketView &view) {
  for (std::size_t depth = 0; depth < wire::kMaxTunnels && wire::is_fragment(view.kind); ++depth) {
    const wire::Fragment fragment = wire::read_fragment(view);
    const auto whole = reassembler.take(view.src, view.dst, fragment, frame.time);
    if (!whole)
      break;
    wire::decode_payload(fragment.v6, whole->protocol, whole->bytes, whole->length, view);
  }
  return view.kind;
}

} // namespace handspan::inspect
