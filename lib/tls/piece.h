// What a run of bytes of one direction is, for whoever explains single packets.
#pragma once

#include <cstdint>

namespace handspan::tls {

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
