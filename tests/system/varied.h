// Records as a busy network has them, made out of a few that are real: other clients, servers and
// names, other times between their steps, other sizes. The same for the same number.
#pragma once

#include "record/record.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace handspan::varied {

// SplitMix64.
class Dice {
public:
  explicit Dice(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15) {}
  std::uint64_t next() {
    std::uint64_t x = state_ += 0x9e3779b97f4a7c15;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    return x ^ x >> 31;
  }
  std::uint64_t below(std::uint64_t end) { return next() % end; }
  double share() { return static_cast<double>(next() >> 11) * 0x1p-53; }

private:
  std::uint64_t state_;
};

inline base::Address address(std::uint32_t begin, std::uint64_t number) {
  const auto all = static_cast<std::uint32_t>(begin + number);
  const std::uint8_t bytes[] = {
      static_cast<std::uint8_t>(all >> 24), static_cast<std::uint8_t>(all >> 16),
      static_cast<std::uint8_t>(all >> 8), static_cast<std::uint8_t>(all)};
  return base::Address::v4(bytes);
}

// From a third of each step to three times it, to the nanosecond; what was at one time stays so.
inline void vary_times(record::Record &r, base::Nanos first, Dice &dice) {
  std::vector<base::Nanos *> times = {
      &r.last,       &r.tcp.syn,   &r.tcp.syn_ack,      &r.tcp.ack,          &r.tcp.close,
      &r.tcp.end,    &r.tls.start, &r.tls.client_hello, &r.tls.server_hello, &r.tls.finished,
      &r.first_data, &r.last_data, &r.decided.time};
  std::erase_if(times, [](const base::Nanos *at) { return *at == base::kNever; });
  std::sort(times.begin(), times.end(),
            [](const base::Nanos *a, const base::Nanos *b) { return *a < *b; });
  base::Nanos was = r.first, is = first;
  for (base::Nanos *at : times) {
    const auto step = static_cast<double>(*at - was);
    was = *at;
    is += static_cast<base::Nanos>(step * std::exp((dice.share() * 2 - 1) * 1.1));
    *at = is;
  }
  r.first = first;
  r.written = r.last;
}

inline void vary_sizes(record::Record &r, Dice &dice) {
  for (const base::Side side : {base::Side::client, base::Side::server}) {
    const std::uint64_t payload = dice.below(40'000), packets = payload / 1400 + dice.below(10);
    r.tcp.payload_bytes[side] += payload;
    r.tcp.packets[side] += packets;
    r.tcp.wire_bytes[side] += payload + packets * 66;
  }
}

template <class Bytes> void fill(Bytes &bytes, std::uint64_t seed) {
  Dice dice(seed + 1);
  for (auto &byte : bytes)
    byte = static_cast<std::uint8_t>(dice.next());
}

// 20,000 clients of 40 programs, 500 servers of which few have most, 30,000 connections a second.
class Records {
public:
  explicit Records(std::vector<record::Record> seeds) : seeds_(std::move(seeds)) {}

  const record::Record &of(std::uint64_t number, base::Nanos begin) {
    Dice dice(number + 1);
    record_ = seeds_[dice.below(seeds_.size())];
    const std::uint64_t client = dice.below(20'000);
    const auto server = static_cast<std::uint64_t>(500 * std::pow(dice.share(), 3));
    record_.client = address(0x0a000000, client);
    record_.server = address(0xc6120000, server * 7);
    record_.client_port = static_cast<std::uint16_t>(32'768 + dice.below(28'000));
    record_.flow_id = (record_.flow_id >> 56 << 56) | (number + 1);
    if (record_.tls.sni.length > 0)
      record_.tls.sni = record_.put("www" + std::to_string(server) + ".example.com");
    if (record_.tls.has_ja3)
      fill(record_.tls.ja3, client % 40);
    if (record_.tls.has_ja4)
      std::copy_n(std::to_string(1'000'000'000 + client % 40 * 7'654'321).begin(), 10,
                  record_.tls.ja4.end() - 10);
    if (record::Certificate &shown = record_.tls.certificate.server; shown.known) {
      fill(shown.sha256, server);
      shown.not_after = begin / base::kSecond + (static_cast<std::int64_t>(server) - 20) * 86'400;
    }
    vary_times(record_, begin + static_cast<base::Nanos>(number) * 33'333, dice);
    vary_sizes(record_, dice);
    return record_;
  }

private:
  std::vector<record::Record> seeds_;
  record::Record record_;
};

} // namespace handspan::varied
