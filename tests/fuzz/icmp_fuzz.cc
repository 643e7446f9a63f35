// ICMP errors and what they quote. A quote that is built as it should be is told as it was built;
// any other is read without a fault.
//
//   input = shape (1) | type (1) | code (1) | told length (1) | MTU (2) | bytes of the quote
// shape: bit 0 IPv6 · bit 1 the bytes are a TCP segment behind a sound IP header, else all of the
// quote · bit 2 a fragment header (IPv6) or options (IPv4) before it
#include "base/reader.h"
#include "use.h"
#include "wire/decode.h"
#include "wire/icmp.h"

#include "../unit/wire/packet_builder.h"

#include <string>

namespace {

using namespace handspan;
using fuzz::require;

constexpr std::uint8_t kTcp = 6, kIcmp = 1, kIcmp6 = 58;

struct Shape {
  bool v6, sound, more;
};

test::Layer quote_of(Shape shape, base::Bytes bytes) {
  test::Layer segment = test::layer({bytes.begin(), bytes.end()}, 0x88b5, kTcp);
  if (!shape.sound)
    return segment;
  if (!shape.v6)
    return test::ipv4({.options = test::Buffer(shape.more ? 8 : 0, 1)}, segment);
  if (shape.more) { // of a whole datagram (RFC 6946)
    test::Buffer head = {kTcp, 0, 0, 0, 0, 0, 0, 9};
    test::put(head, segment.bytes);
    segment = test::layer(std::move(head), 0x88b5, 44);
  }
  return test::ipv6({}, segment);
}

bool is_error(bool v6, std::uint8_t type) {
  return v6 ? type >= 1 && type <= 4 : type == 3 || type == 11 || type == 12;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  base::Reader in({data, size});
  const std::uint8_t bits = in.u8();
  const Shape shape{(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0};
  const std::uint8_t type = in.u8(), code = in.u8(), length = in.u8();
  const std::uint16_t mtu = in.u16();
  const base::Bytes bytes = in.rest();

  test::Buffer message = {
      type, code, 0, 0, shape.v6 ? length : std::uint8_t{0}, shape.v6 ? std::uint8_t{0} : length};
  test::put16(message, mtu);
  test::put(message, quote_of(shape, bytes).bytes);
  const test::Layer icmp = test::layer(message, 0x88b5, shape.v6 ? kIcmp6 : kIcmp);
  const test::Buffer packet =
      test::ethernet(shape.v6 ? test::ipv6({}, icmp) : test::ipv4({}, icmp)).bytes;

  const wire::Frame frame = test::frame_of(packet);
  wire::PacketView view;
  require(wire::decode(frame, view) == wire::Kind::icmp);
  wire::IcmpError error;
  const bool read = wire::read_icmp_error(view, error);
  require(!read || is_error(shape.v6, type));
  const bool whole = length == 0 || (shape.v6 && type == 2);
  if (!shape.sound || !whole || bytes.size() < 8 || !is_error(shape.v6, type))
    return 0;
  base::Reader tcp(bytes);
  require(read && error.type == type && error.code == code);
  require(error.src_port == tcp.u16() && error.dst_port == tcp.u16() && error.seq == tcp.u32());
  require(error.src == (shape.v6 ? test::address6(1) : test::address4(0x0a000001)));
  return 0;
}
