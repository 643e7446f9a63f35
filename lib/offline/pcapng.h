// Reads pcapng files block by block, also those that libpcap refuses: interfaces of different link
// types and snap lengths, several sections, both byte orders (draft-ietf-opsawg-pcapng).
#pragma once

#include "base/reader.h"
#include "wire/frame.h"

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

namespace handspan::offline {

// A packet as the file holds it; `data` is valid until the next one is read.
struct FilePacket {
  const std::uint8_t *data = nullptr;
  std::uint32_t captured = 0;
  std::uint32_t length = 0; // on the wire, as the file says
  base::Nanos time = 0;
  wire::LinkType link = wire::LinkType::ethernet;
};

class PcapngReader {
public:
  // The stream stays the caller's.
  explicit PcapngReader(std::FILE *stream) : stream_(stream) {}

  // The file's first block; false if it is none, and fault() says why.
  bool open();

  // False at the end and at a fault.
  bool next(FilePacket &packet);

  // Why the reading ended, without the place; empty at the end of the file.
  [[nodiscard]] const std::string &fault() const { return fault_; }
  [[nodiscard]] bool cut_short() const { return cut_short_; }

private:
  struct Interface {
    wire::LinkType link = wire::LinkType::ethernet;
    std::uint32_t snap_length = 0; // 0: no limit
    std::uint8_t resolution = 6;   // if_tsresol: a power of ten, or of two with the top bit set
    std::int64_t offset = 0;       // if_tsoffset, seconds
  };

  // The body of a block, in the section's byte order.
  class Fields : public base::Reader {
  public:
    Fields(base::Bytes bytes, bool big_endian) : Reader(bytes), big_endian_(big_endian) {}
    std::uint16_t half();
    std::uint32_t word();
    std::uint64_t doubleword();

  private:
    bool big_endian_;
  };

  enum class Step : std::uint8_t { ended, skipped, packet };
  Step block(FilePacket &packet);
  bool section(std::uint32_t raw_length);
  bool interface(Fields body);
  void options(Fields body, Interface &interface);
  bool enhanced_packet(Fields body, FilePacket &packet);
  bool timed_packet(std::size_t interface, Fields &body, FilePacket &packet);
  bool simple_packet(Fields body, FilePacket &packet);
  bool old_packet(Fields body, FilePacket &packet);
  bool put(Fields &body, const Interface &from, std::uint64_t units, std::uint32_t captured,
           std::uint32_t length, FilePacket &packet);
  bool read(std::uint8_t *at, std::size_t bytes);
  bool read_rest(std::uint32_t total, std::size_t had);
  bool fail(const char *why);
  [[nodiscard]] Fields body() const { return {{body_.data(), body_.size()}, big_endian_}; }

  std::FILE *stream_;
  bool big_endian_ = false;
  bool cut_short_ = false;
  base::Nanos last_ = 0;
  std::vector<Interface> interfaces_; // of this section
  std::vector<std::uint8_t> body_;    // of the current block
  std::string fault_;
};

} // namespace handspan::offline
