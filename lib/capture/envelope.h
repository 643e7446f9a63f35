// What a capture file knows of a frame and a replaying device does not hand on: written behind the
// frame's bytes when a capture is prepared for replay, taken off again by Receiver.
#pragma once

#include "base/bytes.h"
#include "base/time.h"
#include "wire/frame.h"

#include <cstdint>
#include <cstring>

namespace handspan::capture {

// Machine byte order: writer and reader are the same process.
struct ReplayEnvelope {
  base::Nanos time = 0;
  std::uint64_t number = 0; // place in the capture file
  std::uint32_t length = 0; // on the wire; the capture may have cut the frame
};
inline constexpr std::uint32_t kEnvelopeBytes = 20;

inline void write_envelope(const ReplayEnvelope &envelope, std::uint8_t *to) {
  std::memcpy(to, &envelope.time, 8);
  std::memcpy(to + 8, &envelope.number, 8);
  std::memcpy(to + 16, &envelope.length, 4);
}

// Takes the envelope off the end of frame.bytes(). A frame without room for one is left as it is.
inline void open_envelope(wire::Frame &frame) {
  if (frame.captured < kEnvelopeBytes)
    return;
  frame.captured -= kEnvelopeBytes;
  const std::uint8_t *from = frame.data + frame.captured;
  std::memcpy(&frame.time, from, 8);
  std::memcpy(&frame.number, from + 8, 8);
  std::memcpy(&frame.length, from + 16, 4);
  if (frame.length < frame.captured)
    frame.length = frame.captured;
}

} // namespace handspan::capture
