// Any bytes as a compressed capture (gzip, zstd, lz4, or none of them): in however large pieces
// they are asked for, the same comes out, and the same fault.
#include "base/bytes.h"
#include "offline/unpack.h"
#include "use.h"

#include <cstdio>
#include <string>

namespace {

using namespace handspan;
using fuzz::require;

// Some hundred bytes can stand for gigabytes.
constexpr std::size_t kMost = std::size_t{1} << 17;

std::string unpacked(base::Bytes packed, std::size_t piece) {
  std::FILE *const file = fmemopen(const_cast<std::uint8_t *>(packed.data()), packed.size(), "rb");
  std::string fault;
  const auto unpacker = offline::Unpacker::open(file, fault);
  require((unpacker == nullptr) == !fault.empty());
  if (unpacker == nullptr)
    return fault;
  setvbuf(unpacker->stream(), nullptr, _IONBF, 0);
  std::string out(kMost, '\0');
  std::size_t have = 0;
  while (have < kMost) {
    const std::size_t got =
        std::fread(out.data() + have, 1, std::min(piece, kMost - have), unpacker->stream());
    if (got == 0)
      break;
    have += got;
  }
  out.resize(have);
  require(unpacker->is_compressed() || out == base::text_of(packed.first(have)));
  return have < kMost ? out + '\n' + unpacker->fault() : out;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  if (size > 0)
    require(unpacked({data, size}, 997) == unpacked({data, size}, 65'536));
  return 0;
}
