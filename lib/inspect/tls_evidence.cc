#include "inspect/tls_evidence.h"

namespace handspan::inspect {

namespace {

// A record with a close_notify, at its longest: header, explicit IV or nonce, alert, MAC, padding
// (RFC 5246, section 6.2.3).
constexpr std::uint64_t kLongestGoodbye = 5 + 16 + 2 + 48 + 14;
// A hidden alert of TLS 1.3: header, alert, content type, tag (RFC 8446, sections 5.2 and 6).
constexpr std::uint64_t kHiddenAlert = 5 + 2 + 1 + 16;
// Behind a handshake of TLS 1.3 the server sends tickets: some hundred bytes each, more where they
// carry the session itself.
constexpr std::uint64_t kTickets = 4096;
constexpr std::uint16_t kSslv2 = 0x0002;

// TLS 1.3 hides its alerts; a record of an alert's length in the place of a Finished, or in answer
// to what came with one, shows a refusal all the same.
void look_for_rejection(const TlsView &view, verdict::Evidence &evidence) {
  const tls::Session &session = view.session;
  if (session.established || !tls::is_tls13(session.version))
    return;
  const bool finished = session.client_finished != kNever;
  const bool by_client = !finished && view.stream(view.client()).hidden_records > 0;
  const bool by_server = finished && session.server_short_first && tls::may_be_refused(session);
  evidence.tls_rejected = by_client || by_server;
  evidence.rejected_by = by_client ? view.client() : base::other(view.client());
}

// Payload since the handshake was over.
std::uint64_t bytes_after(const TlsView &view, Side side) {
  return view.session.established
             ? view.flow.tcp.side[side].payload_bytes - view.track.handshake_bytes[side]
             : 0;
}

// Up to TLS 1.2 the record layer says what is data. In 1.3 all looks alike: of the client, more
// than a notice of closing or two (Java sends user_canceled before it), of the server, more than
// tickets.
bool spoke(const TlsView &view, Side side) {
  // OpenVPN's data goes beside TLS; SSLv2 has no types of records.
  if ((view.flow.flags & flow_flag::framed) != 0 || view.session.version == kSslv2)
    return bytes_after(view, side) > 0;
  if (!tls::is_tls13(view.session.version))
    return view.stream(side).application_records > 0;
  const std::uint64_t bytes = bytes_after(view, side);
  if (side != view.client())
    return bytes > kTickets;
  return view.stream(side).hidden_after_finished > 0 || bytes > 2 * kHiddenAlert ||
         bytes % kHiddenAlert != 0;
}

// The client's first data was answered with no more than an alert.
bool is_answered_by_alert(const TlsView &view) {
  const std::uint64_t asked = view.track.server_bytes_when_asked;
  if (view.client() != Side::client || asked == Track::kNotAsked)
    return false;
  const std::uint64_t answer = view.flow.tcp.side.server.payload_bytes - asked;
  if (answer == 0 || answer > kLongestGoodbye)
    return false;
  for (const tls::Alert &alert : view.session.alerts)
    if (alert.encrypted && alert.from != view.session.client_side)
      return true;
  return tls::may_have_closed(view.session);
}

} // namespace

bool is_unconfirmed(const TlsView &view) {
  const tls::Session &session = view.session;
  const Side server_side = base::other(view.client());
  const tls::Stream &server = view.stream(server_side);
  const tcp::Detail &t = view.track.tcp;
  return !session.established && session.client_finished != kNever && t.has_first_close &&
         t.first_close == server_side && server.hidden_after_finished == 0 &&
         server.short_after_finished == 0 && tls::may_be_refused(session);
}

void note_tls(const TlsView &view, verdict::Evidence &evidence) {
  evidence.tls_malformed = view.session.malformed;
  evidence.tls_capture_loss = view.session.capture_loss;
  look_for_rejection(view, evidence);
  evidence.tls_unconfirmed = is_unconfirmed(view);
  evidence.tls_closing = tls::may_have_closed(view.session);
  evidence.answered_by_alert = is_answered_by_alert(view);
  for (const Side side : {Side::client, Side::server}) {
    const tls::Stream &stream = view.stream(side);
    evidence.not_tls[side] = stream.not_tls && !stream.started;
    evidence.tls_began[side] = stream.started;
    evidence.spoke[side] = spoke(view, side);
  }
}

} // namespace handspan::inspect
