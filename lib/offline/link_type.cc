#include "offline/link_type.h"

#include <pcap/pcap.h>

namespace handspan::offline {

std::optional<wire::LinkType> link_type_of(int dlt) {
  using wire::LinkType;
  switch (dlt) {
  case DLT_NULL:
    return LinkType::null;
  case DLT_EN10MB:
    return LinkType::ethernet;
  case DLT_PPP:
    return LinkType::ppp;
  case DLT_PPP_SERIAL:
    return LinkType::ppp_hdlc;
  case DLT_C_HDLC:
    return LinkType::c_hdlc;
  case DLT_IEEE802_11:
    return LinkType::ieee802_11;
  case DLT_IEEE802_11_RADIO:
    return LinkType::ieee802_11_radiotap;
  case DLT_NFLOG:
    return LinkType::nflog;
  case DLT_PPP_ETHER:
    return LinkType::pppoe;
  case DLT_RAW:
    return LinkType::raw;
  case DLT_LOOP:
    return LinkType::loop;
  case DLT_LINUX_SLL:
    return LinkType::linux_sll;
  case DLT_IPV4:
    return LinkType::ipv4;
  case DLT_IPV6:
    return LinkType::ipv6;
  case DLT_LINUX_SLL2:
    return LinkType::linux_sll2;
  default:
    return std::nullopt;
  }
}

bool is_decoded(wire::LinkType link) {
  using wire::LinkType;
  switch (link) {
  case LinkType::null:
  case LinkType::ethernet:
  case LinkType::ppp:
  case LinkType::ppp_hdlc:
  case LinkType::pppoe:
  case LinkType::raw:
  case LinkType::c_hdlc:
  case LinkType::ieee802_11:
  case LinkType::loop:
  case LinkType::linux_sll:
  case LinkType::ieee802_11_radiotap:
  case LinkType::ipv4:
  case LinkType::ipv6:
  case LinkType::nflog:
  case LinkType::linux_sll2:
    return true;
  }
  return false;
}

std::string link_type_name(int dlt) {
  std::string text = "type " + std::to_string(dlt);
  if (const char *name = pcap_datalink_val_to_name(dlt))
    text += std::string(" (") + name + ", " + pcap_datalink_val_to_description_or_dlt(dlt) + ")";
  return text;
}

} // namespace handspan::offline
