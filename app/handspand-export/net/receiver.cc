#include "net/receiver.h"

#include <utility>

namespace handspan::exporter::net {

std::optional<Receiver> parse_receiver(std::string_view text) {
  constexpr std::string_view kUnix = "unix:";
  Receiver receiver;
  if (text.starts_with(kUnix) && text.size() > kUnix.size()) {
    receiver.transport = Transport::unix_datagrams;
    receiver.host = text.substr(kUnix.size());
    return receiver;
  }
  constexpr std::pair<std::string_view, Transport> kSchemes[] = {
      {"udp://", Transport::udp}, {"tcp://", Transport::tcp}, {"tls://", Transport::tls}};
  for (const auto &[scheme, transport] : kSchemes) {
    if (!text.starts_with(scheme))
      continue;
    text.remove_prefix(scheme.size());
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size() ||
        text.find_first_not_of("0123456789", colon + 1) != std::string_view::npos)
      return std::nullopt;
    std::string_view host = text.substr(0, colon);
    if (host.front() == '[' && host.back() == ']') // an address of IPv6
      host = host.substr(1, host.size() - 2);
    receiver.transport = transport;
    receiver.host = host;
    receiver.port = text.substr(colon + 1);
    return receiver;
  }
  return std::nullopt;
}

Receiver read_receiver(Keys &keys) {
  const std::string to = keys.needed("to");
  Receiver receiver = parse_receiver(to).value_or(Receiver());
  if (!to.empty() && receiver.host.empty())
    keys.refuse("to", "must be udp://HOST:PORT, tcp://HOST:PORT, tls://HOST:PORT or unix:PATH");
  receiver.ca = keys.text("ca", "");
  receiver.certificate = keys.text("certificate", "");
  receiver.key = keys.text("key", "");
  if (receiver.certificate.empty() != receiver.key.empty())
    keys.refuse("certificate", "and key must be given together");
  receiver.confirms = keys.one_of("confirm", {"close", "none"}) == "close";
  return receiver;
}

} // namespace handspan::exporter::net
