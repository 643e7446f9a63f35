// The latest TCP packets of a worker, by what a copy has in common with its original: a mirror that
// shows a packet twice may show it some packets later, while a sender that repeats bytes makes a
// new packet of them.
#pragma once

#include "inspect/moment.h"
#include "wire/packet_view.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <emmintrin.h>

namespace handspan::inspect {

class RecentPackets {
public:
  // How many are remembered, by sets: of those a thousand packets ago nearly all, of those two
  // thousand ago six in seven; at a million packets a second that is a copy told 1 or 2 ms late.
  // With the longest lag below, that is all a copy needs on a slower link. Nothing is turned away:
  // who is not found counts as repeated by its sender.
  static constexpr std::size_t kSets = 1024, kWays = 4;
  // No sender repeats itself so soon and no mirror shows a packet so late.
  static constexpr std::uint64_t kLongestLag = 20 * base::kMillisecond; // ns

  // What a packet and its copy have in common; `connection` is the hash of the connection's key.
  // The checksum covers all of it, but hosts that leave it to their NIC show none: so the
  // acknowledgement and the flags count besides. The hop limit may differ: the copy may have been
  // routed.
  static std::uint64_t mark_of(std::uint64_t connection, const wire::PacketView &view) {
    static_assert(offsetof(wire::PacketView, tcp_checksum) ==
                  offsetof(wire::PacketView, ip_id) + sizeof view.ip_id);
    std::uint32_t both;
    std::memcpy(&both, &view.ip_id, sizeof both);
    constexpr std::uint64_t kA = 0x9e3779b97f4a7c15, kB = 0xe7037ed1a0b428db;
    const std::uint64_t all =
        (std::uint64_t{view.seq} << 32 | both) ^ (connection + view.ack) * kA ^ view.flags;
    return (all ^ all >> 32) * kB;
  }

  // Each packet, in order, and after it was asked for.
  void put(std::uint64_t mark, base::Nanos time) {
    Set &set = sets_[mark >> kSetShift];
    push(set.marks, static_cast<std::uint32_t>(mark));
    push(set.clocks, clock_of(time));
  }

  // Was the same packet there before?
  [[nodiscard]] bool is_copy(std::uint64_t mark, const wire::PacketView &view,
                             base::Nanos time) const {
    const Set &set = sets_[mark >> kSetShift];
    for (std::size_t way = 0; way < kWays; ++way)
      if (set.marks[way] == static_cast<std::uint32_t>(mark) &&
          apart(set.clocks[way], clock_of(time)) <= longest_lag(view))
        return true;
    return false;
  }

private:
  // Of each the lower half of the mark, whose upper bits say where it lies, and the time in units
  // of 2^14 ns, modulo 19 hours. The latest stands first. Small, for every packet touches it.
  static constexpr unsigned kClockUnit = 14, kSetShift = 64 - 10;
  using Row = std::array<std::uint32_t, kWays>;
  struct alignas(2 * sizeof(Row)) Set {
    Row marks, clocks;
  };
  static_assert(kWays == 4 && kSets == std::uint64_t{1} << (64 - kSetShift));

  // To the front; the last falls out.
  static void push(Row &row, std::uint32_t first) {
    auto *const words = reinterpret_cast<__m128i *>(row.data());
    const __m128i others = _mm_slli_si128(_mm_load_si128(words), sizeof first);
    _mm_store_si128(words, _mm_or_si128(others, _mm_cvtsi32_si128(static_cast<int>(first))));
  }
  static std::uint32_t clock_of(base::Nanos time) {
    return static_cast<std::uint32_t>(static_cast<std::uint64_t>(time) >> kClockUnit);
  }
  // Between two clocks, whichever is later; nanoseconds.
  static std::uint64_t apart(std::uint32_t a, std::uint32_t b) {
    const auto difference = static_cast<std::int32_t>(a - b);
    return static_cast<std::uint64_t>(std::abs(std::int64_t{difference})) << kClockUnit;
  }

  // Without an IP identification a repeat looks like a copy. Nobody repeats a SYN within 20 ms (RFC
  // 6298, section 2.1: after a second), but bytes, on a short path, he may.
  static std::uint64_t longest_lag(const wire::PacketView &view) {
    constexpr std::uint8_t kSyn = 0x02;
    return view.ip_id != 0 || view.has(kSyn) ? kLongestLag : kLongestLag / 10;
  }

  std::array<Set, kSets> sets_{};
};

} // namespace handspan::inspect
