// Keeps the packet facts of live connections while they may still fail, in memory taken at the
// start, and hands them on as a record::Story when the connection is over.
#pragma once

#include "base/age_lists.h"
#include "base/index_pool.h"
#include "base/memory.h"
#include "inspect/fact_sink.h"
#include "inspect/packed_fact.h"
#include "record/story.h"
#include "rules/rule.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>

namespace handspan::inspect {

struct StorySettings {
  std::uint32_t buffers = 32'768;                   // of kStoryBufferBytes each
  std::uint32_t packets = record::kMaxStoryPackets; // of one connection, more than kStoryEndPackets
  bool successful = false; // hand on the stories of connections that did not fail, too
};

// A usual TLS handshake with its teardown takes two; a SYN without an answer one.
inline constexpr std::size_t kStoryBufferBytes = 256;
// Kept free in each story for its teardown: the beginning and the end say what went wrong.
inline constexpr std::uint16_t kStoryEndPackets = 8, kStoryEndParts = 12;

struct StoryCounters {
  std::uint64_t published = 0;
  std::uint64_t pool_full = 0;       // connections turned away
  std::uint64_t gave_way = 0;        // connections, for others: the unproven, and those past theirs
  std::uint64_t packets_dropped = 0; // of connections that are kept
};

// Where the stories go; inside the call that closed the connection, after its record.
class StorySink {
public:
  virtual ~StorySink() = default;
  virtual void tell(const record::Story &story) = 0;
};

// One worker's. A story is a row of words (packed_fact.h): the latest lie in the connection's note,
// and whenever they are a cache line, it is streamed past the cache into a chain of buffers, for
// nobody will read it unless the connection fails. While the handshakes of a connection that is
// known to have two ends go on, nobody else knows of its story. Before, and once they are over, it
// stands in a list, from which the oldest is taken when buffers run short: its connection finds out
// by the flow id that is gone.
class StoryPool final : public FactSink {
public:
  // Allocates all its memory: throws std::bad_alloc. `sink` must outlive the pool.
  StoryPool(const StorySettings &settings, StorySink &sink);
  // The most memory, in bytes, that such a pool takes.
  static std::uint64_t bytes_for(const StorySettings &settings) {
    return std::uint64_t{settings.buffers} *
               (sizeof(std::uint64_t) + sizeof(std::uint32_t) + sizeof(Buffer)) +
           Ages::bytes_for(settings.buffers) + base::IndexPool::bytes_for(settings.buffers);
  }

  void packet(FactNote &note, std::uint64_t flow_id, const record::PacketFact &fact,
              std::span<const record::PayloadPart> parts) override;
  void turned(FactNote &note, std::uint64_t flow_id) override;
  void proven(FactNote &note, std::uint64_t flow_id) override;
  [[nodiscard]] bool lacks(const FactNote &note, const record::Record &record) const override {
    return is_wanted(record) && !is_kept(note, record.flow_id);
  }
  void rest(FactNote &note, std::uint64_t flow_id) override;
  void closed(FactNote &note, const record::Record &record) override;

  [[nodiscard]] const StoryCounters &counters() const { return counters_; }
  [[nodiscard]] std::uint32_t buffers_used() const { return pool_.used(); }

private:
  static constexpr std::uint32_t kNone = base::IndexPool::kNone;

  // FactNote::standing. Stories give way in the order of the lists that they stand in.
  enum : std::uint8_t { kUnproven, kSettled, kLists, kStays = kLists };
  using Ages = base::AgeLists<kLists>;
  static constexpr std::size_t kLineWords = std::tuple_size_v<decltype(FactNote::line)>,
                               kBufferWords = kStoryBufferBytes / sizeof(Word);
  struct Buffer {
    alignas(64) std::array<Word, kBufferWords> words;
  };
  class Walk;

  bool begin(FactNote &note, std::uint64_t flow_id, const record::PacketFact &fact);
  [[nodiscard]] bool is_wanted(const record::Record &record) const {
    if ((record.rule_actions & rules::action::ignore) != 0)
      return false;
    return settings_.successful || record.outcome == record::Outcome::failed ||
           (record.rule_actions & rules::action::story) != 0;
  }
  // There is a story, and it has not given way.
  [[nodiscard]] bool is_kept(const FactNote &note, std::uint64_t flow_id) const {
    return note.place != 0 && (note.standing == kStays || owner_[note.place - 1] == flow_id);
  }
  // Room for so many words more, if need be by others giving way. A full buffer has its next.
  bool reserve(const FactNote &note, std::size_t words) {
    const std::size_t wanted = (note.words + words) / kBufferWords - note.words / kBufferWords;
    return wanted == 0 || find_buffers(note, static_cast<std::uint32_t>(wanted));
  }
  bool find_buffers(const FactNote &note, std::uint32_t wanted);
  void put(FactNote &note, std::span<const Word> words);
  void put_line(FactNote &note, std::size_t end);
  std::uint32_t take();
  void release(std::uint32_t story);
  void list(FactNote &note, std::uint64_t flow_id, std::uint8_t list);
  std::uint32_t oldest(std::uint32_t but_not);
  bool make_room(std::uint32_t but_not);
  void assemble(FactNote &note, std::uint64_t flow_id);

  StorySettings settings_;
  StorySink &sink_;
  base::BigArray<std::uint64_t> owner_; // by first buffer: the flow id of a story in a list, or 0
  base::BigArray<std::uint32_t> next_;  // by buffer: the one after it in its chain
  base::BigArray<Buffer> buffers_;
  base::IndexPool pool_;
  Ages ages_; // by first buffer
  StoryCounters counters_;
  record::Story story_; // being put together
};

} // namespace handspan::inspect
