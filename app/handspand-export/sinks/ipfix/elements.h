// A record as information elements of IPFIX: IANA's where they exist, with RFC 5103's reverse ones
// for the server's direction, and Handspan's own (elements.def).
#pragma once

#include "sink.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace handspan::exporter::ipfix {

class Taker {
public:
  virtual void number(const char *name, std::uint16_t size, std::uint64_t value) = 0;
  virtual void text(const char *name, const std::string &value) = 0;
  virtual void address(const char *name, std::span<const std::uint8_t> bytes) = 0;

protected:
  ~Taker() = default;
};

bool is_v4(const record::Record &record);

// All of a row, always the same ones in the same order for one version of IP, the long ones first.
void each_element(const Row &row, Taker &taker);

struct Own {
  std::uint16_t number;
  const char *name;
  bool text; // else an unsigned64
  bool time; // in nanoseconds
  std::string_view help;
};
const std::vector<Own> &own_elements();

// RFC 7011, section 6.1.9: NTP's format, seconds since 1900 and a fraction of 2^-32 s.
constexpr std::uint64_t ntp_time(base::Nanos moment) {
  constexpr std::uint64_t kFrom1900 = 2'208'988'800;
  constexpr auto kSecond = static_cast<std::uint64_t>(base::kSecond);
  if (moment < 0)
    return 0;
  const std::uint64_t seconds = static_cast<std::uint64_t>(moment) / kSecond;
  const std::uint64_t rest = static_cast<std::uint64_t>(moment) % kSecond;
  // Rounded up, so that who rounds down has the nanosecond again.
  return (seconds + kFrom1900) << 32 | ((rest << 32) + kSecond - 1) / kSecond;
}

} // namespace handspan::exporter::ipfix
