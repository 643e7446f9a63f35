// Past the handshakes.
#include "record/certificate_faults.h"
#include "verdict/when.h"

namespace handspan::verdict {

namespace {

bool in_established(const Situation &s) {
  return s.stage == Stage::established;
}

} // namespace

// A close_notify can't be read once keys are in use, but its place tells it.
bool said_goodbye(const Situation &s) {
  for (const record::Alert &a : s.r.tls.alerts)
    if (a.encrypted || a.code == record::alert_code::close_notify)
      return true;
  return s.e.tls_closing;
}

// Not a byte of payload, and none is missing.
bool unused(const Situation &s) {
  const record::Tcp &tcp = s.r.tcp;
  return in_established(s) && tcp.established && tcp.has_first_close &&
         tcp.payload_bytes.client + tcp.payload_bytes.server == 0 &&
         tcp.gap_bytes.client + tcp.gap_bytes.server == 0;
}

bool tls_unused(const Situation &s) {
  return in_established(s) && s.r.tls.established && s.r.tcp.has_first_close && !s.e.spoke.client &&
         !s.e.spoke.server;
}

// Many clients look at the certificate only when the handshake is over, and leave without a word.
// Who went on with it just now did not refuse it here: browsers drop spare connections like this.
bool certificate_refused(const Situation &s) {
  return tls_unused(s) && s.closed_first(Side::client) && !s.e.client_took_certificate &&
         record::certificate_faults(s.r, Side::server).any();
}

bool alert_for_answer(const Situation &s) {
  return in_established(s) && s.r.tls.established && s.e.answered_by_alert &&
         s.closed_first(Side::server);
}

// A FIN alone may be half a close: the other's data is still taken. And what is in flight when the
// RST comes may be no more than a notice of closing, or the tickets of a session that nobody used.
bool left_while_talking(const Situation &s) {
  return in_established(s) && s.reset && s.r.first_data != kNever &&
         s.e.refused[base::other(s.reset_by)] > kLongestGoodbye;
}

// A FIN in the middle of its sender's own TLS record.
bool record_cut(const Situation &s) {
  return in_established(s) && s.r.tcp.has_first_close && s.fin_first() &&
         s.e.cut_record[s.r.tcp.first_close] > 0;
}

// Plain text of the client, which no bytes of the server answer, and an end. A server that others
// heard speak TLS did not understand it.
bool plain_to_tls_server(const Situation &s) {
  return in_established(s) && !s.r.tls.present && s.r.tcp.has_first_close && !s.partial &&
         s.r.tcp.payload_bytes.client > 0 && s.r.tcp.payload_bytes.server == 0 &&
         s.e.server_speaks_tls;
}

// The port alone says what the server may have expected; that it does not wait for more confirms
// it.
bool plain_to_tls_port(const Situation &s) {
  return in_established(s) && s.closed_first(Side::server) && !s.r.tls.present &&
         s.r.tcp.has_first_close && !s.partial && s.r.tcp.payload_bytes.client > 0 &&
         s.r.tcp.payload_bytes.server == 0 && s.e.on_tls_port;
}

bool closed_in_order(const Situation &s) {
  return in_established(s) && s.r.tcp.teardown == record::Teardown::fin;
}

bool reset_after_close(const Situation &s) {
  return in_established(s) && s.reset && (s.any_fin || said_goodbye(s));
}

bool data_reset(const Situation &s) {
  return in_established(s) && s.reset;
}

bool closed_by_one(const Situation &s) {
  return in_established(s) && !s.alive && s.any_fin;
}

bool silent_from_the_start(const Situation &s) {
  return silent(s) && s.r.tcp.payload_bytes.client + s.r.tcp.payload_bytes.server == 0;
}

bool silent(const Situation &s) {
  return in_established(s) && s.e.ending == Ending::expired;
}

bool replaced(const Situation &s) {
  return in_established(s) && s.e.ending == Ending::replaced;
}

} // namespace handspan::verdict
