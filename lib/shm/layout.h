// How the shared segment lies in its file. Private to this folder: programs use writer.h and
// reader.h. All numbers are in the machine's byte order; all places are offsets from the beginning.
//
//   Header            one page
//   DirectoryEntry[]  name, kind, unit, help and place of every counter
//   ports             PortBlock + the port's numbers, one stride each
//   queues            QueueBlock + the queue's numbers, one stride each, on lines of their own
//   workers           WorkerBlock + the worker's numbers, on pages of their own
//   vantages          VantageBlock of each worker, on pages of their own
//   records           RingBlock of each worker + the starts in its ring + the ring, on pages of
//                     their own
//   stories           the same for stories
//   failures          the same for records of what failed
//   summaries         summary::Block of each worker, on pages of their own
//   rules, rule_hits  RuleBlock of each rule; RuleHits of each rule for each worker
//   receivers         ReceiverBlock of each receiving core
//
// A change that an older reader would misread raises kAbiMajor; one that it may overlook (a counter
// more, a header field appended) raises kAbiMinor.
#pragma once

#include "record/packed.h"
#include "record/vantage.h"
#include "summary/word.h"

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace handspan::shm {

inline constexpr std::uint64_t kMagic = 0x314e415053444e48; // "HNDSPAN1" on a little-endian machine
inline constexpr std::uint32_t kAbiMajor = 2;
inline constexpr std::uint32_t kAbiMinor = 3;

inline constexpr std::size_t kLine = 64;
inline constexpr std::size_t kPage = 4096;

// Bounds that a reader holds a segment to, and a writer its configuration.
inline constexpr std::uint32_t kMaxWorkers = 256; // record::Record::worker is one byte
inline constexpr std::uint32_t kMaxReceivers = 256;
inline constexpr std::uint32_t kMaxPorts = 256;
inline constexpr std::uint32_t kMaxQueues = 4096; // of all ports
inline constexpr std::uint32_t kMaxCountedRules = 65'536;
// A ring is made of blocks, as small as the longest entry allows: a reader that was overrun, or
// comes late, goes on at the beginning of one.
inline constexpr std::uint64_t kBlockBytes = std::uint64_t{8} << 10;
inline constexpr std::uint64_t kMinRing = 32 * kBlockBytes;
inline constexpr std::uint64_t kMaxRing = std::uint64_t{16} << 30;
inline constexpr std::uint64_t kMaxDirectory = 4096;

// A run of blocks of equal size.
struct Section {
  std::uint64_t offset = 0;
  std::uint64_t stride = 0; // from one block to the next
  std::uint64_t count = 0;
};

// Where the numbers of a worker, a port or a queue lie, from its block's beginning.
struct BlockParts {
  std::uint64_t stats_offset = 0;
  std::uint64_t stats_bytes = 0;
};

// A ring for each worker, or none.
struct RingSection {
  Section blocks;
  std::uint64_t starts_offset =
      0;                         // from the block's beginning: one word for each block of the ring
  std::uint64_t ring_offset = 0; // and the ring's first byte
  std::uint64_t ring_bytes = 0;  // a multiple of kBlockBytes
};

struct Header {
  // These keep their places in every ABI, so that a reader of another one can say what it met.
  std::uint64_t magic = 0; // stored last, with release
  std::uint32_t abi_major = 0;
  std::uint32_t abi_minor = 0;
  char version[64] = {}; // of the daemon, NUL-padded

  std::uint64_t header_bytes = 0;
  std::uint64_t segment_bytes = 0;
  std::uint64_t layout_hash = 0; // record::layout_hash(), of what lies in the rings
  std::uint64_t pid = 0;
  std::uint64_t start_ticks = 0; // of the process: with pid and boot_id it names it for ever
  char boot_id[40] = {};
  char instance[40] = {};
  std::int64_t start_time = 0;    // nanoseconds since the epoch
  std::int64_t retry_window = 0;  // nanoseconds; 0: not told
  std::uint64_t story_choice = 0; // StoryChoice
  Section directory;
  Section ports;
  Section queues;
  Section workers;
  Section vantages; // one for each worker
  BlockParts port_parts;
  BlockParts queue_parts;
  BlockParts worker_parts;
  RingSection records; // one for each worker
  RingSection stories; // one for each worker, or none: no packet facts are kept
  // What changes while the daemon lives; written by its control thread alone.
  alignas(kLine) std::uint64_t state = 0;
  std::int64_t heartbeat = 0; // CLOCK_MONOTONIC, nanoseconds

  // Since 2.1; where header_bytes ends before them, there are none.
  RingSection failures;     // one for each worker: its records of what failed
  Section summaries;        // one for each worker
  BlockParts summary_parts; // of which the whole block is
  // Rules: their names, and one run of what was counted of them for each worker.
  Section rules;
  Section rule_hits;
  summary::Version rules_version; // of their names
  std::uint64_t reloads = 0, reloads_failed = 0;
  // Since 2.2.
  char probe[64] = {}; // its name
  // Since 2.3.
  Section receivers;        // as many as there may be, where dispatch is software
  std::uint64_t fences = 0; // fence_bit; written by the control thread
};

// What a header has at least.
inline constexpr std::uint64_t kLeastHeader = offsetof(Header, failures);

// What the daemon has given up, a bit each: system calls and files that it does not need.
namespace fence_bit {
inline constexpr std::uint64_t calls = 1, files = 2;
}

// Of which connections the daemon hands on the stories.
enum class StoryChoice : std::uint64_t { none, failed, all };

// One rule, by its place in the set.
struct RuleBlock {
  std::uint32_t id = 0; // 0: no rule has had this place so far
  std::uint16_t severity = 0;
  std::uint16_t in_force = 0; // else it has gone by a reload, and its place stays
  char name[72] = {};
};

// What one worker counted of one rule.
struct RuleHits {
  std::uint64_t hits = 0;
  std::int64_t last = 0;     // the latest one; nanoseconds since the epoch
  std::uint64_t example = 0; // its connection's flow id
};

// Whose numbers a directory entry describes.
enum class Scope : std::uint32_t { worker, port, queue };
inline constexpr std::uint32_t kScopes = 3;
// A part of a worker's summary: no number, and of another scope than an older reader knows.
inline constexpr std::uint32_t kSummaryScope = kScopes;
// Of one rule, counted by one worker. Of another scope than those that have blocks of their own.
inline constexpr std::uint32_t kRuleScope = kScopes + 1;

struct DirectoryEntry {
  char name[48] = {};
  char unit[16] = {};
  char help[112] = {};
  std::uint32_t kind = 0;   // record::StatKind
  std::uint32_t scope = 0;  // Scope, or kSummaryScope
  std::uint32_t offset = 0; // in the stats of the worker, port or queue
  std::uint32_t bytes = 0;  // 8, those of a record::Histogram, or the part's
};

struct PortBlock {
  char name[64] = {};
  // The port's numbers follow at port_parts.stats_offset.
};

// One queue of one port. Each of its numbers has one writer: the thread that polls it, or the
// control thread.
struct alignas(kLine) QueueBlock {
  std::uint32_t port = 0;  // index of the port's block
  std::uint32_t queue = 0; // its number there
  // The queue's numbers follow at queue_parts.stats_offset.
};

// How well a worker sees each VLAN and each port. Told apart by direct index; a connection that
// ends touches two lines.
struct VantageBlock {
  record::Sides vlans[record::kVlanPlaces];
  record::Sides ports[kMaxPorts];
};

struct alignas(kLine) WorkerBlock {
  std::int64_t heartbeat = 0; // CLOCK_MONOTONIC, nanoseconds
  // The worker's numbers follow at worker_parts.stats_offset.
};

struct alignas(kLine) ReceiverBlock {
  std::int64_t heartbeat = 0; // CLOCK_MONOTONIC, nanoseconds; 0: nobody receives here
};

// The head of one worker's ring; ring_writer.h tells what the words mean. Each is on a line of its
// own: the worker stores `tail` once a burst, and readers asking for it must not take that of
// `intent` away.
struct RingBlock {
  alignas(kLine) std::uint64_t intent = 0;
  alignas(kLine) std::uint64_t tail = 0;
};

static_assert(sizeof(Header) <= kPage && sizeof(Header) % 8 == 0 &&
              std::is_trivially_copyable_v<Header>);
static_assert(offsetof(Header, abi_major) == 8 && offsetof(Header, version) == 16 &&
              offsetof(Header, header_bytes) == 80);
static_assert(sizeof(DirectoryEntry) == 192 && sizeof(PortBlock) == 64);
static_assert(sizeof(RuleBlock) == 80 && sizeof(RuleHits) == 24);
static_assert(sizeof(QueueBlock) == kLine && std::is_trivially_copyable_v<QueueBlock>);
static_assert(sizeof(record::Sides) == 16 &&
              sizeof(VantageBlock) == 16 * (record::kVlanPlaces + kMaxPorts));
static_assert(sizeof(WorkerBlock) == kLine && sizeof(ReceiverBlock) == kLine &&
              sizeof(RingBlock) == 2 * kLine);

// A word of the segment as both sides touch it. std::atomic_ref can't refer to what is mapped
// read-only, so these are the compilers' builtins; each is one plain move.
template <class Word> Word load_relaxed(const Word *word) {
  static_assert(sizeof(Word) == 8);
  return __atomic_load_n(word, __ATOMIC_RELAXED);
}
template <class Word> Word load_acquire(const Word *word) {
  static_assert(sizeof(Word) == 8);
  return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}
template <class Word> void store_relaxed(Word *word, Word value) {
  static_assert(sizeof(Word) == 8);
  __atomic_store_n(word, value, __ATOMIC_RELAXED);
}
template <class Word> void store_release(Word *word, Word value) {
  static_assert(sizeof(Word) == 8);
  __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

// Copies `bytes` (a multiple of 8) into and out of the segment, word by word: whoever looks at the
// same time sees each number whole, though not all of one moment.
inline void store_words(std::byte *to, const void *from, std::size_t bytes) {
  auto *words = reinterpret_cast<std::uint64_t *>(to);
  for (std::size_t at = 0; at < bytes; at += 8) {
    std::uint64_t word;
    __builtin_memcpy(&word, static_cast<const char *>(from) + at, 8);
    store_relaxed(words++, word);
  }
}
inline void load_words(void *to, const std::byte *from, std::size_t bytes) {
  const auto *words = reinterpret_cast<const std::uint64_t *>(from);
  for (std::size_t at = 0; at < bytes; at += 8) {
    const std::uint64_t word = load_relaxed(words++);
    __builtin_memcpy(static_cast<char *>(to) + at, &word, 8);
  }
}

} // namespace handspan::shm
