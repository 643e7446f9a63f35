// How the shared segment lies in its file. Private to this folder: programs use writer.h and
// reader.h. All numbers are in the machine's byte order; all places are offsets from the beginning.
//
//   Header            one page
//   DirectoryEntry[]  name, kind, unit, help and place of every counter
//   ports             PortBlock + the port's numbers, one stride each
//   queues            QueueBlock + the queue's numbers, one stride each, on lines of their own
//   workers           WorkerBlock + the worker's numbers + its ring of slots, on pages of their own
//   vantages          VantageBlock of each worker, on pages of their own
//   stories           StoryBlock of each worker + its ring of stories, on pages of their own
//
// A change that an older reader would misread raises kAbiMajor; one that it may overlook (a counter
// more, a header field appended) raises kAbiMinor.
#pragma once

#include "record/record.h"
#include "record/story.h"
#include "record/vantage.h"

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace handspan::shm {

inline constexpr std::uint64_t kMagic = 0x314e415053444e48; // "HNDSPAN1" on a little-endian machine
inline constexpr std::uint32_t kAbiMajor = 1;
inline constexpr std::uint32_t kAbiMinor = 2;

inline constexpr std::size_t kLine = 64;
inline constexpr std::size_t kPage = 4096;

// Bounds that a reader holds a segment to, and a writer its configuration.
inline constexpr std::uint32_t kMaxWorkers = 256; // record::Record::worker is one byte
inline constexpr std::uint32_t kMaxPorts = 256;
inline constexpr std::uint32_t kMaxQueues = 4096; // of all ports
inline constexpr std::uint64_t kMinSlots = 8;
inline constexpr std::uint64_t kMaxSlots = std::uint64_t{1} << 22; // 16 GiB of records a worker
inline constexpr std::uint64_t kMaxDirectory = 4096;

// A run of blocks of equal size.
struct Section {
  std::uint64_t offset = 0;
  std::uint64_t stride = 0; // from one block to the next
  std::uint64_t count = 0;
};

// Where the parts of a worker's, a port's or a queue's block lie, from the block's beginning.
struct BlockParts {
  std::uint64_t stats_offset = 0;
  std::uint64_t stats_bytes = 0;
  std::uint64_t slots_offset = 0; // workers only
};

struct Header {
  // These keep their places in every ABI, so that a reader of another one can say what it met.
  std::uint64_t magic = 0; // stored last, with release
  std::uint32_t abi_major = 0;
  std::uint32_t abi_minor = 0;
  char version[64] = {}; // of the daemon, NUL-padded

  std::uint64_t header_bytes = 0;
  std::uint64_t segment_bytes = 0;
  std::uint64_t layout_hash = 0; // of the record: see record_layout_hash()
  std::uint64_t slot_bytes = 0;
  std::uint64_t slot_count = 0; // of each worker's ring, a power of two
  std::uint64_t pid = 0;
  std::uint64_t start_ticks = 0; // of the process: with pid and boot_id it names it for ever
  char boot_id[40] = {};
  char instance[40] = {};
  std::int64_t start_time = 0; // nanoseconds since the epoch
  Section directory;
  Section ports;
  Section workers;
  BlockParts port_parts;
  BlockParts worker_parts;

  // What changes while the daemon lives; written by its control thread alone.
  alignas(kLine) std::uint64_t state = 0;
  std::int64_t heartbeat = 0; // CLOCK_MONOTONIC, nanoseconds

  // From ABI 1.1 on.
  alignas(kLine) std::int64_t retry_window = 0; // nanoseconds; 0: not told
  Section queues;
  Section vantages; // one for each worker
  BlockParts queue_parts;

  // From ABI 1.2 on.
  Section stories;                // one for each worker, or none: no packet facts are kept
  std::uint64_t story_hash = 0;   // of the story: see story_layout_hash()
  std::uint64_t story_slots = 0;  // of each worker's ring, a power of two
  std::uint64_t story_offset = 0; // of the ring's slots, from the block's beginning
  std::uint64_t story_choice = 0; // StoryChoice
};

// What a header of ABI 1.0 has; what lies behind it reads as zero.
inline constexpr std::uint64_t kLeastHeaderBytes = offsetof(Header, retry_window);

// Of which connections the daemon hands on the stories.
enum class StoryChoice : std::uint64_t { none, failed, all };

// Whose numbers a directory entry describes.
enum class Scope : std::uint32_t { worker, port, queue };
inline constexpr std::uint32_t kScopes = 3;

struct DirectoryEntry {
  char name[48] = {};
  char unit[16] = {};
  char help[112] = {};
  std::uint32_t kind = 0;   // record::StatKind
  std::uint32_t scope = 0;  // Scope
  std::uint32_t offset = 0; // in the stats of the worker, port or queue
  std::uint32_t bytes = 0;  // 8, or those of a record::Histogram
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

// Each word on a line of its own: the worker stores `tail` once a burst, and readers asking for it
// must not take the line of its heartbeat away.
struct WorkerBlock {
  alignas(kLine) std::int64_t heartbeat = 0; // CLOCK_MONOTONIC, nanoseconds
  alignas(kLine) std::uint64_t intent = 0;   // records that are being or have been written
  alignas(kLine) std::uint64_t tail = 0;     // records that can be read
  // The worker's numbers follow at worker_parts.stats_offset, its slots at slots_offset.
};

// One worker's ring of stories.
struct StoryBlock {
  alignas(kLine) std::uint64_t intent = 0;
  alignas(kLine) std::uint64_t tail = 0;
  // The slots follow at story_offset.
};

static_assert(sizeof(Header) <= kPage && std::is_trivially_copyable_v<Header>);
static_assert(offsetof(Header, abi_major) == 8 && offsetof(Header, version) == 16 &&
              offsetof(Header, header_bytes) == 80);
static_assert(sizeof(DirectoryEntry) == 192 && sizeof(PortBlock) == 64);
static_assert(sizeof(QueueBlock) == kLine && std::is_trivially_copyable_v<QueueBlock>);
static_assert(sizeof(record::Sides) == 16 &&
              sizeof(VantageBlock) == 16 * (record::kVlanPlaces + kMaxPorts));
static_assert(sizeof(WorkerBlock) == 3 * kLine);
static_assert(offsetof(record::Record, bytes) == 0, "the ring's reader looks there first");
static_assert(sizeof(record::Record) % 8 == 0 && alignof(record::Record) == 8);

// FNV-1a.
template <std::size_t N> constexpr std::uint64_t fingerprint(const std::size_t (&shape)[N]) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const std::uint64_t number : shape) {
    for (int shift = 0; shift < 64; shift += 8) {
      hash ^= number >> shift & 0xff;
      hash *= 0x100000001b3;
    }
  }
  return hash;
}

// A fingerprint of the record's shape. Segments of one ABI major have the same; should the
// record have been changed without a new number, records are refused rather than misread.
constexpr std::uint64_t record_layout_hash() {
  using record::Record;
  using record::Tcp;
  using record::Tls;
  constexpr std::size_t kShape[] = {
      sizeof(Record),
      record::kRecordBytes,
      offsetof(Record, kind),
      offsetof(Record, step),
      offsetof(Record, worker),
      offsetof(Record, port),
      offsetof(Record, probe_limit),
      offsetof(Record, flow_id),
      offsetof(Record, first),
      offsetof(Record, client),
      offsetof(Record, server),
      offsetof(Record, client_port),
      offsetof(Record, vlans),
      offsetof(Record, tunnels),
      offsetof(Record, first_data),
      offsetof(Record, retry),
      offsetof(Record, icmp),
      sizeof(record::Icmp),
      offsetof(Record, phases),
      offsetof(Record, phase_order),
      sizeof(record::PhaseSpan),
      offsetof(Record, app),
      sizeof(record::App),
      offsetof(Record, tcp),
      sizeof(Tcp),
      offsetof(Tcp, packets),
      offsetof(Tcp, retransmissions),
      offsetof(Tcp, established),
      offsetof(Tcp, teardown),
      offsetof(Tcp, history),
      offsetof(Record, tls),
      sizeof(Tls),
      offsetof(Tls, version),
      offsetof(Tls, start),
      offsetof(Tls, sni),
      offsetof(Tls, ja3),
      offsetof(Tls, certificate),
      sizeof(record::Certificate),
      offsetof(record::Certificate, sha256),
      offsetof(record::Certificate, subject),
      offsetof(Tls, ssl_history),
      offsetof(Tls, alerts),
      sizeof(record::Alert),
      offsetof(record::Alert, time),
      record::kMaxAlerts,
      offsetof(Tls, messages),
      sizeof(record::Message),
      offsetof(record::Message, time),
      record::kMaxMessages,
      offsetof(Record, rules),
      sizeof(record::RuleHit),
      record::kMaxRules,
      offsetof(Record, text_used),
      offsetof(Record, text),
  };
  return fingerprint(kShape);
}

// The same of the story's shape, apart from the record's: where it differs, the records and all
// numbers can still be read.
constexpr std::uint64_t story_layout_hash() {
  using record::PacketFact;
  using record::PayloadPart;
  using record::Story;
  constexpr std::size_t kShape[] = {
      sizeof(Story),
      record::kStoryBytes,
      record::kMaxStoryPackets,
      record::kMaxStoryParts,
      offsetof(Story, flow_id),
      offsetof(Story, missing),
      offsetof(Story, facts),
      offsetof(Story, parts),
      sizeof(PacketFact),
      offsetof(PacketFact, number),
      offsetof(PacketFact, seq),
      offsetof(PacketFact, ack),
      offsetof(PacketFact, payload),
      offsetof(PacketFact, window),
      offsetof(PacketFact, marks),
      offsetof(PacketFact, flags),
      offsetof(PacketFact, from),
      offsetof(PacketFact, phase),
      offsetof(PacketFact, parts),
      sizeof(PayloadPart),
      offsetof(PayloadPart, left),
      offsetof(PayloadPart, content),
      offsetof(PayloadPart, type),
      offsetof(PayloadPart, flags),
      offsetof(PayloadPart, detail),
  };
  return fingerprint(kShape);
}

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

// One worker's ring, as ring_writer.h fills it and ring_reader.h empties it. `slots` has slot_count
// times record::kRecordBytes bytes, for stories as for records.
template <class Byte, class Word> struct RingParts {
  Word *intent = nullptr;
  Word *tail = nullptr;
  Byte *slots = nullptr;
  std::uint64_t slot_count = 0; // a power of two

  [[nodiscard]] Byte *slot(std::uint64_t number) const {
    return slots + (number & (slot_count - 1)) * record::kRecordBytes;
  }
};
using RingToWrite = RingParts<std::byte, std::uint64_t>;
using RingToRead = RingParts<const std::byte, const std::uint64_t>;

} // namespace handspan::shm
