// What was made of a key once, by the key's own bytes. A few kinds of hello make up most of the
// traffic (every browser of one version says the same), so the latest ones are worth keeping.
#pragma once

#include "base/bytes.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace handspan::tls {

// A key of bytes, put together piece by piece. What does not fit makes it whole() no more.
class KeyBytes {
public:
  static constexpr std::size_t kMost = 500;

  void u8(std::uint8_t value) { put(&value, sizeof value); }
  void u16(std::uint16_t value) { put(&value, sizeof value); }
  [[nodiscard]] bool whole() const { return whole_; }
  [[nodiscard]] base::Bytes view() const { return {bytes_.data(), used_}; }
  [[nodiscard]] std::uint64_t hash() const {
    std::uint64_t hash = used_;
    for (std::size_t i = 0; i < used_; i += sizeof hash) {
      std::uint64_t word = 0;
      std::memcpy(&word, bytes_.data() + i, std::min(sizeof word, used_ - i));
      hash = (hash ^ word) * 0x9e3779b97f4a7c15;
      hash ^= hash >> 32;
    }
    return hash;
  }

private:
  void put(const void *value, std::size_t size) {
    if (used_ + size > kMost) {
      whole_ = false;
      return;
    }
    std::memcpy(bytes_.data() + used_, value, size);
    used_ += size;
  }

  std::size_t used_ = 0;
  bool whole_ = true;
  std::array<std::uint8_t, kMost> bytes_;
};

// One slot a hash, the last one in stays: a slot taken by another key costs the time to make its
// value again, no more, so the hash need not be strong.
template <class Value> class Remembered {
public:
  Remembered() : slots_(kSlots) {}

  // Valid until the next call. `make(Value &)` is called for a key that is not there.
  template <class Make> const Value &of(const KeyBytes &key, Make &&make) {
    Slot &slot = key.whole() ? slots_[key.hash() % kSlots] : unkept_;
    const base::Bytes bytes = key.view();
    if (slot.length == bytes.size() && key.whole() &&
        std::memcmp(slot.key.data(), bytes.data(), bytes.size()) == 0)
      return slot.value;
    slot.length = static_cast<std::uint16_t>(bytes.size());
    std::memcpy(slot.key.data(), bytes.data(), bytes.size());
    slot.value = Value{};
    make(slot.value);
    return slot.value;
  }

private:
  static constexpr std::size_t kSlots = 256;
  struct Slot {
    Value value;
    std::uint16_t length = 0; // 0 = empty: no key is
    std::array<std::uint8_t, KeyBytes::kMost> key;
  };

  std::vector<Slot> slots_;
  Slot unkept_; // of a key that is too long
};

} // namespace handspan::tls
