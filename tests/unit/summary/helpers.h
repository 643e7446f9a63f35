// Records to be summed up, and the sum.
#pragma once

#include "summary/merged.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

namespace handspan::summary {

inline constexpr base::Nanos kStart = 1'700'000'040 * base::kSecond; // a whole minute

inline base::Address ipv4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
  const std::uint8_t bytes[] = {a, b, c, d};
  return base::Address::v4(bytes);
}

// A connection over TLS that took 20 ms and ended at `last`.
inline std::unique_ptr<record::Record> connection(base::Nanos last,
                                                  std::string_view name = "a.example") {
  auto r = std::make_unique<record::Record>();
  r->outcome = record::Outcome::completed;
  r->phase = record::Phase::teardown;
  r->first = r->tcp.syn = last - 20 * base::kMillisecond;
  r->tcp.syn_ack = r->first + base::kMillisecond;
  r->last = last;
  r->client = ipv4(192, 0, 2, 1);
  r->server = ipv4(198, 51, 100, 1);
  r->server_port = 443;
  r->tls.present = true;
  r->tls.sni = r->put(name);
  return r;
}

inline std::unique_ptr<record::Record> failure(base::Nanos last, record::Cause cause,
                                               std::string_view name = "a.example") {
  auto r = connection(last, name);
  r->outcome = record::Outcome::failed;
  r->cause = cause;
  r->by = record::By::server;
  return r;
}

// A worker in miniature.
struct Worker {
  std::unique_ptr<Block> block = std::make_unique<Block>();
  Writer writer{*block, 42};
  Flowing numbers;

  void at(base::Nanos now) {
    writer.turn(now, [this] { return numbers; });
  }
  void add(const record::Record &record) { writer.add(record); }
  // What a reader finds.
  [[nodiscard]] std::unique_ptr<Block> copy() const {
    auto copy = std::make_unique<Block>();
    load(*copy, [this](const Part &part) {
      return reinterpret_cast<const std::byte *>(block.get()) + part.offset;
    });
    return copy;
  }
  [[nodiscard]] Merged merged() const {
    Merged merged;
    merged.add(copy());
    return merged;
  }
};

} // namespace handspan::summary
