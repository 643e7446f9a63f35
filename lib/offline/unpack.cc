#include "offline/unpack.h"

#include "base/error_text.h"
#include "offline/decoders.h"

#include <algorithm>
#include <cerrno>
#include <span>
#include <vector>

#include <poll.h>
#include <sys/types.h>
#include <unistd.h>

namespace handspan::offline {

struct Unpacker::Input {
  std::FILE *from;
  int descriptor; // -1: a stream of memory
  std::vector<std::uint8_t> room = std::vector<std::uint8_t>(kPiece);
  std::span<const std::uint8_t> waiting; // read and not handed on
  std::unique_ptr<Decoder> decoder;      // null: the bytes are plain
  std::uint64_t handed = 0;
  bool ended = false;
  std::string fault;

  explicit Input(std::FILE *stream) : from(stream), descriptor(fileno(stream)) {}
  ~Input() {
    if (from != stdin)
      (void)std::fclose(from);
  }

  // One reading, behind what waits. False at the end.
  bool more() {
    std::copy(waiting.begin(), waiting.end(), room.begin());
    const std::size_t have = waiting.size();
    ssize_t got = 0;
    do
      got = descriptor >= 0
                ? ::read(descriptor, room.data() + have, room.size() - have)
                : static_cast<ssize_t>(std::fread(room.data() + have, 1, room.size() - have, from));
    while (got < 0 && errno == EINTR);
    if (got < 0)
      fault = std::string("can't be read: ") + base::error_text(errno);
    ended = got <= 0;
    waiting = {room.data(), have + static_cast<std::size_t>(std::max<ssize_t>(got, 0))};
    return !ended;
  }

  std::size_t plain(std::span<std::uint8_t> out) {
    if (waiting.empty() && !ended)
      (void)more();
    const std::size_t bytes = std::min(out.size(), waiting.size());
    std::copy(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(bytes), out.begin());
    waiting = waiting.subspan(bytes);
    return bytes;
  }

  std::size_t unpacked(std::span<std::uint8_t> out) {
    while (fault.empty()) {
      const std::size_t before = waiting.size();
      const std::size_t made = decoder->decode(waiting, out);
      fault = decoder->fault();
      if (made > 0)
        return made;
      if (waiting.size() < before)
        continue;
      if (ended || !more())
        break;
    }
    if (fault.empty() && decoder->is_within())
      fault = "the compressed data ends early";
    return 0;
  }
};

namespace {

ssize_t read_from(void *cookie, char *at, std::size_t size) {
  auto &input = *static_cast<Unpacker::Input *>(cookie);
  const std::span<std::uint8_t> out(reinterpret_cast<std::uint8_t *>(at), size);
  const std::size_t got = input.decoder != nullptr ? input.unpacked(out) : input.plain(out);
  input.handed += got;
  return static_cast<ssize_t>(got);
}

// Only where it stands is known: ftell().
int tell_from(void *cookie, off64_t *offset, int whence) {
  if (whence != SEEK_CUR || *offset != 0)
    return -1;
  *offset = static_cast<off64_t>(static_cast<Unpacker::Input *>(cookie)->handed);
  return 0;
}

} // namespace

Unpacker::Unpacker(std::unique_ptr<Input> input) : input_(std::move(input)) {}

Unpacker::~Unpacker() {
  if (stream_ != nullptr && owns_stream_)
    (void)std::fclose(stream_);
}

std::unique_ptr<Unpacker> Unpacker::open(std::FILE *stream, std::string &fault) {
  auto input = std::make_unique<Input>(stream);
  while (input->waiting.size() < 4 && input->more()) {
  }
  fault = input->fault;
  const std::string_view format = packed_as(input->waiting);
  if (!format.empty()) {
    input->decoder = decoder_for(format);
    if (input->decoder == nullptr)
      fault = "compressed with " + std::string(format) +
              ", which this handspan was built without: unpack it first";
  }
  if (!fault.empty())
    return nullptr;
  std::unique_ptr<Unpacker> unpacker(new Unpacker(std::move(input)));
  unpacker->stream_ =
      fopencookie(unpacker->input_.get(), "r", {read_from, nullptr, tell_from, nullptr});
  if (unpacker->stream_ == nullptr) {
    fault = base::error_text(errno);
    return nullptr;
  }
  return unpacker;
}

bool Unpacker::is_compressed() const {
  return input_->decoder != nullptr;
}

bool Unpacker::would_wait(int patience) const {
  const long at = std::ftell(stream_);
  if (at < 0 || static_cast<std::uint64_t>(at) < input_->handed || !input_->waiting.empty() ||
      input_->ended)
    return false;
  pollfd in{input_->descriptor, POLLIN, 0};
  return poll(&in, 1, patience) == 0;
}

const std::string &Unpacker::fault() const {
  return input_->fault;
}

} // namespace handspan::offline
