// What a ring's slot can hold: which words of an item are written, and how it is read and made
// safe. Private to this folder and its tests.
#pragma once

#include "record/record.h"
#include "record/sanitize.h"
#include "record/story.h"
#include "shm/layout.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace handspan::shm {

constexpr std::size_t whole_words(std::size_t bytes) {
  return (bytes + 7) / 8 * 8;
}

// The rings' slots are of one size: RingParts reckons with it.
static_assert(record::kStoryBytes == record::kRecordBytes);

template <class Item> struct Slot;

template <> struct Slot<record::Record> {
  using Record = record::Record;
  // Calls put(offset, bytes), in whole words, for what is in use, never beyond the record. The
  // message list has room for the longest handshake; its unused part is a third of a usual record
  // and stays as the slot had it.
  template <class Put> static void used(const Record &record, Put put) {
    using Messages = decltype(record::Tls::messages);
    constexpr std::size_t kItems =
        offsetof(Record, tls) + offsetof(record::Tls, messages) + offsetof(Messages, items);
    constexpr std::size_t kBehind = (kItems + sizeof(Messages::items)) / 8 * 8;
    static_assert(kItems % 8 == 0 && sizeof(record::Message) % 8 == 0 && kItems < kBehind);
    const std::size_t first = kItems + record.tls.messages.size() * sizeof(record::Message);
    put(0, std::min(first, kBehind));
    const std::size_t bytes = std::clamp<std::size_t>(record.bytes, kText, sizeof record);
    put(kBehind, whole_words(bytes - kBehind));
  }

  // All fixed fields and as much text as the record says that it has.
  static void load(const std::byte *slot, Record &out) {
    std::uint64_t first = 0;
    load_words(&first, slot, sizeof first);
    std::size_t bytes = first & 0xffffffff;
    if constexpr (std::endian::native == std::endian::big)
      bytes = first >> 32;
    bytes = std::clamp(bytes, kText, sizeof out);
    load_words(&out, slot, whole_words(bytes));
    if (out.text_used > bytes - kText)
      out.text_used = static_cast<std::uint16_t>(bytes - kText);
  }

private:
  static constexpr std::size_t kText = offsetof(Record, text);
};

template <> struct Slot<record::Story> {
  using Story = record::Story;
  template <class Put> static void used(const Story &story, Put put) {
    using Facts = decltype(Story::facts);
    using Parts = decltype(Story::parts);
    constexpr std::size_t kFacts = offsetof(Story, facts) + offsetof(Facts, items);
    constexpr std::size_t kParts = offsetof(Story, parts);
    static_assert(kFacts % 8 == 0 && kParts % 8 == 0 && sizeof(record::PacketFact) % 8 == 0);
    put(0, kFacts + story.facts.size() * sizeof(record::PacketFact));
    put(kParts,
        whole_words(offsetof(Parts, items) + story.parts.size() * sizeof(record::PayloadPart)));
  }

  static void load(const std::byte *slot, Story &out) { load_words(&out, slot, sizeof out); }
};

} // namespace handspan::shm
