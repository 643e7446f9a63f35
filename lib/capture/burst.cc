#include "capture/burst.h"

#include <algorithm>
#include <cstring>
#include <rte_mbuf.h>

namespace handspan::capture {

Burst::Burst() : linear_(new std::uint8_t[kBurst * kLongest]) {}

void Burst::prefetch() const {
  for (std::size_t i = 0; i < count_; ++i)
    rte_prefetch0(rte_pktmbuf_mtod(mbufs_[i], const void *));
}

namespace {

// DPDK's flags lie as a frame's do, further up.
constexpr unsigned kChecksumsAt = 3;
constexpr std::uint8_t kChecksums = wire::checksum_flag::tcp_bad | wire::checksum_flag::ip_bad |
                                    wire::checksum_flag::ip_good | wire::checksum_flag::tcp_good;
static_assert(RTE_MBUF_F_RX_L4_CKSUM_BAD >> kChecksumsAt == wire::checksum_flag::tcp_bad &&
              RTE_MBUF_F_RX_IP_CKSUM_BAD >> kChecksumsAt == wire::checksum_flag::ip_bad &&
              RTE_MBUF_F_RX_IP_CKSUM_GOOD >> kChecksumsAt == wire::checksum_flag::ip_good &&
              RTE_MBUF_F_RX_L4_CKSUM_GOOD >> kChecksumsAt == wire::checksum_flag::tcp_good);

} // namespace

void Burst::show(std::size_t i) {
  const rte_mbuf &mbuf = *mbufs_[i];
  wire::Frame &frame = frames_[i] = wire::Frame{};
  frame.data = rte_pktmbuf_mtod(&mbuf, const std::uint8_t *);
  frame.captured = mbuf.data_len;
  frame.length = mbuf.pkt_len;
  frame.checksums = static_cast<std::uint8_t>(mbuf.ol_flags >> kChecksumsAt & kChecksums);
  if (mbuf.nb_segs > 1) [[unlikely]]
    linearize(mbuf, frame);
}

void Burst::linearize(const rte_mbuf &mbuf, wire::Frame &frame) {
  std::uint8_t *const to = linear_.get() + linear_used_;
  std::size_t used = 0;
  for (const rte_mbuf *segment = &mbuf; segment != nullptr; segment = segment->next) {
    const std::size_t n = std::min<std::size_t>(segment->data_len, kLongest - used);
    std::memcpy(to + used, rte_pktmbuf_mtod(segment, const std::uint8_t *), n);
    used += n;
  }
  linear_used_ += used;
  frame.data = to;
  frame.captured = static_cast<std::uint32_t>(used);
  ++linearized_;
}

void Burst::keep(std::uint64_t wanted) {
  std::array<rte_mbuf *, kBurst> unwanted;
  unsigned unwanted_count = 0;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < count_; ++i)
    if ((wanted >> i & 1) == 0) {
      unwanted[unwanted_count++] = mbufs_[i];
    } else {
      mbufs_[kept] = mbufs_[i];
      frames_[kept++] = frames_[i];
    }
  rte_pktmbuf_free_bulk(unwanted.data(), unwanted_count);
  count_ = kept;
}

void Burst::release() {
  if (count_ != 0)
    rte_pktmbuf_free_bulk(mbufs_.data(), static_cast<unsigned>(count_));
  give_away();
}

} // namespace handspan::capture
