#include "tls/server_hello.h"

#include "base/reader.h"
#include "tls/extensions.h"

#include <algorithm>

namespace handspan::tls {

namespace {

using base::Bytes;
using base::Reader;

// SHA-256 of "HelloRetryRequest": the random that marks one (RFC 8446, section 4.1.3).
constexpr std::uint8_t kRetryRandom[32] = {
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};

// Drafts 0 to 21 of TLS 1.3 put their number here and left session id and compression out.
bool is_short_draft(std::uint16_t version) {
  return version >= 0x7f00 && version <= 0x7f15;
}

void read_extension(std::uint16_t type, Bytes data, ServerHello &hello) {
  Reader reader(data);
  switch (type) {
  case extension::supported_versions: {
    const std::uint16_t version = reader.u16();
    if (reader.ok())
      hello.version = version;
    break;
  }
  case extension::key_share:
  case extension::key_share_draft: {
    const std::uint16_t group = reader.u16();
    if (reader.ok())
      hello.group = group;
    break;
  }
  case extension::alpn: {
    Reader list = reader.vector16();
    hello.alpn = list.take(list.u8());
    break;
  }
  case extension::pre_shared_key:
    hello.pre_shared_key = true;
    break;
  default:
    break;
  }
}

void read_extensions(Reader &reader, ServerHello &hello) {
  if (reader.remaining() < 2)
    return;
  const std::size_t length = std::min<std::size_t>(reader.u16(), reader.remaining());
  hello.extensions = reader.take(length);
  for_each_extension(hello.extensions,
                     [&](std::uint16_t type, Bytes data) { read_extension(type, data, hello); });
}

} // namespace

//   struct {
//       ProtocolVersion legacy_version;
//       Random random;                                    32 bytes
//       opaque legacy_session_id_echo<0..32>;
//       CipherSuite cipher_suite;
//       uint8 legacy_compression_method;
//       Extension extensions<6..2^16-1>;                  absent before TLS 1.2
//   } ServerHello;                                        RFC 8446, section 4.1.3
bool parse_server_hello(Bytes body, ServerHello &hello) {
  Reader reader(body);
  hello.legacy_version = hello.version = reader.u16();
  const Bytes random = reader.take(32);
  const bool draft = is_short_draft(hello.legacy_version);
  if (!draft)
    hello.session_id = reader.take(reader.u8());
  hello.cipher = reader.u16();
  if (!draft)
    reader.skip(1);
  if (!reader.ok())
    return false;
  hello.hello_retry = std::equal(random.begin(), random.end(), kRetryRandom);
  read_extensions(reader, hello);
  return true;
}

//   struct {
//       ProtocolVersion server_version;
//       CipherSuite cipher_suite;                         from draft 19 on
//       Extension extensions<2..2^16-1>;
//   } HelloRetryRequest;                                  draft-ietf-tls-tls13-19, section 4.1.4
bool parse_draft_hello_retry(Bytes body, ServerHello &hello) {
  Reader reader(body);
  hello.legacy_version = hello.version = reader.u16();
  hello.hello_retry = true;
  if (hello.version >= 0x7f13)
    hello.cipher = reader.u16();
  if (!reader.ok())
    return false;
  read_extensions(reader, hello);
  return true;
}

//   struct {
//       ECCurveType curve_type;                           named_curve = 3
//       NamedCurve namedcurve;
//       ECPoint public;
//   } ServerECDHParams;                                   RFC 8422, section 5.4
std::uint16_t key_exchange_curve(Bytes body) {
  Reader reader(body);
  const std::uint8_t type = reader.u8();
  const std::uint16_t curve = reader.u16();
  return reader.ok() && type == 3 ? curve : kNoCode;
}

} // namespace handspan::tls
