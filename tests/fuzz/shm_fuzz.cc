// A shared segment of hostile bytes: whatever opens is read to the end.
//
// Input: one byte says how. Even: the rest is the segment. Odd: a good segment with records in it
// is patched by the rest, as often as it lasts:
//   struct { u8 where; u24 offset; u8 length; u8 bytes[length]; }
// where: 0 anywhere; 1 header; 2 the head of the worker's ring and its starts; 3 the ring's first
// entries; 4 directory; 5 the queues' blocks; 6 the same as 2 and 3 of the stories. Damage in
// places that matter is found much sooner this way.
#include "base/reader.h"
#include "shm/format.h"
#include "shm/reader.h"
#include "shm/ring_writer.h"
#include "use.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace {

using namespace handspan;
using fuzz::require;
using fuzz::use;
using Words = std::vector<std::uint64_t>;

constexpr std::size_t kFirstEntries = 1024;

shm::RingWriter ring_of(std::byte *base, const shm::RingSection &rings) {
  return shm::RingWriter(shm::ring_at(base + rings.blocks.offset, rings));
}

void write_stories(shm::RingWriter ring) {
  auto story = std::make_unique<record::Story>();
  for (std::uint64_t i = 1; i < 11; ++i) {
    story->flow_id = i;
    record::PacketFact fact;
    fact.parts = 2;
    story->facts.push(fact);
    story->parts.push({});
    story->parts.push({});
    ring.append(*story);
  }
  ring.publish();
}

void write_records(shm::RingWriter ring) {
  auto record = std::make_unique<record::Record>();
  record->tls.present = true;
  for (int i = 0; i < 11; ++i) {
    record->text_used = 0;
    record->tls.sni = record->put("example.org");
    record->tls.messages.push({});
    record->tls.alerts.push({});
    record->rules.push({1, 2, record->tls.sni, record->tls.sni, record->tls.sni});
    ring.append(*record);
  }
  ring.publish();
}

Words good_segment() {
  const shm::Shape shape{1,      shm::kMinRing, {"port", "other"},
                         {2, 1}, shm::kMinRing, shm::StoryChoice::failed};
  Words words(shm::plan(shape).segment_bytes / 8);
  auto *base = reinterpret_cast<std::byte *>(words.data());
  shm::format(base, shape, {});
  const auto *header = reinterpret_cast<const shm::Header *>(base);
  write_records(ring_of(base, header->records));
  write_stories(ring_of(base, header->stories));
  return words;
}

void patch(Words &words, base::Reader in) {
  auto *bytes = reinterpret_cast<std::uint8_t *>(words.data());
  const auto header = *reinterpret_cast<const shm::Header *>(bytes);
  const std::size_t size = words.size() * 8;
  while (!in.empty()) {
    const std::uint8_t where = in.u8();
    const std::size_t offset = in.u24();
    const base::Bytes data = in.take(in.u8());
    std::size_t start = 0, reach = size;
    switch (where % 7) {
    case 1:
      reach = sizeof(shm::Header);
      break;
    case 2:
      start = header.records.blocks.offset;
      reach = header.records.ring_offset;
      break;
    case 3:
      start = header.records.blocks.offset + header.records.ring_offset;
      reach = kFirstEntries;
      break;
    case 4:
      start = header.directory.offset;
      reach = header.directory.stride * 4;
      break;
    case 5:
      start = header.queues.offset;
      reach = header.queues.stride * header.queues.count;
      break;
    case 6:
      start = header.stories.blocks.offset;
      reach = header.stories.ring_offset + kFirstEntries;
      break;
    default:
      break;
    }
    const std::size_t at = start + offset % reach;
    std::copy_n(data.begin(), std::min(data.size(), size - at), bytes + at);
  }
}

void read_stories(const shm::Reader &reader, std::uint32_t worker) {
  auto cursor = reader.stories(worker, shm::Start::oldest);
  auto story = std::make_unique<record::Story>();
  for (int i = 0; cursor && i < 64; ++i)
    if (cursor->poll(*story).kind == shm::Poll::Kind::record)
      use(*story);
}

void read_records(std::optional<shm::RingCursor> cursor) {
  auto record = std::make_unique<record::Record>();
  for (int i = 0; cursor && i < 64; ++i) {
    const shm::Poll poll = cursor->poll(*record);
    if (poll.kind == shm::Poll::Kind::record)
      use(*record);
    require(poll.kind != shm::Poll::Kind::lost || poll.lost > 0);
  }
}

void read_all(const shm::Reader &reader) {
  (void)reader.status(base::kSecond, base::kSecond);
  // A segment may have hundreds of workers; all their blocks are found in one way.
  for (std::uint32_t worker = 0; worker < std::min(reader.workers(), 4u); ++worker) {
    read_stories(reader, worker);
    const record::WorkerStats stats = reader.worker_stats(worker);
    (void)stats.histograms.tls_total.quantile(0.5);
    for (const shm::Start start : {shm::Start::oldest, shm::Start::newest}) {
      read_records(reader.cursor(worker, start));
      read_records(reader.failures(worker, start));
    }
  }
  for (std::uint32_t receiver = 0; receiver < std::min(reader.receivers(), 4u); ++receiver)
    (void)reader.receiver_age(receiver, base::kSecond);
  for (const shm::RuleCount &rule : reader.rules())
    require(rule.id != 0);
  (void)reader.reloads();
  (void)reader.fences();
  for (std::uint32_t port = 0; port < std::min(reader.ports(), 4u); ++port) {
    (void)reader.port_stats(port);
    (void)reader.port_name(port);
  }
  for (std::uint32_t queue = 0; queue < std::min(reader.queues(), 4u); ++queue) {
    const shm::QueuePlace place = reader.queue_place(queue);
    require(place.port == shm::kNoPort || place.port < reader.ports());
    (void)reader.queue_stats(queue);
  }
  for (const std::size_t place : {std::size_t{0}, record::kUntagged, record::kVlanPlaces}) {
    const record::Sides sides = reader.vlan_sides(reader.workers() - 1, place);
    require(sides.one_sided <= sides.connections);
  }
  (void)reader.port_sides(reader.workers() - 1, shm::kMaxPorts - 1);
  for (const shm::Entry &entry : reader.directory())
    for (const std::uint32_t index : {reader.count(entry.scope) - 1, reader.count(entry.scope)}) {
      (void)reader.value(entry, index);
      (void)reader.histogram(entry, index).quantile(0.99);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  static const Words kGood = good_segment();
  if (size == 0)
    return 0;
  Words words;
  std::size_t bytes = 0;
  if (data[0] % 2 != 0) {
    words = kGood;
    patch(words, base::Reader({data + 1, size - 1}));
    bytes = words.size() * 8;
  } else {
    words.resize((size - 1) / 8);
    bytes = words.size() * 8;
    std::copy_n(data + 1, bytes, reinterpret_cast<std::uint8_t *>(words.data()));
  }
  shm::OpenError error;
  const auto reader =
      shm::Reader::attach({reinterpret_cast<const std::uint8_t *>(words.data()), bytes}, error);
  require((reader == nullptr) == (error.kind != shm::OpenError::Kind::none));
  if (reader != nullptr)
    read_all(*reader);
  return 0;
}
