// The latest TCP packets of a worker, by what a copy has in common with its original: a mirror that
// shows a packet twice may show it some packets later, while a sender that repeats bytes makes a
// new packet of them.
#pragma once

#include "inspect/moment.h"
#include "wire/packet_view.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace handspan::inspect {

class RecentPackets {
public:
  // How many are remembered: at a million packets a second a copy is told 2 ms late. With the
  // longest lag below, that is all a copy needs on a slower link. Nothing is turned away: who is
  // not found counts as repeated by its sender.
  static constexpr std::size_t kPackets = 2048;
  // No sender repeats itself so soon and no mirror shows a packet so late.
  static constexpr std::uint64_t kLongestLag = 20 * base::kMillisecond;

  // Each packet, in order: `place` is noted() and how many were put since.
  void put(std::uint64_t place, const wire::PacketView &view, base::Nanos time) {
    mark_[place % kPackets] = mark_of(view);
    time_[place % kPackets] = time;
  }
  void noted(std::uint64_t packets) { noted_ += packets; }
  [[nodiscard]] std::uint64_t noted() const { return noted_; }

  // Was the same packet there before this one, which was noted as number `place`, from 0?
  [[nodiscard]] bool is_copy(const wire::PacketView &view, base::Nanos time,
                             std::uint64_t place) const {
    const std::uint64_t oldest = noted_ > kPackets ? noted_ - kPackets : 0;
    const std::uint64_t found = latest(mark_of(view), oldest, place);
    return found > oldest && apart(time, time_[(found - 1) % kPackets]) <= longest_lag(view);
  }

private:
  static constexpr std::size_t kRow = 16;
  static_assert(kPackets % kRow == 0);

  // Behind the last of the packets [oldest, end) that has this mark; `oldest` if none has.
  [[nodiscard]] std::uint64_t latest(std::uint64_t mark, std::uint64_t oldest,
                                     std::uint64_t end) const {
    for (; end > oldest; --end) {
      while (end % kRow == 0 && end - oldest >= kRow && !row_has(mark, end - kRow))
        end -= kRow;
      if (end == oldest || mark_[(end - 1) % kPackets] == mark)
        break;
    }
    return end;
  }
  // Without a branch in it, so that many are compared at once.
  [[nodiscard]] bool row_has(std::uint64_t mark, std::uint64_t begin) const {
    const std::uint64_t *row = mark_.data() + begin % kPackets;
    std::uint64_t found = 0;
    for (std::size_t i = 0; i < kRow; ++i)
      found |= row[i] == mark;
    return found != 0;
  }

  // Without an IP identification a repeat looks like a copy. Nobody repeats a SYN within 20 ms (RFC
  // 6298, section 2.1: after a second), but bytes, on a short path, he may.
  static std::uint64_t longest_lag(const wire::PacketView &view) {
    constexpr std::uint8_t kSyn = 0x02;
    return view.ip_id != 0 || view.has(kSyn) ? kLongestLag : kLongestLag / 10;
  }

  // The checksum covers all of it, but hosts that leave it to their NIC show none: so the ends, the
  // acknowledgement and the flags count besides. The hop limit may differ: the copy may have been
  // routed.
  static std::uint64_t mark_of(const wire::PacketView &view) {
    static_assert(offsetof(wire::PacketView, tcp_checksum) ==
                  offsetof(wire::PacketView, ip_id) + sizeof view.ip_id);
    std::uint32_t both;
    std::memcpy(&both, &view.ip_id, sizeof both);
    constexpr std::uint64_t kA = 0x9e3779b97f4a7c15, kB = 0xe7037ed1a0b428db;
    const std::uint64_t ends =
        (view.src.word(1) ^ view.src_port) * kA + (view.dst.word(1) ^ view.dst_port) * kB;
    return (std::uint64_t{view.seq} << 32 | both) ^ (ends + view.ack) * kA ^ view.flags;
  }

  std::array<std::uint64_t, kPackets> mark_{};
  std::array<base::Nanos, kPackets> time_{};
  std::uint64_t noted_ = 0;
};

} // namespace handspan::inspect
