#include "wire/tcp_options.h"

#include "wire/tcp_option_list.h"

namespace handspan::wire {
namespace {

// RFC 2018, 3:  left edge (4) | right edge (4), once for each block
void take_sack(base::Reader value, TcpOptions &options) {
  while (value.remaining() >= 8) {
    const std::uint32_t begin = value.u32();
    const std::uint32_t end = value.u32();
    if (!options.sack.push({begin, end}))
      return;
  }
}

// RFC 7323, 3.2:  TSval (4) | TSecr (4)
void take(std::uint8_t kind, base::Reader value, TcpOptions &options) {
  if (kind == tcp_option::timestamps && value.remaining() == 8) {
    options.timestamps = true;
    options.stamp = value.u32();
  } else if (kind == tcp_option::sack) {
    take_sack(value, options);
  } else if (kind == tcp_option::md5_signature || kind == tcp_option::authentication) {
    options.is_signed = true;
  }
}

} // namespace

std::uint16_t urgent_place(const PacketView &view) {
  const std::uint8_t *pointer = view.payload - view.options_length - 2;
  const auto place = static_cast<std::uint16_t>(pointer[0] << 8 | pointer[1]);
  return place == 0 ? place : static_cast<std::uint16_t>(place - 1);
}

TcpOptions read_tcp_options(const PacketView &view) {
  TcpOptions options;
  each_tcp_option(
      {view.payload - view.options_length, view.options_length},
      [&options](std::uint8_t kind, const base::Reader &value) { take(kind, value, options); });
  return options;
}

} // namespace handspan::wire
