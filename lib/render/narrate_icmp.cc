// What an ICMP error says of a packet of the connection.
#include "render/facts.h"
#include "render/narrator.h"
#include "render/units.h"

namespace handspan::render {

// As the record has it, as far as the packet's fact tells it. Who sent it is known of that error
// alone that the record names.
record::Icmp Narrator::icmp_of(const Packet &p) const {
  record::Icmp icmp;
  icmp.v6 = r_.icmp.v6;
  icmp.type = p.fact.icmp_type();
  icmp.code = p.fact.icmp_code();
  icmp.mtu = p.fact.ack;
  icmp.of = p.fact.from;
  if (icmp.type == r_.icmp.type && icmp.code == r_.icmp.code)
    icmp.from = r_.icmp.from;
  return icmp;
}

void Narrator::icmp(const Packet &p) {
  const record::Icmp error = icmp_of(p);
  const std::string what = icmp_text(error, l_);
  if (error.from == base::Address{})
    say(Phrase::ex_icmp_somebody, {{"side", side(error.of)}, {"what", what}});
  else
    say(Phrase::ex_icmp, {{"from", address(error.from)}, {"side", side(error.of)}, {"what", what}});
  if (error.too_big() && error.mtu != 0)
    say(Phrase::ex_icmp_mtu, {{"side", side(error.of)}, {"mtu", grouped(error.mtu)}});
}

} // namespace handspan::render
