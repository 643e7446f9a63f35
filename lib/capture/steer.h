// Which worker a frame belongs to: decided from the connection inside, as the inspector sees it.
#pragma once

#include "capture/fragment_notes.h"
#include "flow/hash.h"
#include "flow/key.h"
#include "wire/decode.h"
#include "wire/icmp.h"

#include <algorithm>
#include <cstdint>

namespace handspan::capture {

// One object a receiving core.
class Steer {
public:
  // `seed` is the same for all receiving cores and not the flow tables': a worker whose connections
  // all agree in some bits of the hash would leave buckets empty.
  Steer(std::uint32_t workers, bool vlan_in_key, const flow::Seed &seed)
      : workers_(workers), vlan_in_key_(vlan_in_key), seed_(seed) {}

  // The same for both directions of a connection, through VLAN tags and tunnels, for an ICMP error
  // that quotes it and for the fragments of its datagrams, from the first one on. What is none of
  // this belongs to no connection and goes to the workers in turn.
  std::uint32_t worker_of(const wire::Frame &frame) {
    wire::decode(frame, view_);
    return worker_of_view(0);
  }

private:
  std::uint32_t worker_of_view(std::size_t depth) {
    if (view_.kind == wire::Kind::tcp) [[likely]]
      return worker_of(view_);
    if (wire::is_fragment(view_.kind))
      return worker_of_fragment(depth);
    wire::IcmpError error;
    if (view_.kind == wire::Kind::icmp && wire::read_icmp_error(view_, error))
      return worker_of(error);
    return turn_ = turn_ + 1 < workers_ ? turn_ + 1 : 0;
  }

  // Of a first fragment, what it holds is decoded as if the capture had cut off the others.
  std::uint32_t worker_of_fragment(std::size_t depth) {
    constexpr std::uint32_t kMostBytes = 65'535;
    const wire::Fragment f = wire::read_fragment(view_);
    const std::uint64_t name = FragmentNotes::name_of(view_, f, seed_);
    if (f.offset != 0 || depth == wire::kMaxTunnels)
      return notes_.find(name).value_or(scale(name));
    wire::decode_payload(f.v6, f.protocol, f.bytes, std::max(kMostBytes, f.length), view_);
    const std::uint32_t worker = worker_of_view(depth + 1);
    notes_.put(name, worker);
    return worker;
  }

  // `ends`: whatever has addresses and ports.
  template <class Ends> std::uint32_t worker_of(const Ends &ends) const {
    const std::uint16_t zone = vlan_in_key_ && view_.vlan_count > 0
                                   ? static_cast<std::uint16_t>(view_.vlans[0] + 1)
                                   : std::uint16_t{0};
    flow::Key key;
    flow::make_key(ends.src, ends.src_port, ends.dst, ends.dst_port, zone, key);
    return scale(flow::hash(key, seed_));
  }

  [[nodiscard]] std::uint32_t scale(std::uint64_t hash) const {
    return static_cast<std::uint32_t>((hash >> 32) * workers_ >> 32);
  }

  std::uint32_t workers_;
  std::uint32_t turn_ = 0;
  bool vlan_in_key_;
  flow::Seed seed_;
  wire::PacketView view_;
  FragmentNotes notes_;
};

} // namespace handspan::capture
