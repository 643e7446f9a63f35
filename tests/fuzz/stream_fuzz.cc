// The assembler against the simplest model of it: an array of places, the first byte for each wins.
// Segments come from the script; sequence numbers start near the end of their space.
#include "stream/assembler.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <vector>

namespace {

using namespace handspan;

constexpr std::uint32_t kStart = 0xffffff00; // wraps soon
constexpr std::size_t kPlaces = 1 << 17;

void require(bool holds, const char *what) {
  if (holds)
    return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

// What was sent for each place, first come; and what came out, place by place.
class Model {
public:
  void sent(std::size_t at, base::Bytes data) {
    for (std::size_t i = 0; i < data.size(); ++i, ++at)
      if (at >= out_ && at < kPlaces && !first_[at])
        first_[at] = data[i];
  }
  // Answers wait until what they answer has come: `turn` goes on with the script.
  std::uint32_t turn = 0;
  [[nodiscard]] bool ready(const stream::Origin &origin) const {
    return !origin.is_answer || origin.answers <= turn;
  }
  void full(stream::Bound) {}
  void bytes(base::Bytes data, const stream::Origin &) {
    for (const std::uint8_t byte : data) {
      if (out_ < kPlaces)
        require(first_[out_] && *first_[out_] == byte, "the first byte for a place comes out");
      ++out_;
    }
  }
  void cut(std::uint32_t n, const stream::Origin &origin) { missing(n, origin); }
  void missing(std::uint32_t n, const stream::Origin &) {
    require(n > 0, "nothing is not missing");
    out_ += n;
  }
  [[nodiscard]] std::size_t out() const { return out_; }

private:
  std::vector<std::optional<std::uint8_t>> first_ =
      std::vector<std::optional<std::uint8_t>>(kPlaces);
  std::size_t out_ = 0;
};

} // namespace

//   script  = buffers (1) | per queue (1) | segment*
//   segment = place (2) | length (1), in sixteens if the top bit is set | cut (1) | first byte (1)
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  if (size < 2)
    return 0;
  const std::uint32_t buffers = data[0] % 32, per_queue = data[1] % 16;
  stream::Assembler assembler(buffers, per_queue);
  stream::Queue queue;
  queue.start(kStart);
  Model model;
  std::vector<std::uint8_t> payload;
  for (std::size_t i = 2; i + 5 <= size; i += 5) {
    const std::size_t at = static_cast<std::size_t>(data[i]) << 8 | data[i + 1];
    std::size_t length = data[i + 2] & 0x7f;
    if ((data[i + 2] & 0x80) != 0)
      length *= 16;
    payload.resize(length);
    for (std::size_t k = 0; k < length; ++k) // mostly the same for a place, whoever sends it
      payload[k] = static_cast<std::uint8_t>((at + k) * 7 + data[i + 4] / 128);
    const std::size_t captured = length - std::min<std::size_t>(length, data[i + 3] / 8);
    const base::Bytes seen{payload.data(), captured};
    model.sent(at, seen);
    stream::Origin origin;
    origin.is_answer = (data[i + 3] & 4) != 0;
    origin.answers = model.turn + (data[i + 3] & 3);
    model.turn += data[i + 3] & 1;
    assembler.push(queue, kStart + static_cast<std::uint32_t>(at), seen,
                   static_cast<std::uint32_t>(length), origin, model);
    require(queue.next == static_cast<std::uint32_t>(kStart + model.out()),
            "every byte came out or is missing");
    require(queue.waiting <= per_queue && assembler.used() == queue.waiting, "bounds hold");
  }
  while (queue.waiting > 0)
    assembler.release_first(queue, model);
  require(assembler.used() == 0, "buffers are given back");
  return 0;
}
