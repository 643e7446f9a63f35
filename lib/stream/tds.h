// TDS (Microsoft SQL Server) carries a TLS handshake in its own PRELOGIN packets; what comes after
// it stands in TLS records alone. Takes the bytes of TLS out, without waiting and without a copy.
// Packets of other types are passed over, until one shows that nothing of TLS will follow.
#pragma once

#include "base/bytes.h"
#include "base/side.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace handspan::stream {

class Tds {
public:
  // The next bytes of one direction, in order; the first begin a packet. `out` is called with those
  // of TLS, in order.
  template <class Out> void take(base::Side from, base::Bytes bytes, Out &&out) {
    Direction &d = direction_[from];
    while (!bytes.empty() && d.part != Part::lost) {
      if (d.part == Part::header && d.have == 0 && is_tls(bytes[0]))
        d.part = Part::bare;
      if (d.part == Part::bare) {
        out(bytes);
        return;
      }
      if (d.part == Part::header) {
        header_byte(d, bytes[0]);
        bytes = bytes.subspan(1);
        continue;
      }
      const std::size_t n = std::min<std::size_t>(d.packet_left, bytes.size());
      d.wanted |= d.begins && is_tls(bytes[0]);
      d.begins = false;
      if (d.wanted && d.prelogin)
        out(bytes.first(n));
      bytes = bytes.subspan(n);
      d.packet_left = static_cast<std::uint16_t>(d.packet_left - n);
      if (d.packet_left == 0)
        d.part = Part::header;
    }
  }

  // Bytes of this direction are missing: nobody knows where its next packet begins.
  void lose(base::Side from) {
    if (direction_[from].part != Part::bare)
      direction_[from].part = Part::lost;
  }

  void swap_roles() { std::swap(direction_.client, direction_.server); }

private:
  enum class Part : std::uint8_t { header, content, bare, lost };

  struct Direction {
    std::uint16_t packet_left = 0; // bytes of the content still to come
    std::uint8_t have = 0;         // bytes of the header that have come
    Part part = Part::header;
    bool prelogin = false; // the type of packet that TLS lies in
    bool begins = false;   // the next byte is the content's first
    bool wanted = false;   // TLS has begun
  };

  // Content types of TLS; no packet of TDS has such a number.
  static constexpr bool is_tls(std::uint8_t byte) { return byte >= 20 && byte <= 23; }
  static void header_byte(Direction &d, std::uint8_t byte);

  base::Both<Direction> direction_;
};

} // namespace handspan::stream
