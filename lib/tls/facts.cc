// What the messages say, written into the session.

#include "base/reader.h"
#include "tls/client_hello.h"
#include "tls/extensions.h"
#include "tls/server_hello.h"
#include "tls/walk.h"

#include <algorithm>

namespace handspan::tls {

namespace {

using base::Bytes;
using base::Reader;

//   opaque ProtocolName<1..2^8-1>; ProtocolName protocol_name_list<2..2^16-1>   RFC 7301, 3.1
// Names on lines of their own; a name that does not fit ends the list.
void put_names(Bytes list, base::FixedText<96> &out) {
  Reader reader(list);
  out.clear();
  while (!reader.empty()) {
    const Bytes name = reader.take(reader.u8());
    const std::size_t separator = out.empty() ? 0 : 1;
    if (!reader.ok() || out.length + separator + name.size() > out.chars.size())
      return;
    if (separator)
      out.chars[out.length++] = '\n';
    for (const std::uint8_t byte : name)
      out.chars[out.length++] = byte == '\n' ? '?' : static_cast<char>(byte);
  }
}

} // namespace

void Walk::client_hello(Bytes body, bool whole) {
  const bool first = !session_.has_client_hello;
  session_.has_client_hello = true;
  events_ |= event::client_hello;
  if (first)
    session_.client_hello = at_.time;
  if (!whole)
    return;
  ClientHello hello;
  if (!parse_client_hello(body, hello)) {
    session_.malformed = true;
    events_ |= event::malformed;
  }
  if (session_.sni.empty())
    session_.sni.assign(base::text_of(hello.host_name));
  if (!first)
    return;
  session_.client_version = hello.best_version;
  session_.client_legacy_version = hello.legacy_version;
  session_.session_id_length =
      static_cast<std::uint8_t>(std::min(hello.session_id.size(), session_.session_id.size()));
  std::copy_n(hello.session_id.begin(), session_.session_id_length, session_.session_id.begin());
  session_.session_ticket_offered = hello.session_ticket;
  session_.psk_offered = hello.pre_shared_key;
  session_.early_data = hello.early_data;
  session_.ech = hello.encrypted_hello;
  for_each_u16(hello.groups, [this](std::uint16_t group) {
    session_.post_quantum_offered |= is_post_quantum(group);
  });
  put_names(hello.alpn, session_.alpn_offered);
  const ClientPrints &prints = core_.fingerprinter.client(hello);
  session_.has_ja3 = prints.has_ja3;
  session_.has_ja4 = prints.has_ja4;
  session_.ja3 = prints.ja3;
  session_.ja4 = prints.ja4;
  session_.groups_offered = prints.groups;
  session_.groups_dropped = prints.groups_dropped;
}

void Walk::sslv2_client_hello(Bytes body, bool whole) {
  session_.sslv2_hello = true;
  events_ |= event::client_hello;
  if (session_.has_client_hello)
    return;
  session_.has_client_hello = true;
  session_.client_hello = at_.time;
  session_.client_version = session_.client_legacy_version =
      static_cast<std::uint16_t>(stream_.header[3] << 8 | stream_.header[4]);
  if (whole && !check_sslv2_client_hello(body)) {
    session_.malformed = true;
    events_ |= event::malformed;
  }
}

// SSLv2 itself: what follows is in a record layer of its own, long dead, which is not read.
void Walk::sslv2_server_hello() {
  session_.has_server_hello = true;
  session_.server_hello = at_.time;
  session_.version = kSslv2;
  session_.sslv2_speaker = from_;
  session_.stream.client.ended = session_.stream.server.ended = true;
  events_ |= event::server_hello;
}

bool Walk::server_hello(Bytes body, bool whole) {
  ServerHello hello;
  if (whole && !parse_server_hello(body, hello)) {
    session_.malformed = true;
    events_ |= event::malformed;
    whole = false;
  }
  if (whole && hello.hello_retry) {
    session_.hello_retry = true;
    if (!session_.has_server_hello)
      chosen(hello);
    return true;
  }
  events_ |= event::server_hello;
  if (session_.has_server_hello)
    return false;
  session_.has_server_hello = true;
  session_.server_hello = at_.time;
  if (!whole)
    return false;
  chosen(hello);
  session_.psk_accepted = hello.pre_shared_key;
  const bool echoed =
      session_.session_id_length > 0 &&
      std::equal(hello.session_id.begin(), hello.session_id.end(), session_.session_id.begin(),
                 session_.session_id.begin() + session_.session_id_length);
  session_.resumed = tls13() ? hello.pre_shared_key : echoed;
  keys_known();
  return false;
}

void Walk::hello_retry_request(Bytes body, bool whole) {
  session_.hello_retry = true;
  ServerHello hello;
  if (whole && !session_.has_server_hello && parse_draft_hello_retry(body, hello))
    chosen(hello);
}

// Of a retry provisionally; a Server Hello after it writes over it.
void Walk::chosen(const ServerHello &hello) {
  session_.version = hello.version;
  session_.cipher = hello.cipher;
  session_.curve = hello.group;
  if (!hello.alpn.empty())
    session_.alpn.assign(base::text_of(hello.alpn));
  const ServerPrint &print = core_.fingerprinter.server(hello);
  session_.has_ja3s = print.has_ja3s;
  session_.ja3s = print.ja3s;
}

//   opaque ASN.1Cert<1..2^24-1>;
//   struct { ASN.1Cert certificate_list<0..2^24-1>; } Certificate;          RFC 5246, 7.4.2
// In TLCP the first is for signing and the second for encryption (GB/T 38636, 6.4.5.3).
void Walk::certificate(Bytes body, bool whole) {
  if (!from_client())
    session_.server_full_flight = true;
  if (session_.certificate_seen[from_])
    return;
  session_.certificate_seen[from_] = true;
  session_.certificate_sent[from_] = stream_.message_size > 3; // the list's length, and a list
  if (!whole)
    return;
  Reader list = Reader(body).vector24();
  unsigned length = 0;
  while (!list.empty()) {
    const Bytes der = list.take(list.u24());
    if (!list.ok())
      break;
    if (length++ == 0)
      keep_certificate(der);
  }
  session_.chain_length[from_] = static_cast<std::uint8_t>(std::min(length, 255u));
}

void Walk::keep_certificate(Bytes der) {
  session_.certificate[from_] = core_.certificates.acquire(der);
  if (!der.empty() && session_.certificate[from_] == kNoIndex && session_.bound == Bound::none)
    session_.bound = Bound::certificates;
}

} // namespace handspan::tls
