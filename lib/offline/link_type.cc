#include "offline/link_type.h"

#include <pcap/pcap.h>

namespace handspan::offline {

// libpcap's numbers are the registry's but for those that differed between systems.
std::optional<wire::LinkType> link_type_of(int dlt) {
  using wire::LinkType;
  const auto known = [](LinkType link) {
    return wire::is_decoded(link) ? std::optional(link) : std::nullopt;
  };
  switch (dlt) {
  case DLT_RAW:
    return LinkType::raw;
  case DLT_ATM_RFC1483:
    return LinkType::atm_rfc1483;
  case DLT_ENC:
    return LinkType::enc;
  case DLT_LOOP:
    return LinkType::loop;
  default:
    return dlt < 0 || dlt > 0xffff ? std::nullopt : known(static_cast<LinkType>(dlt));
  }
}

std::string link_type_name(int dlt) {
  std::string text = "type " + std::to_string(dlt);
  if (const char *name = pcap_datalink_val_to_name(dlt))
    text += std::string(" (") + name + ", " + pcap_datalink_val_to_description_or_dlt(dlt) + ")";
  return text;
}

} // namespace handspan::offline
