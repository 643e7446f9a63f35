#include "capture/envelope.h"

#include <gtest/gtest.h>
#include <vector>

namespace handspan::capture {
namespace {

wire::Frame frame_of(const std::vector<std::uint8_t> &bytes) {
  wire::Frame frame;
  frame.data = bytes.data();
  frame.captured = frame.length = static_cast<std::uint32_t>(bytes.size());
  return frame;
}

TEST(Envelope, TellsWhatTheFileKnew) {
  std::vector<std::uint8_t> bytes(60 + kEnvelopeBytes, 0xab);
  write_envelope({1'700'000'000'123'456'789, 42, 1'514}, bytes.data() + 60);
  wire::Frame frame = frame_of(bytes);
  open_envelope(frame);
  EXPECT_EQ(frame.captured, 60U);
  EXPECT_EQ(frame.length, 1'514U);
  EXPECT_EQ(frame.number, 42U);
  EXPECT_EQ(frame.time, 1'700'000'000'123'456'789);
}

TEST(Envelope, LengthIsNeverLessThanWhatIsThere) {
  std::vector<std::uint8_t> bytes(60 + kEnvelopeBytes);
  write_envelope({0, 1, 14}, bytes.data() + 60);
  wire::Frame frame = frame_of(bytes);
  open_envelope(frame);
  EXPECT_EQ(frame.length, 60U);
}

TEST(Envelope, TooShortAFrameStaysAsItIs) {
  const std::vector<std::uint8_t> bytes(kEnvelopeBytes - 1);
  wire::Frame frame = frame_of(bytes);
  frame.time = 7;
  open_envelope(frame);
  EXPECT_EQ(frame.captured, kEnvelopeBytes - 1);
  EXPECT_EQ(frame.time, 7);
}

} // namespace
} // namespace handspan::capture
