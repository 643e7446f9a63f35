// Packet facts and payload parts as a story keeps them: in words of eight bytes, as few as will
// hold them. Nothing is lost.
//
//   fact  1  time 48 (ns after the story's first), number 16
//         2  seq 32, ack 32
//         3  payload 16, window 16, marks 11, flags 8, parts 5, phase 2, from 1, wide 1, decoy 4
//         4  if wide: the upper 16 bits of time, number and payload
//   part  1  bytes 18, left 24, flags 3, type 8, detail 8, content 3 (a code)
//         2  if the code says so: bytes 32, left 32; content stands in word 1 instead of bytes
//
// A fact needs its fourth word after 65,535 packets or 78 hours, a part its second for a hole of
// 256 KiB: the handshake of a usual connection has neither.
#pragma once

#include "base/side.h"
#include "base/time.h"
#include "record/packet_fact.h"

#include <cstddef>
#include <cstdint>

namespace handspan::inspect {

using Word = std::uint64_t;

inline constexpr std::size_t kMaxFactWords = 4, kMaxPartWords = 2;

namespace packed {

inline constexpr unsigned kMarksAt = 32, kFlagsAt = 43, kPartsAt = 51, kPhaseAt = 56, kFromAt = 58,
                          kWideAt = 59, kDecoyAt = 60;
inline constexpr unsigned kLeftAt = 18, kPartFlagsAt = 42, kTypeAt = 45, kDetailAt = 53,
                          kContentAt = 61;
inline constexpr unsigned kLeftBits = kPartFlagsAt - kLeftAt;
inline constexpr unsigned kContentBase = 20, kNoContent = 6, kOtherContent = 7; // else from 20 on
static_assert(record::mark::icmp < 1u << (kFlagsAt - kMarksAt));
static_assert(record::kMaxParts < 1u << (kPhaseAt - kPartsAt));
static_assert(record::kPhases <= 1u << (kFromAt - kPhaseAt));
static_assert(static_cast<unsigned>(record::kLastDecoy) < 1u << (64 - kDecoyAt));
static_assert(record::part_flag::damaged < 1u << (kTypeAt - kPartFlagsAt));

constexpr Word bits(Word word, unsigned at, unsigned count) {
  return word >> at & ((Word{1} << count) - 1);
}

// A fact's third word, as if the other side had sent the packet.
constexpr Word turned(Word third) {
  return third ^ Word { 1 } << kFromAt;
}

} // namespace packed

// Both write behind `to` and say where they ended. Times count from `epoch`; so many parts will
// follow, whatever the fact says.
inline Word *pack(const record::PacketFact &fact, unsigned parts, base::Nanos epoch, Word *to) {
  using namespace packed;
  const Word time = static_cast<Word>(fact.time) - static_cast<Word>(epoch);
  const bool wide = ((time >> 48) | (fact.number >> 16) | (fact.payload >> 16)) != 0;
  *to++ = time << 16 | (fact.number & 0xffff);
  *to++ = Word{fact.seq} << 32 | fact.ack;
  *to++ = (fact.payload & 0xffff) | Word{fact.window} << 16 | Word{fact.marks} << kMarksAt |
          Word{fact.flags} << kFlagsAt | Word{parts} << kPartsAt |
          static_cast<Word>(fact.phase) << kPhaseAt | static_cast<Word>(fact.from) << kFromAt |
          Word{wide} << kWideAt | static_cast<Word>(fact.decoy) << kDecoyAt;
  if (wide) [[unlikely]]
    *to++ = time >> 48 | (Word{fact.number} >> 16) << 16 | (Word{fact.payload} >> 16) << 32;
  return to;
}

inline Word *pack(const record::PayloadPart &part, Word *to) {
  using namespace packed;
  const unsigned known = part.content - kContentBase;
  const unsigned code = known < kNoContent ? known : part.content == 0 ? kNoContent : kOtherContent;
  const Word rest = Word{part.flags} << kPartFlagsAt | Word{part.type} << kTypeAt |
                    Word{part.detail} << kDetailAt;
  if (code != kOtherContent && (part.bytes >> kLeftAt | part.left >> kLeftBits) == 0) [[likely]] {
    *to++ = part.bytes | Word{part.left} << kLeftAt | rest | Word{code} << kContentAt;
    return to;
  }
  *to++ = part.content | rest | Word{kOtherContent} << kContentAt;
  *to++ = Word{part.bytes} << 32 | part.left;
  return to;
}

// `next` gives one word after the other.
template <class Next> record::PacketFact unpack_fact(base::Nanos epoch, Next &&next) {
  using namespace packed;
  const Word first = next(), numbers = next(), last = next();
  const Word upper = bits(last, kWideAt, 1) != 0 ? next() : 0;
  record::PacketFact fact;
  fact.time =
      static_cast<base::Nanos>(static_cast<Word>(epoch) + (first >> 16 | bits(upper, 0, 16) << 48));
  fact.number = static_cast<std::uint32_t>(bits(first, 0, 16) | bits(upper, 16, 16) << 16);
  fact.seq = static_cast<std::uint32_t>(numbers >> 32);
  fact.ack = static_cast<std::uint32_t>(numbers);
  fact.payload = static_cast<std::uint32_t>(bits(last, 0, 16) | bits(upper, 32, 16) << 16);
  fact.window = static_cast<std::uint16_t>(bits(last, 16, 16));
  fact.marks = static_cast<std::uint16_t>(bits(last, kMarksAt, kFlagsAt - kMarksAt));
  fact.flags = static_cast<std::uint8_t>(bits(last, kFlagsAt, 8));
  fact.parts = static_cast<std::uint8_t>(bits(last, kPartsAt, kPhaseAt - kPartsAt));
  fact.phase = static_cast<record::Phase>(bits(last, kPhaseAt, kFromAt - kPhaseAt));
  fact.from = static_cast<base::Side>(bits(last, kFromAt, 1));
  fact.decoy = static_cast<record::Decoy>(bits(last, kDecoyAt, 64 - kDecoyAt));
  return fact;
}

template <class Next> record::PayloadPart unpack_part(Next &&next) {
  using namespace packed;
  const Word word = next();
  const auto code = static_cast<unsigned>(word >> kContentAt);
  record::PayloadPart part;
  part.flags = static_cast<std::uint8_t>(bits(word, kPartFlagsAt, kTypeAt - kPartFlagsAt));
  part.type = static_cast<std::uint8_t>(bits(word, kTypeAt, 8));
  part.detail = static_cast<std::uint8_t>(bits(word, kDetailAt, 8));
  if (code != kOtherContent) {
    part.bytes = static_cast<std::uint32_t>(bits(word, 0, kLeftAt));
    part.left = static_cast<std::uint32_t>(bits(word, kLeftAt, kLeftBits));
    part.content = static_cast<std::uint8_t>(code == kNoContent ? 0 : code + kContentBase);
    return part;
  }
  const Word sizes = next();
  part.content = static_cast<std::uint8_t>(word);
  part.bytes = static_cast<std::uint32_t>(sizes >> 32);
  part.left = static_cast<std::uint32_t>(sizes);
  return part;
}

} // namespace handspan::inspect
