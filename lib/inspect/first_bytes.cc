// What the first bytes of a connection are: TLS or not, told by content. And where TLS begins
// behind plain bytes.
#include "inspect/state.h"
#include "tls/record_header.h"

#include <algorithm>

namespace handspan::inspect {

using record::Phase;
using tls::Sniff;

namespace {

// A plain connection is searched for the beginning of TLS (STARTTLS, CONNECT) up to here.
constexpr std::uint64_t kSniffBytes = 65'536;

// So many things may stand behind each other in what one side says at once: PROXY headers, a
// request for TLS, a Client Hello.
constexpr int kTurns = 4;

// It begins with an alert in clear (RFC 8446, section 5.1).
bool is_alert(base::Bytes bytes) {
  return bytes.size() >= 7 && bytes[0] == 21 && bytes[1] == 3 && bytes[3] == 0 && bytes[4] == 2 &&
         (bytes[5] == 1 || bytes[5] == 2);
}

// Application Data is not a handshake: what was before it was not seen.
Phase phase_of(Sniff sniffed, base::Bytes bytes) {
  constexpr std::uint8_t kApplicationData = 23; // RFC 8446, section 5.1
  return sniffed == Sniff::record && bytes[0] == kApplicationData ? Phase::data
                                                                  : Phase::tls_handshake;
}

// Bytes in the midst of a plain connection may look like the header of a record by chance; those of
// MySQL's packets of 788 to 791 bytes do, as SSLv3. Where one record ends the next must begin.
bool are_records(base::Bytes bytes) {
  while (bytes.size() >= tls::kRecordHeader) {
    const tls::RecordHeader header(bytes.data());
    if (!header.convincing() || header.version == 0x0300)
      return false;
    bytes = bytes.subspan(std::min(tls::kRecordHeader + header.length, bytes.size()));
  }
  return true;
}

} // namespace

// Is it TLS? Asked of the first bytes of each direction until one of them tells.
void Inspector::State::first_bytes(Subject &s, Delivery &delivery, base::Bytes bytes) {
  if (s.track.tcp.mptcp == tcp::Mptcp::join) {
    pass_subflow(s, delivery);
    return;
  }
  Head &head = s.track.head[delivery.from];
  if (head.length == 0) {
    const Sniff sniffed = tls::sniff(bytes);
    if (sniffed != Sniff::more) {
      decide(s, delivery, sniffed, bytes);
      return;
    }
  }
  const std::size_t n = std::min<std::size_t>(bytes.size(), head.bytes.size() - head.length);
  std::copy_n(bytes.begin(), n, head.bytes.begin() + head.length);
  head.length = static_cast<std::uint8_t>(head.length + n);
  const Sniff sniffed = tls::sniff({head.bytes.data(), head.length});
  if (sniffed == Sniff::more && head.length < head.bytes.size())
    return;
  const std::array<std::uint8_t, 16> kept = head.bytes;
  const base::Bytes begun{kept.data(), head.length};
  head.length = 0;
  decide(s, delivery, sniffed, begun);
  if (s.tls())
    feed_unframed(s, delivery, bytes.subspan(n));
}

// Bytes that were there, but not in the capture. What they were the first of, nobody will know.
void Inspector::State::cut_off(Subject &s, Delivery &delivery, std::uint32_t bytes) {
  s.track.cut = true;
  if (s.tls() || s.has(flow_flag::plain | flow_flag::framed))
    missing(s, delivery, bytes);
  else
    decide(s, delivery, Sniff::no, {});
}

void Inspector::State::decide(Subject &s, Delivery &delivery, Sniff sniffed, base::Bytes bytes) {
  if (sniffed == Sniff::no || sniffed == Sniff::more) {
    begin_plain(s, delivery, bytes);
    return;
  }
  const bool client_hello = sniffed == Sniff::client_hello || sniffed == Sniff::sslv2_hello;
  const bool server_hello = sniffed == Sniff::server_hello;
  if (client_hello || server_hello)
    learn_roles(s, delivery.from, client_hello ? Side::client : Side::server);
  begin_tls(s, delivery, phase_of(sniffed, bytes),
            (client_hello && delivery.from == Side::server) ||
                (server_hello && delivery.from == Side::client));
  if (s.tls())
    feed_unframed(s, delivery, bytes);
}

void Inspector::State::begin_tls(Subject &s, Delivery &delivery, Phase phase, bool reversed) {
  open_session(s);
  if (!s.tls()) {
    s.set(flow_flag::plain);
    enter(s, Phase::data, delivery.latest);
    delivery.order_over = true;
    return;
  }
  if (reversed)
    s.set(flow_flag::tls_reversed);
  ++stats.counters.tls_handshakes;
  enter(s, phase, delivery.latest);
  if (phase == Phase::data && s.track.first_data == kNever)
    s.track.first_data = s.flow.last_data = delivery.now.time;
}

// What passes here is a part of a stream whose other parts go other ways (RFC 8684, section 3.3).
void Inspector::State::pass_subflow(Subject &s, Delivery &delivery) {
  s.set(flow_flag::plain);
  enter(s, Phase::data, delivery.latest);
  s.track.first_data = s.flow.last_data = delivery.now.time;
  delivery.order_over = true;
}

void Inspector::State::begin_plain(Subject &s, Delivery &delivery, base::Bytes bytes) {
  stream::OpenVpn openvpn;
  const bool framed = !s.has(flow_flag::framed) && openvpn.begin(bytes);
  if (framed) {
    s.track.framing = openvpn;
    (void)s.track.talk.hear(words, *words_scratch, delivery.from, bytes);
  }
  s.set(framed ? flow_flag::framed : flow_flag::plain | flow_flag::sniffing);
  enter(s, Phase::data, delivery.latest);
  s.flow.last_data = delivery.now.time;
  if (s.track.first_data == kNever)
    s.track.first_data = delivery.now.time;
  if (framed)
    feed(s, delivery, bytes);
  else
    talk(s, delivery, bytes);
}

// What is said in plain. TLS may begin where a segment begins, and behind a PROXY header or a
// request for TLS in it.
void Inspector::State::talk(Subject &s, Delivery &delivery, base::Bytes bytes) {
  plain::Talk &talk = s.track.talk;
  for (int turn = 0; turn < kTurns && !bytes.empty() && s.has(flow_flag::sniffing); ++turn) {
    if (begins_tls(s, delivery, bytes)) {
      feed_unframed(s, delivery, bytes);
      return;
    }
    if (turn > 0 && !talk.begins(delivery.from))
      break;
    const std::size_t heard = talk.hear(words, *words_scratch, delivery.from, bytes);
    if (talk.frames_tls()) {
      s.track.framing = stream::Tds();
      s.clear(flow_flag::plain | flow_flag::sniffing);
      s.set(flow_flag::framed);
      feed(s, delivery, bytes);
      return;
    }
    bytes = bytes.subspan(heard == 0 ? bytes.size() : heard);
  }
  const auto &side = s.flow.tcp.side;
  if (side.client.payload_bytes + side.server.payload_bytes > kSniffBytes) {
    s.clear(flow_flag::sniffing);
    delivery.order_over = true;
  }
}

// In a plain connection. Two first words tell that the other side spoke in plain where TLS was
// wanted: an alert, and a Client Hello to one who already began otherwise.
bool Inspector::State::begins_tls(Subject &s, Delivery &delivery, base::Bytes bytes) {
  const Sniff sniffed = tls::sniff(bytes);
  const bool client_hello = sniffed == Sniff::client_hello;
  const bool server_hello = sniffed == Sniff::server_hello;
  if (!client_hello && !server_hello && !(sniffed == Sniff::record && are_records(bytes)))
    return false;
  const plain::Talk &talk = s.track.talk;
  const bool first_word = !talk.spoke(delivery.from) && talk.spoke(base::other(delivery.from)) &&
                          !s.has(flow_flag::roles_guessed);
  const bool alert = first_word && is_alert(bytes);
  if (client_hello || server_hello)
    learn_roles(s, delivery.from, client_hello ? Side::client : Side::server);
  s.clear(flow_flag::sniffing);
  begin_tls(s, delivery, phase_of(sniffed, bytes),
            client_hello ? delivery.from == Side::server
                         : (server_hello || alert) && delivery.from == Side::client);
  if (s.tls() && first_word && (client_hello || alert))
    tracker.at(s.track.session).stream[client_hello ? Side::server : Side::client].not_tls = true;
  return true;
}

} // namespace handspan::inspect
