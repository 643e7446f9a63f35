// Certificates that were seen, each once, with who shows it. Sets of four places: where a set is
// full, the certificate that was not seen for the longest gives way.
#pragma once

#include "record/record.h"
#include "summary/word.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace handspan::summary {

template <std::size_t kBytes> struct ShortText {
  std::uint16_t length = 0; // may be more than there is room for
  std::array<char, kBytes> bytes{};

  void assign(std::string_view text) {
    length = static_cast<std::uint16_t>(text.size() < 0xffff ? text.size() : 0xffff);
    if (!text.empty())
      std::memcpy(bytes.data(), text.data(), text.size() < kBytes ? text.size() : kBytes);
  }
  [[nodiscard]] std::string_view view() const {
    return {bytes.data(), length < kBytes ? length : kBytes};
  }
  [[nodiscard]] bool cut() const { return length > kBytes; }
};

struct Certificate {
  static constexpr std::size_t kServers = 4, kNames = 4;
  struct Server {
    base::Address address;
    std::uint64_t port = 0;  // 0 of a client
    std::uint64_t taken = 0; // 1: there is one
  };

  Version version;
  std::uint64_t shown = 0;   // connections that showed it; 0: a free place
  std::uint64_t refused = 0; // of those, in which the other side refused it
  std::int64_t first_seen = record::kNever, last_seen = record::kNever;
  std::int64_t not_before = record::kNever, not_after = record::kNever; // seconds
  std::array<std::uint8_t, 32> sha256{};
  std::uint16_t key_bits = 0;
  std::uint8_t key_type = 0;    // record::KeyType
  std::uint8_t parsed = 0;      // 1: subject, issuer, names, key and dates mean something
  std::uint8_t self_signed = 0; // 1: it is
  std::uint8_t by_client = 0;   // 1: a client showed it
  std::uint32_t more_servers = 0, more_names = 0; // 1: there were more than there is room for
  // The first that showed it, and the names that clients asked for then.
  std::array<Server, kServers> servers{};
  std::array<ShortText<62>, kNames> names{};
  ShortText<190> subject, issuer;
  ShortText<46> serial;
  ShortText<254> san; // separated by '\n'

  // False if there is no room for it.
  bool add(const Server &server);
  bool add(const ShortText<62> &name);
};

struct Certificates {
  static constexpr std::size_t kWays = 4, kSets = 256;
  std::uint64_t gave_way = 0; // to others
  std::array<Certificate, kWays * kSets> places{};
};

class CertificateWriter {
public:
  explicit CertificateWriter(Certificates &certificates) : certificates_(certificates) {}
  void add(const record::Record &record);

private:
  void show(const record::Record &record, base::Side side);
  Certificate &place_for(const record::Certificate &certificate, bool &fresh);

  Certificates &certificates_;
};

void load(Certificates &to, const Certificates &live);

} // namespace handspan::summary
