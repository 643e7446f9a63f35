#include "wire/icmp.h"

#include "wire/ip.h"
#include "wire/walk.h"

namespace handspan::wire {
namespace {

// RFC 792, RFC 1191, RFC 4884:
//   type (1) | code (1) | checksum (2) | unused (1) | quote's length (1), in units of 4
//   | MTU (2), of "fragmentation needed" | quote [ | extensions, if the length is told ]
enum Icmp4 : std::uint8_t { unreachable = 3, time_exceeded = 11, parameter_problem = 12 };
constexpr std::uint8_t kFragmentationNeeded = 4; // code of `unreachable`

// RFC 4443, 3, RFC 4884:
//   type (1) | code (1) | checksum (2) | MTU (4), of "packet too big", else of its first byte the
//   quote's length, in units of 8 | quote [ | extensions, if the length is told ]
enum Icmp6 : std::uint8_t { unreachable6 = 1, too_big6 = 2, exceeded6 = 3, parameter6 = 4 };

constexpr std::uint32_t kHeader = 8;

// The quote's length in bytes as the header tells it, 0 = up to the end.
std::uint32_t quote_length(const std::uint8_t *header, bool v6) {
  if (v6)
    return header[0] == too_big6 ? 0 : header[4] * 8U;
  return header[5] * 4U;
}

// Fills in the MTU, too. A Source Quench and a Redirect are no errors: the segment was passed on.
bool is_error(const std::uint8_t *header, bool v6, std::uint32_t &mtu) {
  const std::uint8_t type = header[0], code = header[1];
  if (v6) {
    mtu = type == too_big6 ? load32(header + 4) : 0;
    return type >= unreachable6 && type <= parameter6;
  }
  mtu = type == unreachable && code == kFragmentationNeeded ? load16(header + 6) : 0;
  return type == unreachable || type == time_exceeded || type == parameter_problem;
}

} // namespace

Step parse_icmp(Rest &rest, PacketView &view) {
  view.payload = rest.at;
  view.payload_captured = rest.captured;
  view.payload_length = rest.length;
  return stop(Kind::icmp);
}

// The quote may end anywhere behind the first eight bytes of its transport (RFC 792), which are
// ports and sequence number of TCP; what its IP header says of its length is that of the original.
bool read_icmp_error(const PacketView &message, IcmpError &error) {
  Rest rest{message.payload, message.payload_captured, message.payload_length};
  const bool v6 = !message.src.is_v4();
  const std::uint8_t *header = rest.take(kHeader);
  if (header == nullptr || !is_error(header, v6, error.mtu))
    return false;
  if (const std::uint32_t length = quote_length(header, v6); length != 0)
    rest.limit(length);
  PacketView quoted;
  const Step step = walk_to_tcp(go(v6 ? Next::ipv6 : Next::ipv4), rest, quoted);
  const std::uint8_t *tcp = step.next == Next::tcp ? rest.take(8) : nullptr;
  if (tcp == nullptr)
    return false;
  error.from = message.src;
  error.type = header[0];
  error.code = header[1];
  error.src = quoted.src;
  error.dst = quoted.dst;
  error.src_port = load16(tcp);
  error.dst_port = load16(tcp + 2);
  error.seq = load32(tcp + 4);
  return true;
}

} // namespace handspan::wire
