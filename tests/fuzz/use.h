// What printers do with records and stories: whoever promises sane ones is held to it here.
#pragma once

#include "record/names.h"
#include "record/record.h"
#include "record/story.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace handspan::fuzz {

inline void require(bool holds, const char *file = __builtin_FILE(), int line = __builtin_LINE()) {
  if (holds)
    return;
  std::fprintf(stderr, "%s:%d does not hold\n", file, line);
  std::abort();
}

inline void use(const record::Record &r) {
  std::size_t sum = record::name(r.phase).size() + record::name(r.step).size() +
                    record::help(r.cause).size() + record::name(r.tcp.conn_state).size();
  require(record::name(r.cause) != "?" && record::name(r.outcome) != "?");
  for (const char c : r.tcp.history.view())
    sum += static_cast<unsigned char>(c);
  for (const record::Message &m : r.tls.messages.view())
    sum += record::message_name(m.content, m.type, m.encrypted).size() +
           record::name(r.phase).size() + (m.from == base::Side::client ? 1 : 0);
  for (const record::Alert &a : r.tls.alerts.view())
    sum += record::alert_name(a.code).size() + (a.encrypted ? 1 : 0);
  for (const record::RuleHit &hit : r.rules.view())
    for (const char c : r.view(hit.name))
      sum += static_cast<unsigned char>(c);
  for (const record::Text text : {r.tls.sni, r.tls.alpn, r.tls.certificate.server.san})
    for (const char c : r.view(text))
      sum += static_cast<unsigned char>(c);
  for (std::size_t i = 0; i < r.vlan_count; ++i)
    sum += r.vlans[i];
  for (std::size_t i = 0; i < r.tunnel_count; ++i)
    sum += r.tunnels[i];
  require(r.text_used <= r.text.size() && sum != SIZE_MAX);
  require(r.decided.alert == record::kNoAlert || r.decided.alert < r.tls.alerts.size());
}

// Every fact with its parts, as a teller goes through them.
inline void use(const record::Story &story) {
  std::size_t at = 0, sum = 0;
  for (const record::PacketFact &fact : story.facts) {
    sum += record::name(fact.phase).size() + (fact.from == base::Side::client ? 1 : 0);
    for (unsigned part = 0; part < fact.parts; ++part)
      sum += story.parts.view()[at++].bytes;
  }
  require(at == story.parts.size() && at <= record::kMaxStoryParts && sum != SIZE_MAX);
}

} // namespace handspan::fuzz
