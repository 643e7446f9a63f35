// All that a record says, as one line: to compare records by value, whatever lies in the unused
// parts of their arrays, and to read the difference when they are not equal.
#pragma once

#include "record/names.h"
#include "record/record.h"

#include <sstream>
#include <string>

namespace handspan::test {

class RecordText {
public:
  explicit RecordText(const record::Record &r) : r_(r) {
    add("kind", record::name(r.phase), static_cast<int>(r.kind), static_cast<int>(r.outcome),
        static_cast<int>(r.cause), static_cast<int>(r.by), static_cast<int>(r.step),
        static_cast<int>(r.confidence));
    add("id", r.flow_id, r.first, r.last, r.client_port, r.server_port, r.first_data, r.last_data);
    address(r.client);
    address(r.server);
    for (std::size_t i = 0; i < r.vlan_count; ++i)
      add("vlan", r.vlans[i]);
    for (std::size_t i = 0; i < r.tunnel_count; ++i)
      add("tunnel", static_cast<int>(r.tunnels[i]));
    for (const record::PhaseSpan &p : r.phases)
      if (p.packets > 0)
        add("phase", p.start, p.end, p.first_packet, p.last_packet, p.packets);
    tcp();
    if (r.tls.present)
      tls();
    for (const record::RuleHit &hit : r.rules)
      add("rule", hit.id, r.view(hit.name), r.view(hit.field));
  }
  [[nodiscard]] std::string str() const { return out_.str(); }

private:
  template <class... Values> void add(const char *name, const Values &...values) {
    out_ << name;
    ((out_ << ' ' << values), ...);
    out_ << "; ";
  }
  template <class T> void both(const char *name, const base::Both<T> &b) {
    add(name, +b.client, +b.server);
  }
  void address(const base::Address &a) { add("address", a.word(0), a.word(1)); }
  void tcp() {
    const record::Tcp &t = r_.tcp;
    add("tcp", t.syn, t.syn_ack, t.ack, t.close, t.end, t.established, t.has_first_close,
        static_cast<int>(t.first_close), static_cast<int>(t.teardown),
        static_cast<int>(t.conn_state), t.roles_guessed, t.fast_open, t.history.view());
    both("packets", t.packets);
    both("wire", t.wire_bytes);
    both("payload", t.payload_bytes);
    both("gap_bytes", t.gap_bytes);
    both("retransmissions", t.retransmissions);
    both("out_of_order", t.out_of_order);
    both("gaps", t.gaps);
    both("duplicates", t.duplicates);
    both("fin", t.fin);
    both("rst", t.rst);
    both("keep_alives", t.keep_alives);
    both("zero_windows", t.zero_windows);
  }
  void tls() {
    const record::Tls &t = r_.tls;
    add("tls", t.established, t.established_inferred, t.resumed, t.hello_retry, t.early_data, t.ech,
        t.sslv2_hello, t.client_certificate_requested, +t.messages_dropped, +t.alerts_dropped,
        t.version, t.client_version, t.cipher, t.curve);
    add("times", t.start, t.client_hello, t.server_hello, t.finished);
    add("names", r_.view(t.sni), r_.view(t.alpn), r_.view(t.alpn_offered), t.ssl_history.view());
    if (t.has_ja4)
      add("ja4", std::string_view(t.ja4.data(), t.ja4.size()));
    for (const record::Certificate *c : {&t.certificate.client, &t.certificate.server})
      if (c->chain_length > 0)
        add("certificate", +c->chain_length, c->known, c->parsed, r_.view(c->subject));
    for (const record::Message &m : t.messages)
      add("message", +m.content, +m.type, static_cast<int>(m.from), m.encrypted, m.packet, m.time);
    for (const record::Alert &a : t.alerts)
      add("alert", +a.level, +a.code, static_cast<int>(a.from), a.encrypted, a.packet, a.time);
  }

  const record::Record &r_;
  std::ostringstream out_;
};

inline std::string text_of(const record::Record &record) {
  return RecordText(record).str();
}

} // namespace handspan::test
