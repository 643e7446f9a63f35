#include "wire/checksum.h"

#include <cstddef>
#include <cstring>

namespace handspan::wire {
namespace {

constexpr std::uint32_t kTcpHeader = 20, kChecksumAt = 16;
constexpr std::uint16_t kTcpNumber = 6;

// RFC 1071, 2: the sum may be taken in any byte order and in any width, for ones' complement
// carries run round. Here in the machine's order and four bytes at a time.
std::uint64_t sum_of(const std::uint8_t *at, std::size_t length) {
  std::uint64_t sum = 0;
  for (; length >= 8; at += 8, length -= 8) {
    std::uint64_t eight;
    std::memcpy(&eight, at, sizeof eight);
    sum += (eight & 0xffff'ffff) + (eight >> 32);
  }
  std::uint64_t rest = 0;
  std::memcpy(&rest, at, length);
  return sum + (rest & 0xffff'ffff) + (rest >> 32);
}

std::uint16_t folded(std::uint64_t sum) {
  sum = (sum & 0xffff'ffff) + (sum >> 32);
  sum = (sum & 0xffff'ffff) + (sum >> 32);
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(sum);
}

// A number as it stands in a header, in the machine's order.
std::uint16_t in_header(std::uint32_t number) {
  return static_cast<std::uint16_t>((number & 0xff) << 8 | (number >> 8 & 0xff));
}

// RFC 9293, 3.1: source, destination | 0 (1) | protocol (1) | length of the segment (2; in IPv6,
// RFC 8200, 8.1, of four)
std::uint64_t pseudo_header(const PacketView &view, std::uint32_t length) {
  const bool v4 = view.src.is_v4();
  const std::size_t from = v4 ? 12 : 0;
  return sum_of(view.src.bytes.data() + from, 16 - from) +
         sum_of(view.dst.bytes.data() + from, 16 - from) + in_header(kTcpNumber) +
         in_header(length) + in_header(length >> 16);
}

Checksum tcp_checksum(const PacketView &view) {
  if (view.payload_captured < view.payload_length)
    return Checksum::unknown;
  const std::uint32_t header = kTcpHeader + view.options_length;
  const std::uint32_t length = header + view.payload_length;
  const std::uint8_t *segment = view.payload - header;
  const std::uint64_t pseudo = pseudo_header(view, length);
  if (folded(pseudo + sum_of(segment, length)) == 0xffff)
    return Checksum::good;
  std::uint16_t said;
  std::memcpy(&said, segment + kChecksumAt, sizeof said);
  return said == folded(pseudo) ? Checksum::left_out : Checksum::bad;
}

} // namespace

bool is_sound_ipv4_header(const std::uint8_t *header, std::uint32_t length) {
  return folded(sum_of(header, length)) == 0xffff;
}

Judgement judge_checksums(const Frame &frame, const PacketView &view) {
  namespace flag = checksum_flag;
  Judgement judgement;
  const std::uint8_t said = view.tunnel_count == 0 ? frame.checksums : std::uint8_t{0};
  bool sound = true;
  if ((said & (flag::ip_good | flag::ip_bad)) != 0) {
    sound = (said & flag::ip_good) != 0;
  } else if (view.ip_length != 0) {
    const std::uint8_t *header = view.payload - view.options_length - kTcpHeader - view.ip_length;
    sound = is_sound_ipv4_header(header, view.ip_length);
    judgement.computed = true;
  }
  if (!sound) {
    judgement.checksum = Checksum::bad;
  } else if ((said & (flag::tcp_good | flag::tcp_bad)) != 0) {
    judgement.checksum = (said & flag::tcp_good) != 0 ? Checksum::good : Checksum::bad;
  } else {
    judgement.checksum = tcp_checksum(view);
    judgement.computed = true;
  }
  return judgement;
}

} // namespace handspan::wire
