// Long transfers, for people: which packets of a conversation are so ordinary that they can be told
// together. What is unusual among them is left to be told by itself.
#pragma once

#include "render/conversation.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace handspan::render {

// Packets of the data phase that only carry data or acknowledge it.
struct Run {
  std::size_t begin = 0, end = 0; // places: the last one is end - 1
  base::Both<std::uint64_t> data; // packets with payload
  base::Both<std::uint64_t> bytes;
  base::Both<std::uint64_t> acks; // pure ones
};

// Fewer than these are told packet by packet.
inline constexpr std::size_t kLeastRun = 8;

// In the order of the packets. The first packets of data and a side's last ones before its FIN or
// RST are in no run: they tell something.
std::vector<Run> fold(const std::vector<Packet> &packets);

} // namespace handspan::render
