// What a record header must look like to be believed.
#pragma once

#include "tls/session.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace handspan::tls {

inline constexpr std::size_t kRecordHeader = 5;
// TLSCiphertext.length: 2^14 + 2048 (RFC 5246, section 6.2.3).
inline constexpr unsigned kMaxRecord = (1u << 14) + 2048;
// A Client Hello's vectors, suites and extensions before all, can't hold more (RFC 8446, 4.1.2).
inline constexpr std::uint32_t kMostHello = 1 << 17;
// A longer one is believed where its record is as long as this, at least: who sends much fills his
// records, and a hidden message in the place of a first one is a short Finished.
inline constexpr unsigned kFilledRecord = 512;
inline constexpr std::uint16_t kTlcpVersion = 0x0101;
inline constexpr std::uint8_t kSiteToSite = 80; // TLCP's own content type: GB/T 38636, 6.3.3

//   struct { ContentType type; ProtocolVersion version; uint16 length; … }   RFC 8446, section 5.1
struct RecordHeader {
  std::uint8_t type;
  std::uint16_t version;
  std::uint16_t length;

  explicit RecordHeader(const std::uint8_t *five)
      : type(five[0]), version(static_cast<std::uint16_t>(five[1] << 8 | five[2])),
        length(static_cast<std::uint16_t>(five[3] << 8 | five[4])) {}

  [[nodiscard]] bool plausible() const {
    return ((type >= 20 && type <= 24) || type == kSiteToSite) &&
           (version >> 8 == 3 || version == kTlcpVersion) && length <= kMaxRecord;
  }

  // The first bytes of a conversation. Servers take any minor version there, and empty records
  // before the first message.
  [[nodiscard]] bool may_begin() const {
    return plausible() && (type == 22 || (type == 21 && length == 2));
  }
  [[nodiscard]] bool is_empty_handshake() const { return may_begin() && length == 0; }

  // For bytes that may as well be the middle of something: narrower.
  [[nodiscard]] bool convincing() const {
    return plausible() && type <= 23 && (version <= 0x0304) && length > 0;
  }
};

// An SSLv2 hello has a two-byte header whose high bit is set, then the message type and, in the
// client's, the version (RFC 5246, E.2; the server's: SSL 2.0 draft of 1995, section 1.3.1).
struct Sslv2Header {
  std::uint16_t length; // of what follows the two bytes
  std::uint8_t message; // 1 client hello, 4 server hello
  std::uint16_t version;

  explicit Sslv2Header(const std::uint8_t *five)
      : length(static_cast<std::uint16_t>((five[0] & 0x7f) << 8 | five[1])), message(five[2]),
        version(static_cast<std::uint16_t>(five[3] << 8 | five[4])), marked_(five[0] & 0x80) {}

  [[nodiscard]] bool is_client_hello() const {
    return marked_ && message == 1 && length >= 9 && length <= 4096 &&
           (version == 0x0002 || (version >= 0x0300 && version <= 0x0304));
  }
  // session_id_hit and certificate_type stand where the client's hello has its version.
  [[nodiscard]] bool is_server_hello() const {
    return marked_ && message == 4 && length >= 11 && (version >> 8) <= 1 && (version & 0xff) <= 1;
  }

private:
  bool marked_;
};

} // namespace handspan::tls
