// Handshake messages (RFC 8446, section 4), put together over records and segments.
//
//   struct {
//       HandshakeType msg_type;
//       uint24 length;
//       select (Handshake.msg_type) { … };
//   } Handshake;

#include "tls/roles.h"

#include "tls/record_header.h"
#include "tls/server_hello.h"
#include "tls/walk.h"

#include <algorithm>
#include <cstring>

namespace handspan::tls {

namespace {

using base::Bytes;

// Shorter than this nothing is encrypted: the smallest MAC or tag with its nonce takes as much.
constexpr unsigned kShortestHidden = 16;
constexpr std::uint32_t kHandshakeHeader = 4;

bool is_known(std::uint8_t type) {
  return type <= 6 || type == 8 || (type >= 11 && type <= 16) || (type >= 20 && type <= 25) ||
         type == 67 || type == 203 || type == 254;
}

constexpr std::uint8_t number(HandshakeType type) {
  return static_cast<std::uint8_t>(type);
}

// Zeek's letter for a handshake type, lower case; 'z' for one without.
char history_letter(std::uint8_t type) {
  static constexpr char kLetters[26] = {'h', 'c', 's', 'v', 't', 'e', 'j', 'z', 'o',
                                        'z', 'z', 'x', 'k', 'r', 'n', 'y', 'g', 'z',
                                        'z', 'z', 'f', 'w', 'u', 'a', 'p', 'z'};
  if (type == 254)
    return 'm';
  return type < sizeof kLetters ? kLetters[type] : 'z';
}

} // namespace

void Walk::handshake(Bytes body) {
  while (!body.empty() && !stream_.opaque)
    body = stream_.message_open ? message_body(body) : message_header(body);
}

Bytes Walk::message_header(Bytes body) {
  auto &head = stream_.message_head;
  const std::size_t n = std::min(head.size() - stream_.message_head_have, body.size());
  std::memcpy(head.data() + stream_.message_head_have, body.data(), n);
  stream_.message_head_have = static_cast<std::uint8_t>(stream_.message_head_have + n);
  if (stream_.message_head_have < head.size()) {
    untold_ += static_cast<std::uint32_t>(n);
    return {};
  }
  stream_.message_head_have = 0;
  stream_.message_size = static_cast<std::uint32_t>(head[1] << 16 | head[2] << 8 | head[3]);
  if (!message_plausible()) {
    untold_ += static_cast<std::uint32_t>(body.size());
    stream_.opaque = true; // the rest of the record
    return {};
  }
  untold_ += static_cast<std::uint32_t>(n);
  stream_.message_open = true;
  stream_.message_left = stream_.message_size;
  if (stream_.message_left == 0) {
    end_message({});
    tell_message();
  }
  return body.subspan(n);
}

// Where the change of keys was not seen, or can't be told from one for show, does the header look
// like one in clear?
bool Walk::message_plausible() const {
  const std::uint8_t type = stream_.message_head[0];
  const bool fills_record = stream_.message_size + kHandshakeHeader == stream_.record_length;
  // A client that sends early data or answers a retry changes keys for show and then says hello
  // again (RFC 8446, D.4); everybody else is hidden from here on.
  if (stream_.changed_keys && !tls13())
    return type == number(HandshakeType::client_hello) && fills_record;
  if (stream_.record_length < kShortestHidden)
    return true;
  if (!is_known(type) || type == number(HandshakeType::hello_request))
    return fills_record; // a Hello Request stands alone, and four zeros are found anywhere
  const std::uint32_t most = type == number(HandshakeType::client_hello) ? kMostHello : 0xffff;
  return stream_.message_size <= most || (session_.has_client_hello && !session_.capture_loss) ||
         (is_first_message() && stream_.record_length >= kFilledRecord);
}

// Of its side, where nothing but hellos can stand.
bool Walk::is_first_message() const {
  const std::uint8_t type = stream_.message_head[0];
  return stream_.handshake_records == 1 && stream_.ccs_records == 0 &&
         stream_.application_records == 0 && !session_.capture_loss &&
         (type == number(HandshakeType::client_hello) ||
          type == number(HandshakeType::server_hello));
}

// How much of the current message's body is read.
std::size_t Walk::bytes_wanted() const {
  switch (static_cast<HandshakeType>(stream_.message_head[0])) {
  case HandshakeType::client_hello:
  case HandshakeType::server_hello:
  case HandshakeType::hello_retry_request:
  case HandshakeType::certificate:
    return stream_.message_size;
  case HandshakeType::server_key_exchange:
    return std::min<std::size_t>(stream_.message_size, kKeyExchangePrefix);
  default:
    return 0;
  }
}

Bytes Walk::message_body(Bytes body) {
  const std::size_t n = std::min<std::size_t>(stream_.message_left, body.size());
  const Bytes part = body.first(n);
  stream_.message_left -= static_cast<std::uint32_t>(n);
  if (n == stream_.message_size) {
    end_message(part);
  } else {
    collect(part);
    if (stream_.message_left == 0)
      end_message(stream_.buffer == kNoIndex ? Bytes{}
                                             : core_.buffer(stream_).first(stream_.message_have));
  }
  untold_ += static_cast<std::uint32_t>(n);
  tell_message();
  return body.subspan(n);
}

void Walk::collect(Bytes part) {
  const std::size_t wanted = bytes_wanted();
  if (stream_.message_damaged || stream_.message_have >= wanted)
    return;
  if (stream_.buffer == kNoIndex && !core_.take_buffer(session_, stream_, wanted)) {
    stream_.message_damaged = true;
    count(session_.messages_unread);
    return;
  }
  const std::size_t n = std::min(wanted - stream_.message_have, part.size());
  std::memcpy(core_.buffer(stream_).data() + stream_.message_have, part.data(), n);
  stream_.message_have += static_cast<std::uint32_t>(n);
}

void Walk::end_message(Bytes body) {
  const bool whole = !stream_.message_damaged;
  const bool sslv2 = stream_.record_type == 0x80;
  std::uint8_t type = stream_.message_head[0];
  if (sslv2)
    type = type == 1 ? number(HandshakeType::client_hello) : number(HandshakeType::server_hello);
  learn_roles(type);
  if (sslv2 && type == number(HandshakeType::client_hello))
    sslv2_client_hello(body, whole);
  else if (sslv2)
    sslv2_server_hello();
  switch (sslv2 ? HandshakeType::hidden : static_cast<HandshakeType>(type)) {
  case HandshakeType::client_hello:
    client_hello(body, whole);
    break;
  case HandshakeType::server_hello:
    if (server_hello(body, whole))
      type = number(HandshakeType::hello_retry_request);
    break;
  case HandshakeType::hello_retry_request:
    hello_retry_request(body, whole);
    break;
  case HandshakeType::certificate:
    certificate(body, whole);
    break;
  case HandshakeType::server_key_exchange:
    session_.server_full_flight = true;
    if (whole)
      session_.curve = key_exchange_curve(body);
    break;
  case HandshakeType::server_hello_done:
    session_.server_full_flight = true;
    break;
  case HandshakeType::certificate_request:
    session_.client_certificate_requested = true;
    break;
  default:
    break;
  }
  session_.resumed &= !session_.server_full_flight;
  list(Content::handshake, type, false);
  note_history(history_letter(type));
  drop_message();
}

// The first message that tells counts. One that is longer than its record may be hidden content
// that looks like a header, where no hello was seen.
void Walk::learn_roles(std::uint8_t type) {
  const std::optional<Side> sender = sender_of(static_cast<HandshakeType>(type));
  const bool hello =
      type == number(HandshakeType::client_hello) || type == number(HandshakeType::server_hello);
  const bool in_record = stream_.message_size + kHandshakeHeader <= stream_.record_length;
  if (session_.roles_told || !sender || !(hello || in_record))
    return;
  session_.roles_told = true;
  session_.client_side = *sender == Side::client ? from_ : base::other(from_);
  events_ |= event::roles;
}

void Walk::drop_message() {
  core_.give_buffer(stream_);
  stream_.message_open = false;
  stream_.message_damaged = false;
  stream_.message_head_have = 0;
  stream_.message_left = stream_.message_have = 0;
}

} // namespace handspan::tls
