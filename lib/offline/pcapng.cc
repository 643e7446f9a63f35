// A block (draft-ietf-opsawg-pcapng, section 3.1), filled up to whole words:
//
//   type (4) | total length (4) | body | total length (4)
//
//   section header     0x0a0d0d0a | … | byte-order magic (4) | major (2) | minor (2) | length (8) |
//   interface          1 | … | link type (2) | reserved (2) | snap length (4) | options
//   packet, obsolete   2 | … | interface (2) | drops (2) | time (8) | captured (4) | length (4) |
//   data simple packet      3 | … | length (4) | data enhanced packet    6 | … | interface (4) |
//   time (8) | captured (4) | length (4) | data | options option             code (2) | length (2)
//   | value, filled up to whole words
#include "offline/pcapng.h"

#include "base/wide.h"

#include <algorithm>

namespace handspan::offline {

namespace {

constexpr std::uint32_t kSection = 0x0a0d0d0a, kInterface = 1, kOldPacket = 2, kSimplePacket = 3,
                        kEnhancedPacket = 6;
constexpr std::uint32_t kMagic = 0x1a2b3c4d, kMagicSwapped = 0x4d3c2b1a;
constexpr std::uint32_t kFrame = 12; // type and both lengths
// Far beyond any packet, so that a damaged length does not ask for the machine's memory.
constexpr std::uint32_t kMaxBlock = 16 * 1024 * 1024;
constexpr std::size_t kMaxInterfaces = 65'536;

// Nanoseconds since the epoch; what can't be said in them becomes the nearest that can.
base::Nanos time_of(std::uint64_t units, std::uint8_t resolution, std::int64_t offset) {
  const unsigned power = resolution & 0x7f;
  base::Wide nanos = units;
  if ((resolution & 0x80) != 0)
    nanos = nanos * static_cast<std::uint64_t>(base::kSecond) >> power;
  for (unsigned i = power; (resolution & 0x80) == 0 && i < 9; ++i)
    nanos *= 10;
  for (unsigned i = power; (resolution & 0x80) == 0 && i > 9 && nanos > 0; --i)
    nanos /= 10;
  base::Nanos shift = 0;
  base::Nanos time = nanos > INT64_MAX ? INT64_MAX : static_cast<base::Nanos>(nanos);
  if (__builtin_mul_overflow(offset, base::kSecond, &shift) ||
      __builtin_add_overflow(time, shift, &time))
    time = offset < 0 ? INT64_MIN : INT64_MAX;
  return std::max(time, base::kNever + 1);
}

} // namespace

std::uint16_t PcapngReader::Fields::half() {
  const std::uint16_t value = u16();
  return big_endian_ ? value : __builtin_bswap16(value);
}
std::uint32_t PcapngReader::Fields::word() {
  const std::uint32_t value = u32();
  return big_endian_ ? value : __builtin_bswap32(value);
}
std::uint64_t PcapngReader::Fields::doubleword() {
  const std::uint64_t value = u64();
  return big_endian_ ? value : __builtin_bswap64(value);
}

bool PcapngReader::fail(const char *why) {
  fault_ = why;
  return false;
}

bool PcapngReader::read(std::uint8_t *at, std::size_t bytes) {
  if (bytes == 0 || std::fread(at, 1, bytes, stream_) == bytes)
    return true;
  cut_short_ = true;
  return fail("the file ends inside a block");
}

// The body of a block of which `had` bytes were read, and its second length.
bool PcapngReader::read_rest(std::uint32_t total, std::size_t had) {
  if (total < kFrame || total < had + 4 || total % 4 != 0 || total > kMaxBlock)
    return fail("a block's length can't be");
  body_.resize(total - had - 4);
  std::uint8_t again[4];
  if (!read(body_.data(), body_.size()) || !read(again, 4))
    return false;
  return Fields({again, 4}, big_endian_).word() == total ? true
                                                         : fail("a block's two lengths differ");
}

bool PcapngReader::open() {
  std::uint8_t head[8];
  if (!read(head, 8))
    return false;
  base::Reader fields({head, 8});
  if (fields.u32() != kSection)
    return fail("unknown file format");
  return section(fields.u32());
}

// Its length can be read only when the byte order is known, which stands behind it.
bool PcapngReader::section(std::uint32_t raw_length) {
  std::uint8_t magic[4];
  if (!read(magic, 4))
    return false;
  const std::uint32_t order = base::Reader({magic, 4}).u32();
  if (order != kMagic && order != kMagicSwapped)
    return fail("unknown file format");
  big_endian_ = order == kMagic;
  if (!read_rest(big_endian_ ? raw_length : __builtin_bswap32(raw_length), 12))
    return false;
  interfaces_.clear();
  Fields fields = body();
  return fields.half() == 1 && fields.ok() ? true : fail("a version of pcapng that is not known");
}

bool PcapngReader::next(FilePacket &packet) {
  if (!fault_.empty())
    return false;
  for (;;) {
    const Step step = block(packet);
    if (step == Step::packet)
      return true;
    if (step == Step::ended)
      break;
  }
  return false;
}

PcapngReader::Step PcapngReader::block(FilePacket &packet) {
  const int first = std::fgetc(stream_);
  if (first == EOF)
    return Step::ended;
  std::uint8_t head[8] = {static_cast<std::uint8_t>(first)};
  if (!read(head + 1, 7))
    return Step::ended;
  Fields fields({head, 8}, big_endian_);
  const std::uint32_t type = fields.word();
  if (type == kSection)
    return section(base::Reader({head + 4, 4}).u32()) ? Step::skipped : Step::ended;
  if (!read_rest(fields.word(), 8))
    return Step::ended;
  const auto packet_if = [](bool good) { return good ? Step::packet : Step::ended; };
  switch (type) {
  case kInterface:
    return interface(body()) ? Step::skipped : Step::ended;
  case kEnhancedPacket:
    return packet_if(enhanced_packet(body(), packet));
  case kSimplePacket:
    return packet_if(simple_packet(body(), packet));
  case kOldPacket:
    return packet_if(old_packet(body(), packet));
  default:
    return Step::skipped;
  }
}

bool PcapngReader::interface(Fields body) {
  Interface it;
  it.link = static_cast<wire::LinkType>(body.half());
  (void)body.half();
  it.snap_length = body.word();
  if (!body.ok())
    return fail("an interface's block is too short");
  if (interfaces_.size() >= kMaxInterfaces)
    return fail("too many interfaces");
  options(body, it);
  interfaces_.push_back(it);
  return true;
}

void PcapngReader::options(Fields body, Interface &interface) {
  constexpr std::uint16_t kEnd = 0, kResolution = 9, kOffset = 14;
  while (body.remaining() >= 4) {
    const std::uint16_t code = body.half();
    const std::uint16_t length = body.half();
    Fields value(body.take(length), big_endian_);
    body.skip(-length & 3u);
    if (code == kEnd || !body.ok())
      return;
    if (code == kResolution && length == 1)
      interface.resolution = value.u8();
    else if (code == kOffset && length == 8)
      interface.offset = static_cast<std::int64_t>(value.doubleword());
  }
}

bool PcapngReader::put(Fields &body, const Interface &from, std::uint64_t units,
                       std::uint32_t captured, std::uint32_t length, FilePacket &packet) {
  const base::Bytes data = body.take(captured);
  if (!body.ok())
    return fail("a packet is longer than its block");
  packet.data = data.data();
  packet.captured = captured;
  packet.length = length;
  packet.link = from.link;
  packet.time = last_ = time_of(units, from.resolution, from.offset);
  return true;
}

// What follows the interface's number, in both kinds of block that tell a time.
bool PcapngReader::timed_packet(std::size_t interface, Fields &body, FilePacket &packet) {
  const std::uint64_t high = body.word();
  const std::uint64_t units = high << 32 | body.word();
  const std::uint32_t captured = body.word();
  const std::uint32_t length = body.word();
  if (interface >= interfaces_.size())
    return fail("a packet's interface is not described");
  return put(body, interfaces_[interface], units, captured, length, packet);
}

bool PcapngReader::enhanced_packet(Fields body, FilePacket &packet) {
  const std::uint32_t id = body.word();
  return timed_packet(id, body, packet);
}

bool PcapngReader::old_packet(Fields body, FilePacket &packet) {
  const std::uint16_t id = body.half();
  (void)body.half(); // drops
  return timed_packet(id, body, packet);
}

// It has no time: it takes that of the packet before it.
bool PcapngReader::simple_packet(Fields body, FilePacket &packet) {
  const std::uint32_t length = body.word();
  if (interfaces_.empty())
    return fail("a packet's interface is not described");
  const Interface &from = interfaces_[0];
  std::uint32_t captured = std::min(length, static_cast<std::uint32_t>(body.remaining()));
  if (from.snap_length > 0)
    captured = std::min(captured, from.snap_length);
  const base::Nanos before = last_;
  const bool good = put(body, from, 0, captured, length, packet);
  packet.time = last_ = before;
  return good;
}

} // namespace handspan::offline
