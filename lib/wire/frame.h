// A frame as it came from a port or a capture file: what every path hands to the inspector.
#pragma once

#include "base/bytes.h"
#include "base/time.h"

#include <cstdint>

namespace handspan::wire {

// The numbers of the link-layer header type registry of pcap and pcapng (LINKTYPE_…).
enum class LinkType : std::uint16_t {
  null = 0,
  ethernet = 1,
  ppp = 9,
  ppp_hdlc = 50,
  pppoe = 51,
  raw = 101,
  c_hdlc = 104,
  ieee802_11 = 105,
  loop = 108,
  linux_sll = 113,
  ieee802_11_radiotap = 127,
  ipv4 = 228,
  ipv6 = 229,
  nflog = 239,
  linux_sll2 = 276,
};

struct Frame {
  const std::uint8_t *data = nullptr;
  std::uint32_t captured = 0; // bytes at data
  std::uint32_t length = 0;   // bytes the frame had on the wire, >= captured
  base::Nanos time = 0;       // arrival
  std::uint64_t number = 0;   // place in the capture file, from 1; 0 = live
  LinkType link = LinkType::ethernet;
  std::uint16_t port = 0; // which of the probe's ports

  [[nodiscard]] base::Bytes bytes() const { return {data, captured}; }
};

} // namespace handspan::wire
