// Compressed bytes to plain ones, piece by piece. Internal to lib/offline.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace handspan::offline {

class Decoder {
public:
  virtual ~Decoder() = default;
  // Unpacks some of `in` into `out`, and shortens `in` by what it took. Returns the bytes that it
  // made; 0 with some of `in` left over, or a fault: it can't go on.
  virtual std::size_t decode(std::span<const std::uint8_t> &in, std::span<std::uint8_t> out) = 0;
  // A frame has been begun and not ended.
  [[nodiscard]] bool is_within() const { return within_; }
  [[nodiscard]] const std::string &fault() const { return fault_; }

protected:
  bool within_ = false;
  std::string fault_;
};

// The format by its first bytes ("gzip", "zstd", "lz4"); empty: it is none of them.
std::string_view packed_as(std::span<const std::uint8_t> begin);
// Null: this build has no library for it.
std::unique_ptr<Decoder> decoder_for(std::string_view format);

} // namespace handspan::offline
