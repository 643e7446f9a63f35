#include "side.h"

#include "record/names.h"
#include "render/facts.h"
#include "render/fields.h"
#include "render/latency.h"
#include "render/units.h"

#include <algorithm>

namespace handspan::app {
namespace {

struct Number final : render::FieldTest {
  bool holds(const render::FieldValue &value) override {
    number = value.number;
    return true;
  }
  std::uint64_t number = 0;
};

Kind kind_of(const record::Record &r) {
  Kind kind{r.cause, r.by};
  if (r.cause == record::Cause::alert && r.decided.alert < r.tls.alerts.size() &&
      !r.tls.alerts[r.decided.alert].encrypted)
    kind.alert = r.tls.alerts[r.decided.alert].code;
  return kind;
}

std::string name_of(const record::Record &r) {
  std::string name(r.view(r.tls.sni));
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return name.empty() ? render::endpoint(r.server, r.server_port) : name;
}

template <std::size_t N> std::string hex(const std::array<std::uint8_t, N> &bytes) {
  std::string text(2 * N, '0');
  (void)render::put_hex(text.data(), bytes);
  return text;
}

} // namespace

Side::Side() : names_(render::Latency::names()) {}

void Side::widen(base::Nanos begin, base::Nanos end) {
  from = from == base::kNever ? begin : std::min(from, begin);
  until = std::max(until, end);
}

void Side::add(const record::Record &r) {
  if (r.kind != record::Kind::connection)
    return;
  ++connections;
  widen(r.first, r.last);
  if (r.outcome == record::Outcome::failed) {
    ++failed;
    ++kinds[kind_of(r)];
  }
  for (const std::string &timing : names_) {
    Number length;
    if (render::find_field("timings." + timing)->any(r, length))
      timings[timing].add(length.number);
  }
  add_server(r);
}

Server *Side::server(const std::string &of) {
  const auto found = servers.find(of);
  if (found != servers.end())
    return &found->second;
  if (servers.size() < kMostServers)
    return &servers[of];
  ++servers_left_out;
  return nullptr;
}

// An address that nobody answered from is no server.
void Side::add_server(const record::Record &r) {
  if (r.kind != record::Kind::connection || r.tcp.packets.server == 0 ||
      (r.tcp.syn_ack == base::kNever && r.tcp.payload_bytes.server == 0))
    return;
  Server *const of = server(name_of(r));
  if (of == nullptr)
    return;
  ++of->connections;
  const record::Tls &tls = r.tls;
  const auto note = [&](Fact fact, std::string value) {
    auto &values = of->facts[static_cast<std::size_t>(fact)];
    if (!value.empty() && (values.size() < kMostValues || values.contains(value)))
      ++values[std::move(value)];
  };
  note(Fact::version, render::version_text(tls.version));
  note(Fact::cipher, render::cipher_text(tls.cipher));
  note(Fact::group, render::group_text(tls.curve));
  note(Fact::alpn, std::string(r.view(tls.alpn)));
  note(Fact::ja3s, tls.has_ja3s ? hex(tls.ja3s) : std::string());
  const record::Certificate &seen = tls.certificate.server;
  const std::string sha256 = hex(seen.sha256);
  if (!seen.known || (of->certificates.size() >= kMostValues && !of->certificates.contains(sha256)))
    return;
  ShownCertificate &certificate = of->certificates[sha256];
  if (certificate.connections++ == 0 && seen.parsed)
    certificate = {1, std::string(r.view(seen.subject)), std::string(r.view(seen.issuer)),
                   seen.not_after == base::kNever ? std::string() : render::date(seen.not_after)};
}

void Side::add(const summary::Cell &cell, base::Nanos begin, base::Nanos length) {
  using summary::FineLatency;
  by_whom = false;
  widen(begin, begin + length);
  for (const std::uint32_t ended : cell.ended)
    connections += ended;
  failed += cell.ended[static_cast<std::size_t>(record::Outcome::failed)];
  for (std::size_t i = 0; i < record::kCauses; ++i)
    if (cell.failed[i] > 0)
      kinds[Kind{static_cast<record::Cause>(i)}] += cell.failed[i];
  for (std::size_t i = 0; i < summary::kTimings; ++i) {
    const FineLatency &summed = cell.latencies.of[i];
    if (summed.count() == 0)
      continue;
    Distribution &to = timings[std::string(summary::name(static_cast<summary::Timing>(i)))];
    to.set_rounded();
    for (std::size_t bucket = 0; bucket < FineLatency::kBuckets; ++bucket)
      if (const std::uint32_t count = summed.bucket(bucket); count > 0) {
        const std::uint64_t low = FineLatency::lower_bound(bucket);
        const std::uint64_t high = bucket + 1 < FineLatency::kBuckets
                                       ? FineLatency::upper_bound(bucket)
                                       : std::max(summed.max(), low);
        to.add(low + (high - low) / 2, count);
      }
  }
}

void Side::add(const std::string &of, const std::string &sha256, const ShownCertificate &seen) {
  if (Server *const to = server(of); to != nullptr && to->certificates.size() < kMostValues)
    to->certificates[sha256] = seen;
}

} // namespace handspan::app
