// What a verdict rests on beside the trackers' states: gathered while packets go the long way,
// handed over with the record.
#include "inspect/endpoints.h"
#include "inspect/state.h"
#include "tls/certificate.h"

namespace handspan::inspect {

namespace {

#define HANDSPAN_RESET_MARK(name, bit, help) static_assert(tcp::reset_mark::name == bit);
#include "record/reset_marks.def"
#undef HANDSPAN_RESET_MARK

} // namespace

void Inspector::State::weigh(Subject &s, const Packet &packet, const tcp::Before &before) {
  tcp::Evidence &evidence = s.track.evidence;
  evidence.weigh(s.flow.tcp, s.track.tcp, packet.from, packet.segment, *packet.carried, packet.sack,
                 before);
  if (evidence.waits() != s.has(flow_flag::watched))
    s.flow.flags ^= flow_flag::watched;
}

// The client's first data behind a handshake: it took the server's certificate.
void Inspector::State::learn_acceptance(const Subject &s) {
  const tls::Session &session = tracker.at(s.track.session);
  const tls::CertificateFacts *facts =
      tracker.certificate(session, base::other(session.client_side));
  if (facts == nullptr || s.has(flow_flag::tls_reversed | flow_flag::roles_guessed))
    return;
  const Endpoints ends = endpoints_of(table.key(s.place.slot), s.flow);
  acceptances.note({ends.client, ends.server, ends.server_port, facts->sha256});
}

// From a record whose facts are filled in. A server that begins in plain and goes on in TLS
// (STARTTLS) tells nothing, nor does one that was asked for TLS by its own side (active FTP).
void Inspector::State::learn_speech(const Subject &s, const record::Record &record) {
  if (record.tcp.roles_guessed || s.has(flow_flag::tls_reversed | flow_flag::framed))
    return;
  const bool plain = s.has(flow_flag::plain);
  if (record.tls.server_hello != kNever && !plain)
    speakers.learn(record.server, record.server_port, Spoken::tls, record.last);
  else if (!s.tls() && plain && record.tcp.payload_bytes.server > 0)
    speakers.learn(record.server, record.server_port, Spoken::plain, record.last);
}

} // namespace handspan::inspect
