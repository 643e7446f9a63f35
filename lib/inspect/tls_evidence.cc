#include "inspect/tls_evidence.h"

namespace handspan::inspect {

namespace {

constexpr std::uint64_t kRecordHeader = 5;
// Behind a handshake of TLS 1.3 the server sends tickets: some hundred bytes each, more where they
// carry the session itself.
constexpr std::uint64_t kTickets = 4096;

// The server's last record came when the client had closed: it only answers that.
bool was_left(const TlsView &view) {
  const tcp::Detail &t = view.track.tcp;
  return t.has_first_close && t.first_close == view.client() && t.close != kNever &&
         view.stream(base::other(view.client())).last_record.time > t.close;
}

// TLS 1.3 hides its alerts; a record of an alert's length in the place of a Finished, or in answer
// to what came with one, shows a refusal all the same.
void look_for_rejection(const TlsView &view, verdict::Evidence &evidence) {
  const tls::Session &session = view.session;
  if (session.established || !tls::is_tls13(session.version))
    return;
  const bool finished = session.client_finished != kNever;
  const bool by_client = !finished && view.stream(view.client()).hidden_records > 0;
  const bool by_server = finished ? session.server_short_first
                                  : !by_client && session.server_short_early && !was_left(view);
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
  if ((view.flow.flags & flow_flag::framed) != 0 || view.session.version == tls::kSslv2)
    return bytes_after(view, side) > 0;
  if (!tls::is_tls13(view.session.version))
    return view.stream(side).application_records > 0;
  const std::uint64_t bytes = bytes_after(view, side);
  if (side != view.client())
    return bytes > kTickets;
  const std::uint64_t alert = kRecordHeader + tls::alert_length(view.session, view.turn(side));
  return view.stream(side).hidden_after_finished > 0 || bytes > 2 * alert || bytes % alert != 0;
}

bool is_goodbye(const tls::Alert &alert) {
  return alert.code == record::alert_code::close_notify ||
         alert.code == record::alert_code::user_canceled;
}

// What ends a side's stream: an alert in clear that says so, and behind the handshake a hidden one.
// Up to TLS 1.2 the record layer says that it is an alert; in 1.3 it is a last record of an alert's
// length.
verdict::Goodbye goodbye(const TlsView &view, Side side) {
  const tls::Session &session = view.session;
  const bool over = tls::established_at_end(session);
  for (const tls::Alert &alert : session.alerts)
    if (alert.from == view.turn(side) && (alert.encrypted ? over : is_goodbye(alert)))
      return {alert.at.time, alert.at.packet};
  const tls::Stream &stream = view.stream(side);
  const tls::Position position = view.flow.position[side];
  if (!tls::may_have_closed(session, view.turn(side), position))
    return {};
  // What took the short way the session does not know.
  if (position.is_data() && position.length() != stream.record_length)
    return {view.flow.last_data, 0};
  return {stream.last_record.time, stream.last_record.packet};
}

// Only when the other side had said goodbye or closed.
bool spoke_late(const TlsView &view, Side side, const verdict::Goodbye &of_other) {
  const Nanos first = view.stream(side).first_application;
  const tcp::Detail &t = view.track.tcp;
  const bool left = t.has_first_close && t.first_close != side;
  const auto behind = [&](Nanos leave) { return leave != kNever && first > leave; };
  return first != kNever && (behind(of_other.time) || (left && behind(t.close)));
}

// An alert, and before it no more than tickets, which are of one length: two, since one alone may
// be an answer, or a few.
bool are_tickets_and_alert(const TlsView &view, std::uint64_t bytes) {
  const std::uint64_t ticket = kRecordHeader + view.session.ticket_length;
  const std::uint64_t alert = kRecordHeader + tls::alert_length(view.session, Side::server);
  return view.session.ticket_length > 0 && bytes >= 2 * ticket + alert &&
         bytes <= 4 * ticket + alert && (bytes - alert) % ticket == 0;
}

// The client's first data was answered with no more than an alert.
bool is_answered_by_alert(const TlsView &view) {
  const std::uint64_t asked = view.track.server_bytes_when_asked;
  if (view.client() != Side::client || asked == Track::kNotAsked)
    return false;
  const std::uint64_t answer = view.flow.tcp.side.server.payload_bytes - asked;
  const Side server = base::other(view.client());
  if (answer == 0 || !(is_farewell(view, server, answer) || are_tickets_and_alert(view, answer)))
    return false;
  for (const tls::Alert &alert : view.session.alerts)
    if (alert.encrypted && alert.from != view.session.client_side)
      return true;
  return tls::may_have_closed(view.session, base::other(view.session.client_side),
                              view.flow.position.server);
}

} // namespace

// Java says two: user_canceled and close_notify.
bool is_farewell(const TlsView &view, Side side, std::uint64_t bytes) {
  const tls::Stream &stream = view.stream(side);
  if (tls::is_tls13(view.session.version)) {
    const std::uint64_t alert = kRecordHeader + tls::alert_length(view.session, view.turn(side));
    return bytes % alert == 0 && bytes <= 2 * alert;
  }
  constexpr auto kAlert = static_cast<std::uint8_t>(tls::Content::alert);
  return stream.last_record_type == kAlert && bytes <= kRecordHeader + stream.last_record_length;
}

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
  evidence.answered_by_alert = is_answered_by_alert(view);
  for (const Side side : {Side::client, Side::server}) {
    const tls::Stream &stream = view.stream(side);
    evidence.not_tls[side] = stream.not_tls && !stream.started;
    evidence.tls_began[side] = stream.started;
    evidence.goodbye[side] = goodbye(view, side);
  }
  // What a server says so late is said to nobody: some answer a client that left with an error. A
  // client that does still wanted something.
  const Side client = view.client(), server = base::other(client);
  evidence.spoke[client] = spoke(view, client);
  evidence.spoke[server] =
      spoke(view, server) && !spoke_late(view, server, evidence.goodbye[client]);
  evidence.asked_late =
      evidence.spoke[client] && spoke_late(view, client, evidence.goodbye[server]);
}

} // namespace handspan::inspect
