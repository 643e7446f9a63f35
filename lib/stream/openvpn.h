// OpenVPN over TCP carries TLS in its control channel, cut into frames of its own. Takes the bytes
// of TLS out of them, without waiting and without a copy. Frames of the data channel, of later keys
// and of tls-crypt, which hides the control channel, are passed over.
#pragma once

#include "base/bytes.h"
#include "base/side.h"

#include <algorithm>
#include <cstdint>

namespace handspan::stream {

class OpenVpn {
public:
  // Do these bytes begin with the client's first frame, whole and with nothing hidden? Learns from
  // it how long the authentication is that tls-auth puts into every frame of the control channel.
  bool begin(base::Bytes bytes);

  // The next bytes of one direction, in order. `out` is called with those of TLS, in order.
  template <class Out> void take(base::Side from, base::Bytes bytes, Out &&out) {
    Direction &d = direction_[from];
    while (!bytes.empty() && d.part != Part::lost) {
      if (d.part != Part::content) {
        header_byte(d, bytes[0]);
        bytes = bytes.subspan(1);
        continue;
      }
      const std::size_t n = std::min<std::size_t>(d.frame_left, bytes.size());
      if (d.wanted)
        out(bytes.first(n));
      bytes = bytes.subspan(n);
      d.frame_left = static_cast<std::uint16_t>(d.frame_left - n);
      if (d.frame_left == 0)
        d.expect(Part::length, 2);
    }
  }

  // Bytes of this direction are missing: nobody knows where its next frame begins.
  void lose(base::Side from) { direction_[from].part = Part::lost; }

  void swap_roles() { std::swap(direction_.client, direction_.server); }

private:
  // Where in a frame a direction stands; see openvpn.cc for the grammar.
  enum class Part : std::uint8_t { length, opcode, session, acks, acked, number, content, lost };

  struct Direction {
    std::uint32_t value = 0;       // of the number that is being read
    std::uint32_t next_number = 1; // of the next message; the reset had 0
    std::uint16_t frame_left = 0;  // bytes of the frame still to come
    std::uint16_t part_left = 2;   // bytes of the part still to come
    Part part = Part::length;
    bool wanted = false; // the content is TLS, and new
    void expect(Part next, std::uint32_t bytes);
  };

  void header_byte(Direction &d, std::uint8_t byte) const;
  void next_part(Direction &d) const;

  base::Both<Direction> direction_;
  std::uint8_t authentication_ = 0; // bytes of it, packet id and time included
};

} // namespace handspan::stream
