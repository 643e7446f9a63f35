// Past the handshakes.
#include "record/certificate_faults.h"
#include "verdict/when.h"

namespace handspan::verdict {

// A close_notify can't be read once keys are in use, but its place tells it.
bool said_goodbye(const Situation &s) {
  for (const record::Alert &a : s.r.tls.alerts)
    if (a.encrypted || a.code == record::alert_code::close_notify)
      return true;
  return s.e.goodbye.client.time != kNever || s.e.goodbye.server.time != kNever;
}

// Not a byte of payload, and none is missing.
bool unused(const Situation &s) {
  const record::Tcp &tcp = s.r.tcp;
  return tcp.established && tcp.has_first_close && s.said_nothing &&
         tcp.gap_bytes.client + tcp.gap_bytes.server == 0;
}

namespace {

bool client_said_nothing(const Situation &s) {
  return s.r.tls.established && s.r.tcp.has_first_close && !s.e.spoke.client;
}

// In HTTP/2 the server begins, too, which answers nothing (RFC 9113, section 3.4).
bool server_begins(const Situation &s) {
  return s.r.view(s.r.tls.alpn) == "h2";
}

} // namespace

bool tls_unused(const Situation &s) {
  return client_said_nothing(s) && (!s.e.spoke.server || server_begins(s));
}

// Many clients look at the certificate only when the handshake is over, and leave without a word.
// Who went on with it just now did not refuse it here: browsers drop spare connections like this.
bool certificate_refused(const Situation &s) {
  return client_said_nothing(s) && s.leaver() == Side::client && !s.e.client_took_certificate &&
         record::certificate_faults(s.r, Side::server).any();
}

bool alert_for_answer(const Situation &s) {
  return s.r.tls.established && s.e.answered_by_alert && s.r.tcp.has_first_close &&
         s.leaver() == Side::server;
}

// A FIN alone may be half a close: the other's data is still taken. Who resets while a record of
// the other's is under way, or while its own window holds the other back, does not wait for the
// rest.
bool left_while_talking(const Situation &s) {
  if (!s.reset || s.r.first_data == kNever)
    return false;
  const Side other = base::other(s.reset_by);
  return s.e.refused[other] > 0 || s.e.cut_record[other] > 0 ||
         s.r.tcp.window_shut[s.reset_by] != kNever;
}

// It came too late to be answered.
bool left_before_request(const Situation &s) {
  const Side asked = base::other(hello_side(s));
  return s.r.tls.established && s.e.asked_late && !s.e.spoke[asked] && s.r.tcp.has_first_close &&
         s.leaver() == asked;
}

// A FIN in the middle of its sender's own TLS record.
bool record_cut(const Situation &s) {
  return s.r.tcp.has_first_close && s.fin_first() && s.e.cut_record[s.r.tcp.first_close] > 0;
}

namespace {

bool in_plain(const Situation &s) {
  return !s.r.tls.present && s.r.tcp.has_first_close && !s.partial &&
         s.r.tcp.payload_bytes.client > 0;
}

// It came before anybody left, and no bytes of the server answer it.
bool plain_unanswered(const Situation &s) {
  return in_plain(s) && s.r.tcp.payload_bytes.server == 0 && s.r.first_data != kNever &&
         s.r.first_data <= s.r.tcp.close;
}

// nginx, Go, Apache and others answer plain text on a port of TLS in plain HTTP, and so.
bool plain_error(const Situation &s) {
  constexpr std::uint16_t kBadRequest = 400;
  return in_plain(s) && s.r.app.status == kBadRequest;
}

} // namespace

// A server that others heard speak TLS did not understand it.
bool plain_to_tls_server(const Situation &s) {
  return plain_unanswered(s) && s.e.server_speaks_tls;
}

// The port alone says what the server may have expected. A server of TLS sees by the first five
// bytes that they are none: that it leaves at once, be its program a slow one, confirms it.
bool plain_to_tls_port(const Situation &s) {
  constexpr Nanos kAtOnce = base::kSecond;
  return plain_met_silence(s) && base::elapsed(s.r.first_data, s.r.tcp.close) < kAtOnce;
}

bool plain_met_silence(const Situation &s) {
  return plain_unanswered(s) && s.closed_first(Side::server) && s.e.on_tls_port;
}

bool plain_error_by_tls_server(const Situation &s) {
  return plain_error(s) && s.e.server_speaks_tls;
}

bool plain_error_on_tls_port(const Situation &s) {
  return plain_error(s) && s.e.on_tls_port;
}

bool closed_in_order(const Situation &s) {
  return s.r.tcp.teardown == record::Teardown::fin;
}

bool reset_after_close(const Situation &s) {
  return s.reset && (s.any_fin || said_goodbye(s));
}

bool data_reset(const Situation &s) {
  return s.reset;
}

bool closed_by_one(const Situation &s) {
  return !s.alive && s.any_fin;
}

bool silent_from_the_start(const Situation &s) {
  return silent(s) && s.r.tcp.payload_bytes.client + s.r.tcp.payload_bytes.server == 0;
}

bool silent(const Situation &s) {
  return s.e.ending == Ending::expired;
}

bool replaced(const Situation &s) {
  return s.e.ending == Ending::replaced;
}

} // namespace handspan::verdict
