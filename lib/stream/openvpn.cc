// A frame on TCP (OpenVPN's protocol reference, "Data channel / Control channel", and
// draft-openvpn-openvpn-wire-protocol):
//
//   length (2) | opcode (5 bits), key id (3 bits) | session id (8)
//   | with tls-auth: HMAC (16 … 64), packet id (4), time (4)
//   | number of acknowledgements (1) | acknowledged message (4) … | peer's session id (8), if any
//   | message number (4) | content
//
// Frames of the data channel have other things after the key id, P_ACK_V1 ends before the message
// number, and only P_CONTROL_V1 has content.
#include "stream/openvpn.h"

#include "base/reader.h"

namespace handspan::stream {

namespace {

constexpr std::uint8_t kControl = 4, kHardResetClient = 7;
constexpr std::uint32_t kSessionId = 8, kPacketIdAndTime = 8;
constexpr std::uint32_t kMostPacketId = 0xffff; // they count from 1

constexpr std::uint8_t first_byte(std::uint8_t opcode) {
  return static_cast<std::uint8_t>(opcode << 3); // of key 0
}

// Lengths of the digests that an HMAC may have: MD5 to SHA-512.
constexpr bool is_digest(std::size_t bytes) {
  return bytes == 16 || bytes == 20 || bytes == 28 || bytes == 32 || bytes == 48 || bytes == 64;
}

} // namespace

bool OpenVpn::begin(base::Bytes bytes) {
  constexpr std::size_t kBare = 1 + kSessionId + 1 + 4; // nothing acknowledged, message 0
  base::Reader reader(bytes);
  base::Reader frame = reader.vector16();
  const std::size_t size = frame.remaining();
  if (!frame.ok() || size < kBare || frame.u8() != first_byte(kHardResetClient))
    return false;
  frame.skip(kSessionId);
  if (size > kBare) {
    if (size < kBare + kPacketIdAndTime || !is_digest(size - kBare - kPacketIdAndTime))
      return false;
    frame.skip(size - kBare - kPacketIdAndTime);
    const std::uint32_t packet_id = frame.u32();
    if (packet_id == 0 || packet_id > kMostPacketId)
      return false; // with tls-crypt other things stand here
    frame.skip(4);
  }
  const bool nothing_acknowledged = frame.u8() == 0;
  if (!nothing_acknowledged || frame.u32() != 0 || !frame.ok())
    return false;
  authentication_ = static_cast<std::uint8_t>(size - kBare);
  return true;
}

// Enters a part that has so many bytes; one that the frame has no room for ends the frame instead.
void OpenVpn::Direction::expect(Part next, std::uint32_t bytes) {
  value = 0;
  const bool fits = next == Part::length || bytes <= frame_left;
  if (!fits)
    wanted = false;
  part = fits ? next : Part::content;
  part_left = static_cast<std::uint16_t>(fits ? bytes : 0);
  if (part == Part::content && frame_left == 0) {
    part = Part::length;
    part_left = 2;
  }
}

void OpenVpn::header_byte(Direction &d, std::uint8_t byte) const {
  d.value = d.value << 8 | byte;
  if (d.part != Part::length)
    --d.frame_left;
  if (--d.part_left == 0)
    next_part(d);
}

// The part that `value` belongs to is complete.
void OpenVpn::next_part(Direction &d) const {
  const std::uint32_t value = d.value;
  switch (d.part) {
  case Part::length:
    d.frame_left = static_cast<std::uint16_t>(value);
    d.wanted = false;
    if (value == 0)
      d.part = Part::lost; // no frame is that short
    else
      d.expect(Part::opcode, 1);
    return;
  case Part::opcode:
    if (value == first_byte(kControl))
      d.expect(Part::session, kSessionId + authentication_);
    else
      d.expect(Part::content, 0);
    return;
  case Part::session:
    d.expect(Part::acks, 1);
    return;
  case Part::acks:
    if (value == 0)
      d.expect(Part::number, 4);
    else
      d.expect(Part::acked, value * 4 + kSessionId);
    return;
  case Part::acked:
    d.expect(Part::number, 4);
    return;
  case Part::number:
    d.wanted = value == d.next_number; // else sent again: it has been read
    d.next_number += d.wanted ? 1 : 0;
    d.expect(Part::content, 0);
    return;
  case Part::content:
  case Part::lost:
    return;
  }
}

} // namespace handspan::stream
