// Any bytes as a capture file: no crash, and every frame's bytes are readable and numbered in
// order.
#include "offline/capture_file.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  if (size == 0)
    return 0;
  std::FILE *stream = fmemopen(const_cast<std::uint8_t *>(data), size, "rb");
  if (stream == nullptr)
    return 0;
  std::string fault;
  const auto file = handspan::offline::CaptureFile::open(stream, fault);
  if (file == nullptr) {
    if (fault.empty())
      std::abort();
    return 0;
  }
  std::uint64_t expected = 0;
  unsigned sum = 0;
  for (auto burst = file->next(); !burst.empty(); burst = file->next())
    for (const auto &frame : burst) {
      if (frame.number != ++expected || frame.captured > frame.length)
        std::abort();
      for (const std::uint8_t byte : frame.bytes())
        sum += byte;
    }
  volatile unsigned keep = sum;
  (void)keep;
  return 0;
}
