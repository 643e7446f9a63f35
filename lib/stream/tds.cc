// A packet (MS-TDS, 2.2.3.1), its length with these eight bytes:
//
//   type (1) | status (1) | length (2) | SPID (2) | packet id (1) | window (1) | content
#include "stream/tds.h"

namespace handspan::stream {

namespace {

constexpr std::uint8_t kPrelogin = 0x12, kAnswer = 0x04;
constexpr std::uint8_t kHeader = 8;

} // namespace

void Tds::header_byte(Direction &d, std::uint8_t byte) {
  const std::uint8_t place = d.have++;
  if (place == 0) {
    d.prelogin = byte == kPrelogin;
    if (byte != kPrelogin && byte != kAnswer)
      d.part = Part::lost;
  } else if (place == 2) {
    d.packet_left = static_cast<std::uint16_t>(byte << 8);
  } else if (place == 3) {
    d.packet_left = static_cast<std::uint16_t>(d.packet_left | byte);
  } else if (place == kHeader - 1) {
    d.have = 0;
    d.begins = true;
    d.part = d.packet_left > kHeader ? Part::content : Part::lost;
    d.packet_left = static_cast<std::uint16_t>(d.packet_left - kHeader);
  }
}

} // namespace handspan::stream
