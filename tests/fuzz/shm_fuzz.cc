// A shared segment of hostile bytes: whatever opens is read to the end.
//
// Input: one byte says how. Even: the rest is the segment. Odd: a good segment with records in it
// is patched by the rest, as often as it lasts:
//   struct { u8 where; u24 offset; u8 length; u8 bytes[length]; }
// where: 0 anywhere; 1 header; 2 the worker's block; 3 its first slot; 4 directory; 5 the queues'
// blocks; 6 the first worker's stories. Damage in places that matter is found much sooner this way.
#include "base/reader.h"
#include "record/names.h"
#include "shm/format.h"
#include "shm/reader.h"
#include "shm/ring_writer.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

namespace {

using namespace handspan;
using Words = std::vector<std::uint64_t>;

void write_stories(std::byte *base) {
  const auto *header = reinterpret_cast<const shm::Header *>(base);
  std::byte *at = base + header->stories.offset;
  auto *block = reinterpret_cast<shm::StoryBlock *>(at);
  shm::StoryWriter ring(shm::RingToWrite{&block->intent, &block->tail, at + header->story_offset,
                                         header->story_slots});
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

Words good_segment() {
  const shm::Shape shape{1, 8, {"port", "other"}, {2, 1}, 8, shm::StoryChoice::failed};
  Words words(shm::plan(shape).segment_bytes / 8);
  auto *base = reinterpret_cast<std::byte *>(words.data());
  shm::format(base, shape, {});
  const auto *header = reinterpret_cast<const shm::Header *>(base);
  std::byte *worker = base + header->workers.offset;
  auto *block = reinterpret_cast<shm::WorkerBlock *>(worker);
  shm::RingWriter ring(shm::RingToWrite{&block->intent, &block->tail,
                                        worker + header->worker_parts.slots_offset,
                                        header->slot_count});
  auto record = std::make_unique<record::Record>();
  std::memset(static_cast<void *>(record.get()), 0, sizeof(record::Record));
  for (int i = 0; i < 11; ++i) {
    record->text_used = 0;
    record->tls.sni = record->put("example.org");
    record->tls.messages.push({});
    record->tls.alerts.push({});
    record->rules.push({1, record->tls.sni, record->tls.sni});
    record->seal();
    ring.append(*record);
  }
  ring.publish();
  write_stories(base);
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
      start = header.workers.offset;
      reach = sizeof(shm::WorkerBlock);
      break;
    case 3:
      start = header.workers.offset + header.worker_parts.slots_offset;
      reach = record::kRecordBytes;
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
      start = header.stories.offset;
      reach = header.story_offset + record::kStoryBytes;
      break;
    default:
      break;
    }
    const std::size_t at = start + offset % reach;
    std::copy_n(data.begin(), std::min(data.size(), size - at), bytes + at);
  }
}

void require(bool holds) {
  if (!holds)
    std::abort();
}

// What a printer would do with a record.
void use(const record::Record &r) {
  std::size_t sum = record::name(r.phase).size() + record::name(r.step).size() +
                    record::help(r.cause).size() + record::name(r.tcp.conn_state).size();
  require(record::name(r.cause) != "?" && record::name(r.outcome) != "?");
  for (const char c : r.tcp.history.view())
    sum += static_cast<unsigned char>(c);
  for (const record::Message &m : r.tls.messages.view())
    sum += record::message_name(m.content, m.type, m.encrypted).size() +
           record::name(r.phase).size() + (m.from == base::Side::client ? 1 : 0);
  for (const record::Alert &a : r.tls.alerts.view())
    sum += record::alert_name(a.code).size() + (a.encrypted ? 1 : 0);
  for (const record::RuleHit &hit : r.rules.view())
    for (const char c : r.view(hit.name))
      sum += static_cast<unsigned char>(c);
  for (const record::Text text : {r.tls.sni, r.tls.alpn, r.tls.certificate.server.san})
    for (const char c : r.view(text))
      sum += static_cast<unsigned char>(c);
  for (std::size_t i = 0; i < r.vlan_count; ++i)
    sum += r.vlans[i];
  for (std::size_t i = 0; i < r.tunnel_count; ++i)
    sum += r.tunnels[i];
  require(r.bytes <= sizeof r && r.text_used <= r.text.size() && sum != SIZE_MAX);
}

// Every fact with its parts, as a teller goes through them.
void read_stories(const shm::Reader &reader, std::uint32_t worker) {
  auto cursor = reader.stories(worker, shm::Start::oldest);
  auto story = std::make_unique<record::Story>();
  for (int i = 0; cursor && i < 64; ++i) {
    if (cursor->poll(*story).kind != shm::Poll::Kind::record)
      continue;
    std::size_t at = 0, sum = 0;
    for (const record::PacketFact &fact : story->facts) {
      sum += record::name(fact.phase).size() + (fact.from == base::Side::client ? 1 : 0);
      for (unsigned part = 0; part < fact.parts; ++part)
        sum += story->parts.view()[at++].bytes;
    }
    require(at == story->parts.size() && at <= record::kMaxStoryParts && sum != SIZE_MAX);
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
      auto cursor = reader.cursor(worker, start);
      auto record = std::make_unique<record::Record>();
      for (int i = 0; cursor && i < 64; ++i) {
        const shm::Poll poll = cursor->poll(*record);
        if (poll.kind == shm::Poll::Kind::record)
          use(*record);
        require(poll.kind != shm::Poll::Kind::lost || poll.lost > 0);
      }
    }
  }
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
