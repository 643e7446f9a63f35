// A fragment on its way to the datagram that it is a piece of.
#include "inspect/state.h"
#include "wire/checksum.h"
#include "wire/fragment.h"

namespace handspan::inspect {

namespace {

// The payload of a fragment's view is all of it.
bool is_sound(const wire::PacketView &view) {
  return view.kind != wire::Kind::ipv4_fragment ||
         wire::is_sound_ipv4_header(view.payload, view.ip_length);
}

} // namespace

// What the frame is, now that it may have completed a datagram: inside of a tunnel's, there may be
// another one in pieces.
wire::Kind Inspector::State::put_together(const wire::Frame &frame, wire::PacketView &view) {
  for (std::size_t depth = 0; depth < wire::kMaxTunnels && wire::is_fragment(view.kind); ++depth) {
    const wire::Fragment fragment = wire::read_fragment(view);
    if (settings.checksums == Checksums::drop && !is_sound(view)) [[unlikely]]
      break;
    const auto whole = reassembler.take(view.src, view.dst, fragment, frame.time);
    if (!whole)
      break;
    wire::decode_payload(fragment.v6, whole->protocol, whole->bytes, whole->length, view);
  }
  return view.kind;
}

} // namespace handspan::inspect
