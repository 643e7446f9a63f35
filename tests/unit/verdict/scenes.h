// Connections as rules meet them, made by hand, and the table that tests judge them by.
#pragma once

#include "record/names.h"
#include "record/rules.h"
#include "verdict/judge.h"

#include <gtest/gtest.h>

#include <string_view>

namespace handspan::verdict::test {

using namespace handspan::record;
using verdict::Ending;
using verdict::Evidence;

inline constexpr Nanos kSecond = base::kSecond;

// The real rules, or with one of them spoilt: HANDSPAN_MUTANT=name turns its condition round,
// HANDSPAN_MUTANT=-name leaves it out (tools/mutate-verdict).
const verdict::Table &table_under_test();

// A SYN one second after the epoch, nothing else.
inline Record syn_only() {
  Record r{};
  r.first = r.last = kSecond;
  r.tcp.syn = kSecond;
  r.tcp.packets.client = 1;
  return r;
}
inline Record established() {
  Record r = syn_only();
  r.tcp.syn_ack = 2 * kSecond;
  r.tcp.ack = r.last = 3 * kSecond;
  r.tcp.established = true;
  r.tcp.packets = {2, 1};
  return r;
}
inline Record in_data() {
  Record r = established();
  r.first_data = r.last_data = 4 * kSecond;
  r.tcp.payload_bytes = {10, 10};
  return r;
}
// Up to Server Hello Done.
inline Record in_tls() {
  Record r = established();
  r.tls.present = true;
  r.tls.start = r.tls.client_hello = 4 * kSecond;
  r.tls.server_hello = 5 * kSecond;
  r.tls.version = 0x0303;
  r.tcp.payload_bytes = {200, 2000};
  r.tcp.packets = {3, 3};
  (void)r.tls.messages.push({22, 1, Side::client, false, 4, 4 * kSecond});
  (void)r.tls.messages.push({22, 2, Side::server, false, 5, 5 * kSecond});
  (void)r.tls.messages.push({22, 14, Side::server, false, 5, 5 * kSecond});
  return r;
}
inline Record after_tls() {
  Record r = in_tls();
  r.tls.established = true;
  r.tls.finished = 6 * kSecond;
  r.first_data = r.last_data = 7 * kSecond;
  return r;
}
inline void fin(Record &r, Side first) {
  r.tcp.fin = {1, 1};
  r.tcp.has_first_close = true;
  r.tcp.first_close = first;
  r.tcp.close = 8 * kSecond;
  r.tcp.end = 9 * kSecond;
  r.tcp.teardown = Teardown::fin;
}
inline void rst(Record &r, Side by) {
  r.tcp.rst[by] = 1;
  if (!r.tcp.has_first_close)
    r.tcp.first_close = by;
  r.tcp.has_first_close = true;
  r.tcp.close = r.tcp.end = 8 * kSecond;
  r.tcp.teardown = by == Side::client ? Teardown::rst_client : Teardown::rst_server;
}
inline void alert(Record &r, std::uint8_t level, std::uint8_t code, Side from,
                  bool encrypted = false) {
  (void)r.tls.alerts.push({level, code, from, encrypted, 6, 6 * kSecond});
}

inline Evidence evidence(Ending ending) {
  Evidence e;
  e.ending = ending;
  e.syn_timeout = 5 * kSecond;
  e.now = 10 * kSecond;
  e.spoke = {true, true};
  return e;
}
inline Record judged(Record r, const Evidence &e) {
  verdict::judge(r, e, table_under_test());
  return r;
}
inline Record judged(const Record &r, Ending ending) {
  return judged(r, evidence(ending));
}

inline void expect(const Record &r, Phase phase, Outcome outcome, Cause cause, By by, Step step) {
  EXPECT_EQ(name(r.phase), name(phase));
  EXPECT_EQ(name(r.outcome), name(outcome));
  EXPECT_EQ(name(r.cause), name(cause));
  EXPECT_EQ(name(r.by), name(by));
  EXPECT_EQ(name(r.step), name(step));
}
inline void expect_failed(const Record &r, Phase phase, Cause cause, By by, Step step) {
  expect(r, phase, Outcome::failed, cause, by, step);
}

constexpr Phase kOpening = Phase::tcp_handshake, kTls = Phase::tls_handshake;

// A Client Hello at second 4, acknowledged, not answered.
inline Record hello_only() {
  Record r = in_tls();
  r.tls.server_hello = kNever;
  r.tls.messages.count = 1;
  r.tcp.payload_bytes.server = 0;
  r.tcp.packets = {3, 2};
  return r;
}
inline void leave(Record &r, bool by_rst, Side side, Nanos after_hello) {
  if (by_rst)
    rst(r, side);
  else
    fin(r, side);
  r.tcp.close = r.tls.client_hello + after_hello;
}

// The first bytes of a hello, nothing else.
inline Record part_of_a_hello() {
  Record r = established();
  r.tls.present = true;
  r.tls.start = 4 * kSecond;
  r.tcp.payload_bytes = {100, 0};
  r.tcp.packets = {3, 2};
  return r;
}

} // namespace handspan::verdict::test
