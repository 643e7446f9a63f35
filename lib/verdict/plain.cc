// What was said in plain, before TLS or in its place; and the subflows of Multipath TCP.
#include "verdict/when.h"

namespace handspan::verdict {

namespace {

bool is_refused(const Situation &s, record::Wish wish) {
  return s.r.app.wish == wish;
}

bool is_subflow(const Situation &s) {
  return s.r.tcp.mptcp == record::Mptcp::join;
}

} // namespace

bool tls_refused(const Situation &s) {
  return is_refused(s, record::Wish::tls);
}

bool proxy_refused(const Situation &s) {
  return is_refused(s, record::Wish::tunnel);
}

// Nobody knows that the server takes no such header, but it answered nothing in TLS: it left, or
// said that it had not expected that. Who answers in plain speaks plain.
bool proxy_header_refused(const Situation &s) {
  const Record &r = s.r;
  const bool header = r.app.protocol.view().starts_with("PROXY ");
  const bool reply = r.tls.server_hello != kNever || s.e.not_tls.server;
  const bool unexpected = s.alert != record::kNoAlert &&
                          r.tls.alerts[s.alert].code == record::alert_code::unexpected_message &&
                          r.tls.alerts[s.alert].from == Side::server;
  return header && !reply && !s.from_the_middle && !s.partial &&
         (unexpected || (s.alert == record::kNoAlert && s.closed_first(Side::server)));
}

// What one subflow shows says nothing of the stream that it carries a part of: what is lost or cut
// off here goes another way (RFC 8684, section 3.3.6).
bool subflow_closed(const Situation &s) {
  return is_subflow(s) && s.any_fin;
}

bool subflow_gone(const Situation &s) {
  return is_subflow(s) && !s.alive;
}

} // namespace handspan::verdict
