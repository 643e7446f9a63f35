// What a run of bytes of one direction is, for whoever explains single packets.
#pragma once

#include <cstdint>

namespace handspan::tls {

// Piece::type of an encrypted record of TLS 1.3: nobody can read it, its place and length tell.
namespace hidden_type {
inline constexpr std::uint8_t
    handshake = 1,
    early_data = 2,
    alert_length = 3, // an alert, or no more than two bytes of data (RFC 8446, section 5.2)
    data = 0xff;
} // namespace hidden_type

// Consecutive bytes that belong to one handshake message or, where nobody can read inside, to one
// record. Headers count to what follows them.
struct Piece {
  std::uint32_t bytes = 0;
  std::uint32_t left = 0;   // of the message, or else of the record, still to come
  std::uint8_t content = 0; // ContentType; 0 = a record header that is not yet complete
  std::uint8_t type = 0xff; // HandshakeType, or an alert's code; 0xff = not told
  std::uint8_t level = 0;   // of an alert
  bool complete = false;    // with these bytes the message or record has ended
  bool encrypted = false;
  bool missing = false; // the bytes never came
};

class PieceSink {
public:
  virtual void piece(const Piece &piece) = 0;

protected:
  ~PieceSink() = default;
};

} // namespace handspan::tls
