// Records made by hand, for the tests of lib/render.
#pragma once

#include "record/record.h"
#include "record/rules.h"

#include <cstring>

namespace handspan::render::test {

using base::kMicrosecond;
using base::kMillisecond;
using base::kSecond;
using record::Record;

inline constexpr base::Nanos kStart = 1'795'358'645'617'013'000; // 2026-11-22T14:44:05.617013Z

inline record::Message handshake(std::uint8_t type, base::Side from, base::Nanos after,
                                 std::uint32_t packet) {
  record::Message message;
  message.content = 22;
  message.type = type;
  message.from = from;
  message.time = kStart + after;
  message.packet = packet;
  return message;
}

// A SYN that nobody answered: what every other record begins with.
inline Record blank() {
  Record r{};
  const std::uint8_t client[] = {192, 168, 232, 1}, server[] = {192, 168, 232, 129};
  r.client = base::Address::v4(client);
  r.server = base::Address::v4(server);
  r.client_port = 45036;
  r.server_port = 443;
  r.flow_id = 0xff;
  r.first = r.last = r.tcp.syn = kStart;
  r.tcp.packets.client = 1;
  r.phases[0] = {kStart, kStart, 1, 1, 1};
  return r;
}

// The browser that does not know the server's certificate: packets 1 to 9, 19, 20, 25, 26.
inline Record refused_certificate() {
  using base::Side;
  Record r = blank();
  r.outcome = record::Outcome::failed;
  r.cause = record::Cause::alert;
  r.by = record::By::client;
  r.phase = record::Phase::tls_handshake;
  r.step = record::Step::server_hello_done;
  r.last = kStart + 34'525 * kMicrosecond;
  r.tcp.syn_ack = kStart + 26 * kMicrosecond;
  r.tcp.ack = kStart + 42 * kMicrosecond;
  r.tcp.close = kStart + 34'292 * kMicrosecond;
  r.tcp.end = r.last;
  r.tcp.established = true;
  r.tcp.packets = {7, 6};
  r.tcp.wire_bytes = {2'500, 1'400};
  r.tcp.payload_bytes = {2'022, 950};
  r.tcp.fin = {1, 1};
  r.tcp.has_first_close = true;
  r.tcp.first_close = Side::server;
  r.tcp.teardown = record::Teardown::fin;
  r.phases[0] = {kStart, kStart + 42 * kMicrosecond, 1, 3, 3};
  r.phases[1] = {kStart + 1'944 * kMicrosecond, kStart + 34'095 * kMicrosecond, 4, 19, 7};
  r.phases[3] = {kStart + 34'292 * kMicrosecond, r.last, 20, 26, 3};
  r.tls.present = true;
  r.tls.version = 0x0303;
  r.tls.client_version = 0x0304;
  r.tls.cipher = 0x009c;
  r.tls.start = kStart + 1'944 * kMicrosecond;
  r.tls.client_hello = kStart + 1'958 * kMicrosecond;
  r.tls.server_hello = kStart + 2'929 * kMicrosecond;
  r.tls.sni = r.put("jack-gm.com");
  r.tls.messages.push(handshake(1, Side::client, 1'958 * kMicrosecond, 5));
  r.tls.messages.push(handshake(2, Side::server, 2'929 * kMicrosecond, 8));
  r.tls.messages.push(handshake(11, Side::server, 2'929 * kMicrosecond, 8));
  r.tls.messages.push(handshake(14, Side::server, 2'929 * kMicrosecond, 8));
  r.tls.alerts.push({2, 46, Side::client, false, 19, kStart + 34'095 * kMicrosecond});
  r.decided.rule = record::Rule::alert_in_clear;
  r.decided.alert = 0;
  r.decided.time = kStart + 34'095 * kMicrosecond;
  record::Certificate &certificate = r.tls.certificate.server;
  certificate.chain_length = 1;
  certificate.parsed = certificate.self_signed = true;
  certificate.sha1.fill(0xab);
  certificate.not_before = 1'700'000'000;
  certificate.not_after = 1'795'000'000;
  certificate.subject = r.put("CN=jack-gm.com");
  certificate.issuer = r.put("CN=jack-gm.com");
  certificate.san = r.put("jack-gm.com\n*.example.net");
  certificate.serial = r.put("01");
  return r;
}

inline Record completed() {
  Record r = refused_certificate();
  r.outcome = record::Outcome::completed;
  r.cause = record::Cause::none;
  r.by = record::By::none;
  r.phase = record::Phase::teardown;
  r.step = record::Step::fin;
  r.tls.alerts.clear();
  r.decided = {};
  r.decided.rule = record::Rule::closed_in_order;
  r.tls.established = true;
  r.tls.finished = kStart + 10 * kMillisecond;
  r.first_data = kStart + 12 * kMillisecond;
  r.last_data = kStart + 20 * kMillisecond;
  return r;
}

} // namespace handspan::render::test
