// How far the handshake is: when keys change, when it is over.

#include "tls/walk.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace handspan::tls {

namespace {

// Java pads each of its records with 16 zeros (RFC 8446, section 5.4).
constexpr unsigned kPadding = 16;

// The record that holds a Finished and nothing else: header, verify_data as long as the suite's
// hash, inner type, tag.
bool is_lone_finished(std::uint16_t cipher, unsigned length) {
  const unsigned tag = cipher == 0x1305 ? 8 : 16;
  const unsigned hash = cipher == 0x1302 ? 48 : 32;
  return length == 4 + hash + 1 + tag;
}

bool holds_finished(std::uint16_t cipher, unsigned length) {
  return is_lone_finished(cipher, length) || length > 4 + 48 + 1 + 16 ||
         (cipher != 0x1302 && length > 4 + 32 + 1 + 16);
}

// Suites that protect integrity alone (…_WITH_NULL_…; IANA registry).
constexpr std::array<std::uint16_t, 21> kNullCiphers = {
    0x0000, 0x0001, 0x0002, 0x002c, 0x002d, 0x002e, 0x003b, 0x00b0, 0x00b1, 0x00b4, 0x00b5,
    0x00b8, 0x00b9, 0xc001, 0xc006, 0xc00b, 0xc010, 0xc015, 0xc039, 0xc03a, 0xc03b};

} // namespace

bool Walk::in_clear_by_suite() const {
  return std::binary_search(kNullCiphers.begin(), kNullCiphers.end(), session_.cipher);
}

// RFC 5246, section 7.1. In TLS 1.3 it is there for show and changes nothing (RFC 8446, D.4).
void Walk::change_cipher_spec() {
  drop_message();
  const bool hidden = stream_.encrypted && !tls13();
  list(Content::change_cipher_spec, 1, hidden);
  if (!hidden)
    note_history('i');
  const bool abbreviated = !from_client() && !stream_.changed_keys && before13() &&
                           !session_.server_full_flight && session_.has_server_hello &&
                           !session_.capture_loss;
  session_.resumed |= abbreviated;
  stream_.changed_keys = true;
  stream_.encrypted |= before13();
}

// The Server Hello told the version, and with it what a CCS means, also one that came before.
void Walk::keys_known() {
  for (Stream *stream : {&session_.stream.client, &session_.stream.server})
    stream->encrypted = tls13() || stream->changed_keys;
}

// A handshake record whose content is hidden. Up to TLS 1.2 the first one after a side's CCS is its
// Finished (RFC 5246, section 7.4.9), and with both the handshake is over.
void Walk::hidden_handshake() {
  drop_message();
  if (tls13() || !stream_.changed_keys || stream_.finished) {
    session_.renegotiated |= session_.established && !tls13();
    list(Content::handshake, static_cast<std::uint8_t>(HandshakeType::hidden), true);
    return;
  }
  stream_.finished = true;
  list(Content::handshake, static_cast<std::uint8_t>(HandshakeType::finished),
       !in_clear_by_suite());
  if (session_.stream.client.finished && session_.stream.server.finished)
    establish(at_.time, false);
}

// An application_data record begins. Before TLS 1.3 that is what it says; and if both sides send
// it, the handshake is over, even if its end was not seen.
void Walk::application_data() {
  if (tls13() && !session_.established)
    return;
  if (stream_.first_application == kNever)
    stream_.first_application = at_.time;
  events_ |= event::application_data;
  if (session_.established || (!before13() && session_.has_client_hello))
    return;
  const std::uint32_t least = before13() ? 1 : 2; // unknown version: the rest of a 1.3 handshake?
  if (session_.stream.client.application_records >= least &&
      session_.stream.server.application_records >= least)
    establish(at_.time, true);
}

// A hidden record of TLS 1.3 is complete. The handshake's end is read off lengths and order: after
// the server's flight, the client's record that can hold its Finished; then anything from the
// server that is longer than an alert (a ticket, data) says that it accepted.
void Walk::hidden_record() {
  const unsigned length = stream_.record_length;
  const bool open =
      from_client() ? !session_.client_finished_exact : session_.client_finished == kNever;
  const bool padded = open && is_lone_finished(session_.cipher, length - kPadding);
  if (tls13() && open)
    stream_.padding = padded ? kPadding : 0; // its Finished is the last of these
  if (from_client() && session_.early_data && !session_.has_server_hello)
    known_.type = hidden_type::early_data;
  else if (tls13() && is_short(length))
    known_.type = hidden_type::alert_length;
  else if (in_hidden_handshake())
    known_.type = hidden_type::handshake;
  if (!tls13() || !session_.has_server_hello || session_.established)
    return;
  count(stream_.hidden_records);
  const bool lone = padded || is_lone_finished(session_.cipher, length);
  if (session_.client_finished == kNever) {
    session_.server_short_early |= !from_client() && is_short(length);
    const Stream &server = session_.stream[base::other(session_.client_side)];
    // Early data may still be under way: then only the very length will do.
    const bool early = session_.early_data && stream_.application_records > stream_.hidden_records;
    if (from_client() && server.hidden_records > 0 &&
        (lone || (!early && holds_finished(session_.cipher, length))))
      client_finishes(lone);
    return;
  }
  // It was the client's Certificate or CertificateVerify; this is the Finished.
  if (from_client() && lone && !session_.client_finished_exact) {
    client_finishes(true);
    known_.type = hidden_type::handshake;
    stream_.hidden_after_finished = 0;
    stream_.first_application = kNever;
    if (session_.stream[base::other(session_.client_side)].hidden_after_finished > 0)
      establish(session_.client_finished, true);
    return;
  }
  behind_finished(length);
}

// A server that had said no more than an alert by then did not wait for it.
void Walk::client_finishes(bool exact) {
  session_.client_finished = at_.time;
  session_.client_finished_exact = exact;
  session_.server_short_first |= session_.server_short_early;
}

// A hidden record of either side after the client's Finished, before the handshake is known to be
// over.
void Walk::behind_finished(unsigned length) {
  if (is_short(length)) {
    // In answer to a close_notify it is one, too; to one that came with a certificate it may be
    // what the server says of that.
    const Stream &peer = session_.stream[base::other(from_)];
    session_.server_short_first |= !from_client() && may_be_refused(session_) &&
                                   (peer.short_after_finished == 0 || sent_certificate(session_));
    count(stream_.short_after_finished);
  } else {
    count(stream_.hidden_after_finished);
    if (!from_client())
      session_.ticket_length = stream_.record_length;
    if (from_client() && session_.client_finished_exact)
      events_ |= event::request;
    if (stream_.first_application == kNever)
      stream_.first_application = at_.time;
  }
  // Alerts do not come in threes; then it is data in very small pieces.
  if (stream_.short_after_finished >= 3 || accepted())
    establish(session_.client_finished, true);
}

// Go sends a ticket when it has verified the client's certificate, which may be before the Finished
// comes. A client that sent its messages in records of their own sends that in one, too.
bool Walk::accepted() const {
  const Stream &client = session_.stream[session_.client_side];
  const unsigned answers = session_.stream[base::other(session_.client_side)].hidden_after_finished;
  const bool lacks_finished = !session_.client_finished_exact && client.hidden_records > 1;
  return answers > (lacks_finished && !from_client() ? 1u : 0u);
}

bool Walk::is_short(unsigned length) const {
  const unsigned alert = alert_length(session_, from_);
  return length == alert || length + stream_.padding <= alert;
}

// SSLv2 (SSL 2.0 draft of 1995, section 2): after the hellos both sides speak by turns, and with
// the server's second turn the handshake is over.
//
//   CLIENT-MASTER-KEY → SERVER-VERIFY → CLIENT-FINISHED → SERVER-FINISHED
void Walk::sslv2_turn() {
  constexpr std::uint8_t kTurns = 4;
  if (session_.established) {
    events_ |= event::application_data;
    return;
  }
  if (session_.sslv2_speaker == from_)
    return;
  session_.sslv2_speaker = from_;
  if (++session_.sslv2_turns == kTurns)
    establish(at_.time, true);
}

void Walk::establish(Nanos when, bool inferred) {
  session_.established = true;
  session_.established_inferred = inferred;
  session_.finished = when;
  session_.server_short_first = false;
  events_ |= event::established;
}

void Walk::list(Content content, std::uint8_t type, bool encrypted) {
  known_.type = type;
  known_.encrypted = encrypted;
  if (!session_.messages.push({content, type, from_, encrypted, at_}))
    count(session_.messages_dropped);
}

// Zeek's ssl_history: a letter a message seen in clear, the client's in capitals.
void Walk::note_history(char letter) {
  auto &history = session_.history;
  if (history.length < history.chars.size())
    history.chars[history.length++] =
        static_cast<char>(from_client() ? letter - 'a' + 'A' : letter);
}

} // namespace handspan::tls
