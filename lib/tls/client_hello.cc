#include "tls/client_hello.h"

#include "base/reader.h"
#include "tls/extensions.h"

namespace handspan::tls {

namespace {

using base::Bytes;
using base::Reader;

// A vector's content if all of it is there, else what there is.
Bytes lenient(Reader reader, std::size_t length) {
  return reader.take(length < reader.remaining() ? length : reader.remaining());
}

Bytes list16(Bytes data) {
  Reader reader(data);
  const std::size_t length = reader.u16();
  return lenient(reader, length);
}

Bytes list8(Bytes data) {
  Reader reader(data);
  const std::size_t length = reader.u8();
  return lenient(reader, length);
}

//   struct { NameType name_type; opaque HostName<1..2^16-1>; } ServerName;
//   struct { ServerName server_name_list<1..2^16-1> } ServerNameList;      RFC 6066, section 3
Bytes first_host_name(Bytes data) {
  Reader list(list16(data));
  while (!list.empty()) {
    const std::uint8_t type = list.u8();
    const Bytes name = list.take(list.u16());
    if (type == 0)
      return name;
  }
  return {};
}

// Which version is the better one: trials of TLS 1.3 stand between 1.2 and 1.3.
unsigned rank(std::uint16_t version) {
  if (version == 0x0304)
    return 0x30000;
  if (is_tls13(version))
    return 0x20000u + version;
  return version >= 0x0300 && version <= 0x0303 ? 0x10000u + version : version;
}

std::uint16_t best_of(Bytes versions, std::uint16_t legacy) {
  std::uint16_t best = kNoCode;
  for_each_u16(versions, [&](std::uint16_t version) {
    if (!is_grease(version) && (best == kNoCode || rank(version) > rank(best)))
      best = version;
  });
  return best == kNoCode ? legacy : best;
}

void read_extension(std::uint16_t type, Bytes data, ClientHello &hello) {
  switch (type) {
  case extension::server_name:
    if (!hello.has_server_name)
      hello.host_name = first_host_name(data);
    hello.has_server_name = true;
    break;
  case extension::supported_groups:
    hello.groups = list16(data);
    break;
  case extension::ec_point_formats:
    hello.formats = list8(data);
    break;
  case extension::signature_algorithms:
    hello.signature_algorithms = list16(data);
    break;
  case extension::alpn:
    hello.alpn = list16(data);
    break;
  case extension::session_ticket:
    hello.session_ticket = !data.empty();
    break;
  case extension::pre_shared_key:
    hello.pre_shared_key = true;
    break;
  case extension::early_data:
    hello.early_data = true;
    break;
  case extension::supported_versions:
    hello.versions = list8(data);
    break;
  case extension::encrypted_client_hello:
  case extension::encrypted_server_name:
    hello.encrypted_hello = true;
    break;
  default:
    break;
  }
}

} // namespace

//   struct {
//       ProtocolVersion legacy_version;
//       Random random;                                   32 bytes
//       opaque legacy_session_id<0..32>;
//       CipherSuite cipher_suites<2..2^16-2>;
//       opaque legacy_compression_methods<1..2^8-1>;
//       Extension extensions<8..2^16-1>;                 absent before TLS 1.2
//   } ClientHello;                                       RFC 8446, section 4.1.2
bool parse_client_hello(Bytes body, ClientHello &hello) {
  Reader reader(body);
  hello.legacy_version = hello.best_version = reader.u16();
  reader.skip(32);
  hello.session_id = reader.take(reader.u8());
  hello.ciphers = reader.take(reader.u16());
  reader.skip(reader.u8());
  if (!reader.ok())
    return false;
  if (reader.remaining() >= 2) {
    const std::size_t length = reader.u16();
    hello.extensions = lenient(reader, length);
    for_each_extension(hello.extensions,
                       [&](std::uint16_t type, Bytes data) { read_extension(type, data, hello); });
  }
  hello.best_version = best_of(hello.versions, hello.legacy_version);
  return true;
}

//   uint16 cipher_spec_length; uint16 session_id_length; uint16 challenge_length;
//   V2CipherSpec cipher_specs[]; opaque session_id[]; opaque challenge[];   RFC 5246, E.2
bool check_sslv2_client_hello(Bytes body) {
  Reader reader(body);
  const std::size_t ciphers = reader.u16();
  const std::size_t session_id = reader.u16();
  const std::size_t challenge = reader.u16();
  return reader.ok() && ciphers % 3 == 0 && ciphers + session_id + challenge <= reader.remaining();
}

} // namespace handspan::tls
