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
  token_ring = 6,
  arcnet_bsd = 7,
  slip = 8,
  ppp = 9,
  fddi = 10,
  ppp_hdlc = 50,
  pppoe = 51,
  atm_rfc1483 = 100,
  raw = 101,
  c_hdlc = 104,
  ieee802_11 = 105,
  frame_relay = 107,
  loop = 108,
  enc = 109,
  linux_sll = 113,
  pflog = 117,
  ieee802_11_prism = 119,
  ip_over_fc = 122,
  sunatm = 123,
  ieee802_11_radiotap = 127,
  arcnet_linux = 129,
  apple_ip_over_ieee1394 = 138,
  docsis = 143,
  ieee802_11_avs = 163,
  ppp_pppd = 166,
  juniper_ether = 178,
  juniper_frame_relay = 179,
  juniper_ppp = 180,
  juniper_c_hdlc = 181,
  ppi = 192,
  erf = 197,
  ppp_with_dir = 204,
  c_hdlc_with_dir = 205,
  frame_relay_with_dir = 206,
  mpls = 219,
  ipv4 = 228,
  ipv6 = 229,
  nflog = 239,
  netanalyzer = 240,
  pktap = 258,
  ethernet_mpacket = 274,
  linux_sll2 = 276,
};

// Whether the decoder knows it.
bool is_decoded(LinkType link);

// What the port says of a frame's outermost checksums; neither good nor bad: nothing. Good wins: of
// some packets the data is known to be sound although nobody has put a checksum in.
namespace checksum_flag {
inline constexpr std::uint8_t tcp_bad = 0x01, ip_bad = 0x02, ip_good = 0x10, tcp_good = 0x20;
} // namespace checksum_flag

struct Frame {
  const std::uint8_t *data = nullptr;
  std::uint32_t captured = 0; // bytes at data
  std::uint32_t length = 0;   // bytes the frame had on the wire, >= captured
  base::Nanos time = 0;       // arrival
  std::uint64_t number = 0;   // place in the capture file, from 1; 0 = live
  LinkType link = LinkType::ethernet;
  std::uint16_t port = 0;     // which of the probe's ports
  std::uint8_t checksums = 0; // of checksum_flag

  [[nodiscard]] base::Bytes bytes() const { return {data, captured}; }
};

} // namespace handspan::wire
