// Decoding a built layer in one call.
#pragma once

#include "packet_builder.h"
#include "wire/decode.h"

namespace handspan::test {

struct Decoded {
  Buffer bytes; // what view.payload points into
  wire::PacketView view;
  wire::Kind kind;

  explicit Decoded(const Layer &layer, wire::LinkType link = wire::LinkType::ethernet)
      : Decoded(layer.bytes, link) {}
  explicit Decoded(Buffer frame, wire::LinkType link = wire::LinkType::ethernet)
      : bytes(std::move(frame)), kind(wire::decode(frame_of(bytes, link), view)) {}
  Decoded(const Decoded &) = delete;
  Decoded &operator=(const Decoded &) = delete;
};

inline wire::Kind kind_of(const Layer &layer, wire::LinkType link = wire::LinkType::ethernet) {
  return Decoded(layer, link).kind;
}

} // namespace handspan::test
