// Which worker a frame belongs to: decided from the connection inside, as the inspector sees it.
#pragma once

#include "flow/hash.h"
#include "flow/key.h"
#include "wire/decode.h"
#include "wire/icmp.h"

#include <cstdint>

namespace handspan::capture {

// One object a receiving core.
class Steer {
public:
  // `seed` is the same for all receiving cores and not the flow tables': a worker whose connections
  // all agree in some bits of the hash would leave buckets empty.
  Steer(std::uint32_t workers, bool vlan_in_key, const flow::Seed &seed)
      : workers_(workers), vlan_in_key_(vlan_in_key), seed_(seed) {}

  // The same for both directions of a connection, through VLAN tags and tunnels, and for an ICMP
  // error that quotes it. What is neither belongs to no connection and goes to the workers in turn.
  std::uint32_t worker_of(const wire::Frame &frame) {
    const wire::Kind kind = wire::decode(frame, view_);
    if (kind == wire::Kind::tcp) [[likely]]
      return worker_of(view_);
    wire::IcmpError error;
    if (kind == wire::Kind::icmp && wire::read_icmp_error(view_, error))
      return worker_of(error);
    return turn_ = turn_ + 1 < workers_ ? turn_ + 1 : 0;
  }

private:
  // `ends`: whatever has addresses and ports.
  template <class Ends> std::uint32_t worker_of(const Ends &ends) const {
    const std::uint16_t zone = vlan_in_key_ && view_.vlan_count > 0
                                   ? static_cast<std::uint16_t>(view_.vlans[0] + 1)
                                   : std::uint16_t{0};
    flow::Key key;
    flow::make_key(ends.src, ends.src_port, ends.dst, ends.dst_port, zone, key);
    const std::uint64_t high = flow::hash(key, seed_) >> 32;
    return static_cast<std::uint32_t>(high * workers_ >> 32);
  }

  std::uint32_t workers_;
  std::uint32_t turn_ = 0;
  bool vlan_in_key_;
  flow::Seed seed_;
  wire::PacketView view_;
};

} // namespace handspan::capture
