#include "wire/tcp_options.h"

#include "base/reader.h"

namespace handspan::wire {
namespace {

// IANA, "TCP Option Kind Numbers".
enum Option : std::uint8_t { end_of_list = 0, no_operation = 1, sack = 5, timestamps = 8 };

// RFC 2018, 3:  left edge (4) | right edge (4), once for each block
void take_sack(base::Reader value, TcpOptions &options) {
  while (value.remaining() >= 8) {
    const std::uint32_t begin = value.u32();
    const std::uint32_t end = value.u32();
    if (!options.sack.push({begin, end}))
      return;
  }
}

} // namespace

// RFC 9293, 3.1:  kind (1) = 0 or 1   or   kind (1) | length of all three (1) | value
TcpOptions read_tcp_options(const PacketView &view) {
  TcpOptions options;
  base::Reader reader({view.payload - view.options_length, view.options_length});
  while (!reader.empty()) {
    const std::uint8_t kind = reader.u8();
    if (kind == end_of_list)
      break;
    if (kind == no_operation)
      continue;
    const std::uint8_t length = reader.u8();
    if (length < 2)
      break;
    const base::Reader value = reader.sub(length - 2U);
    if (!value.ok())
      break;
    if (kind == timestamps)
      options.timestamps = true;
    else if (kind == sack)
      take_sack(value, options);
  }
  return options;
}

} // namespace handspan::wire
