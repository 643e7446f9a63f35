// Whether bytes begin TLS, by their look alone.

#include "base/reader.h"
#include "tls/record_header.h"
#include "tls/tracker.h"

namespace handspan::tls {

namespace {

constexpr auto kHandshakeRecord = static_cast<std::uint8_t>(Content::handshake);

// Fewer than five bytes: could they still become a record or SSLv2 header?
bool could_begin(base::Bytes bytes) {
  std::array<std::uint8_t, kRecordHeader> filled{};
  const bool sslv2 = (bytes[0] & 0x80) != 0;
  // What is missing is filled in so that it does not stand in the way.
  filled = sslv2 ? std::array<std::uint8_t, kRecordHeader>{0, 0x20, 1, 0, 2}
                 : std::array<std::uint8_t, kRecordHeader>{0, 3, 1, 0, 1};
  if (!sslv2 && bytes.size() > 1 && bytes[1] == 1)
    filled[2] = 1;
  if (sslv2 && bytes.size() > 3 && bytes[3] == 3)
    filled[4] = 0;
  std::copy(bytes.begin(), bytes.end(), filled.begin());
  const RecordHeader header(filled.data());
  return sslv2 ? Sslv2Header(filled.data()).is_client_hello()
               : header.convincing() || header.may_begin();
}

// Is the message longer than a hello can usefully be, and one all the same? Its body begins with a
// version, and fills the record.
bool is_long_hello(const RecordHeader &header, base::Reader body) {
  const std::uint16_t version = body.u16();
  return header.length >= kFilledRecord &&
         (!body.ok() || version >> 8 == 3 || version == kTlcpVersion);
}

// The least length of each hello's body: version, random, and empty or absent variable parts.
constexpr std::uint32_t kLeastClientHello = 2 + 32 + 1 + 2 + 2 + 1;
constexpr std::uint32_t kLeastServerHello = 2 + 32 + 2;

// So many empty records in a row are no accident.
constexpr unsigned kEnoughEmpty = 3;

Sniff hello_or_record(const RecordHeader &header, base::Bytes after) {
  if (header.type != kHandshakeRecord || after.empty())
    return Sniff::record;
  base::Reader reader(after);
  const std::uint8_t type = reader.u8();
  if (type != 1 && type != 2)
    return Sniff::record;
  const std::uint32_t length = reader.u24();
  const std::uint32_t least = type == 1 ? kLeastClientHello : kLeastServerHello;
  if (reader.ok() && (length < least || (length > kMostHello && !is_long_hello(header, reader))))
    return Sniff::record; // encrypted, and the first byte by chance that number
  return type == 1 ? Sniff::client_hello : Sniff::server_hello;
}

} // namespace

Sniff sniff(base::Bytes bytes) {
  unsigned empty = 0; // handshake records before the one that tells
  while (bytes.size() >= kRecordHeader && RecordHeader(bytes.data()).is_empty_handshake()) {
    if (++empty == kEnoughEmpty)
      return Sniff::record;
    bytes = bytes.subspan(kRecordHeader);
  }
  if (bytes.empty())
    return Sniff::more;
  if (bytes.size() < kRecordHeader)
    return could_begin(bytes) ? Sniff::more : Sniff::no;
  const RecordHeader header(bytes.data());
  if (header.type == kHandshakeRecord && header.may_begin() && bytes.size() == kRecordHeader)
    return Sniff::more;
  const Sniff first = hello_or_record(header, bytes.subspan(kRecordHeader));
  if (header.convincing() ||
      (header.may_begin() && (first != Sniff::record || header.type != kHandshakeRecord)))
    return first;
  return Sslv2Header(bytes.data()).is_client_hello() ? Sniff::sslv2_hello : Sniff::no;
}

} // namespace handspan::tls
