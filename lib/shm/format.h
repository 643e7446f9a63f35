// Lays an empty segment out in memory. Private to this folder and its tests.
#pragma once

#include "base/time.h"
#include "shm/layout.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace handspan::shm {

// Rings are rounded up to whole blocks.
struct Shape {
  std::uint32_t workers = 1;
  std::uint64_t ring_bytes = std::uint64_t{32} << 20; // of each worker's records
  std::vector<std::string> ports;                     // their names
  std::vector<std::uint32_t> queues{}; // of each port, in the same order; ports beyond have none
  std::uint64_t story_bytes = 0;       // of each worker's stories; 0: none
  StoryChoice story_choice = StoryChoice::none;
  std::uint64_t failure_bytes = std::uint64_t{4} << 20; // of each worker's records of failures
  std::uint32_t rules = 4'096;                          // that have numbers of their own
  std::uint32_t receivers = 0;                          // that there may be
};

// Who writes it.
struct Identity {
  std::string version;
  std::string probe;
  std::string instance;
  std::string boot_id;
  std::uint64_t pid = 0;
  std::uint64_t start_ticks = 0;
  base::Nanos start_time = 0; // since the epoch
  base::Nanos retry_window = 0;
  base::Nanos now = 0; // CLOCK_MONOTONIC: the first heartbeat of everyone
};

// Why a shape can't be had, in words; empty if it can.
std::string fault_of(const Shape &shape);

// The header that such a segment has; segment_bytes says how much memory it needs.
Header plan(const Shape &shape);

// Writes the segment into `at`, zeroed memory of plan(shape).segment_bytes, 64-byte aligned:
// header, directory, names of ports, and at last the magic number.
void format(std::byte *at, const Shape &shape, const Identity &identity);

} // namespace handspan::shm
