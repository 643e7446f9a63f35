// wire::decode on any bytes. Input: link type (2 bytes, the highest bit for "the capture cut this
// frame"), then the frame.
#include "wire/decode.h"

#include "base/reader.h"
#include "wire/fragment.h"
#include "wire/icmp.h"
#include "wire/tcp_options.h"

#include <cstdint>
#include <cstdlib>

using namespace handspan;

namespace {

void require(bool held) {
  if (!held)
    std::abort();
}

// What every user of a view relies on.
void check(const wire::Frame &frame, wire::Kind kind, const wire::PacketView &view) {
  require(kind == view.kind);
  require(static_cast<std::size_t>(kind) < wire::kKinds);
  require(view.vlan_count <= wire::kMaxVlans && view.tunnel_count <= wire::kMaxTunnels);
  if (wire::IcmpError error; kind == wire::Kind::icmp)
    (void)wire::read_icmp_error(view, error);
  if (wire::is_fragment(kind)) {
    const wire::Fragment f = wire::read_fragment(view);
    require(f.bytes.size() <= f.length && f.bytes.data() >= frame.data);
    require(f.bytes.data() + f.bytes.size() <= frame.data + frame.captured);
    wire::PacketView whole = view;
    check({f.bytes.data(), static_cast<std::uint32_t>(f.bytes.size()), f.length},
          wire::decode_payload(f.v6, f.protocol, f.bytes, f.length, whole), whole);
  }
  if (kind != wire::Kind::tcp)
    return;
  require(view.payload >= frame.data && view.payload <= frame.data + frame.captured);
  const auto left = static_cast<std::size_t>(frame.data + frame.captured - view.payload);
  require(view.payload_captured <= left);
  require(view.payload_captured <= view.payload_length);
  require(view.payload_length <= frame.length);
  require(view.payload - frame.data >= view.options_length);
  require(wire::read_tcp_options(view).sack.size() <= 4);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  constexpr std::uint32_t kCut = 0x8000, kMissing = 1000;
  base::Reader reader({data, size});
  const std::uint16_t head = reader.u16();
  const base::Bytes bytes = reader.rest();
  wire::Frame frame;
  frame.data = bytes.data();
  frame.captured = static_cast<std::uint32_t>(bytes.size());
  frame.length = frame.captured + ((head & kCut) != 0 ? kMissing : 0);
  frame.link = static_cast<wire::LinkType>(head & ~kCut);
  wire::PacketView view;
  check(frame, wire::decode(frame, view), view);
  return 0;
}
