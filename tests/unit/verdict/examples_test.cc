// For each rule a connection that it decides, and no other rule: without it, or with its condition
// turned round, another verdict would come.
#include "scenes.h"

#include <functional>

namespace {

using namespace handspan;
using namespace handspan::verdict::test;
using R = handspan::record::Rule;

struct Scene {
  Record r;
  Evidence e;
};
struct Example {
  R rule;
  Outcome outcome;
  Cause cause;
  By by;
  Step step;
  std::function<Scene()> scene;
};

Scene closed(Record r, Side first) {
  fin(r, first);
  return {r, evidence(Ending::closed)};
}
Scene reset(Record r, Side by) {
  rst(r, by);
  return {r, evidence(Ending::closed)};
}
Record with_syn_ack() {
  Record r = syn_only();
  r.tcp.syn_ack = 2 * kSecond;
  r.tcp.packets.server = 1;
  return r;
}
Record in_tls13() {
  Record r = in_tls();
  r.tls.version = 0x0304;
  return r;
}
Record hasty() {
  Record r = hello_only();
  r.tcp.ack = r.tcp.syn + handspan::base::kMillisecond;
  return r;
}
Record hastily_left(bool by_rst) {
  Record r = hasty();
  leave(r, by_rst, Side::client, 5 * handspan::base::kMillisecond);
  return r;
}
Record half_closed(Record r, Side side) {
  r.tcp.fin[side] = 1;
  r.tcp.has_first_close = true;
  r.tcp.first_close = side;
  r.tcp.close = 8 * kSecond;
  r.tcp.teardown = Teardown::half_closed;
  return r;
}
// A certificate of the year 1970 that is good for an hour, when the connection is a second old.
Record with_certificate(Record r, std::int64_t until) {
  Certificate &certificate = r.tls.certificate.server;
  certificate.chain_length = 1;
  certificate.parsed = true;
  certificate.not_after = until;
  return r;
}
Scene not_used(Scene scene) {
  scene.e.spoke = {false, false};
  return scene;
}
template <class Change> Scene but(Scene scene, Change change) {
  change(scene.r, scene.e);
  return scene;
}

constexpr By kNobody = By::none, kClient = By::client, kServer = By::server, kNetwork = By::network;

std::vector<Example> examples() {
  constexpr auto failed = Outcome::failed, completed = Outcome::completed, open = Outcome::open,
                 unknown = Outcome::unknown, unused = Outcome::unused;
  const auto alerted = [] {
    Record r = in_tls();
    alert(r, 2, 48, Side::client);
    return closed(r, Side::client);
  };
  const auto middle = [] {
    Scene s = closed(after_tls(), Side::client);
    s.r.tcp.syn = s.r.tcp.syn_ack = kNever;
    return s;
  };
  return {
      {R::handshake_over, completed, Cause::none, kNobody, Step::finished,
       [] {
         return Scene{after_tls(), evidence(Ending::handshake)};
       }},
      {R::alert_in_clear, failed, Cause::alert, kClient, Step::server_hello_done, alerted},
      {R::foreign_reset, failed, Cause::reset, kNetwork, Step::server_hello_done,
       [] {
         return but(reset(in_tls(), Side::server),
                    [](Record &, Evidence &e) { e.reset_is_foreign = true; });
       }},
      {R::unreachable, failed, Cause::unreachable, kNetwork, Step::syn,
       [] {
         return but(Scene{syn_only(), evidence(Ending::expired)},
                    [](Record &, Evidence &e) { e.unreachable = true; });
       }},
      {R::undelivered, failed, Cause::undelivered, kNetwork, Step::server_hello_done,
       [] {
         return but(Scene{in_tls(), evidence(Ending::expired)}, [](Record &, Evidence &e) {
           e.in_vain.server = {4096, 7, kSecond, 9 * kSecond, Step::certificate};
         });
       }},
      {R::from_the_middle, unknown, Cause::none, kNobody, Step::fin, middle},
      {R::bytes_missing, unknown, Cause::none, kNobody, Step::server_hello_done,
       [] {
         return but(closed(in_tls(), Side::client),
                    [](Record &, Evidence &e) { e.tls_capture_loss = true; });
       }},
      {R::one_direction, unknown, Cause::none, kNobody, Step::fin,
       [] {
         return but(closed(after_tls(), Side::client),
                    [](Record &, Evidence &e) { e.seen_elsewhere = true; });
       }},
      {R::syn_refused, failed, Cause::refused, kServer, Step::rst,
       [] {
         return but(reset(syn_only(), Side::server),
                    [](Record &r, Evidence &) { r.tcp.packets.server = 1; });
       }},
      {R::syn_answered_stale, failed, Cause::stale, kServer, Step::rst,
       [] {
         return but(reset(syn_only(), Side::client),
                    [](Record &, Evidence &e) { e.stale_acks = 1; });
       }},
      {R::probed, unused, Cause::none, kClient, Step::rst,
       [] { return reset(with_syn_ack(), Side::client); }},
      {R::opening_reset, failed, Cause::reset, kServer, Step::rst,
       [] { return reset(with_syn_ack(), Side::server); }},
      {R::syn_ack_repeated, failed, Cause::half_open, kClient, Step::syn_ack,
       [] {
         return but(Scene{with_syn_ack(), evidence(Ending::expired)},
                    [](Record &r, Evidence &) { r.tcp.retransmissions.server = 2; });
       }},
      {R::syn_ack_unacknowledged, failed, Cause::half_open, kClient, Step::syn_ack,
       [] {
         return Scene{with_syn_ack(), evidence(Ending::expired)};
       }},
      {R::syn_unanswered, failed, Cause::syn_timeout, kNetwork, Step::syn,
       [] {
         return Scene{syn_only(), evidence(Ending::expired)};
       }},
      {R::syn_answered_otherwise, unknown, Cause::none, kNobody, Step::syn,
       [] {
         return but(Scene{syn_only(), evidence(Ending::expired)},
                    [](Record &r, Evidence &) { r.tcp.packets.server = 1; });
       }},
      {R::left_before_hello, failed, Cause::abandoned, kServer, Step::plain_data,
       [] {
         return but(closed(hello_only(), Side::server), [](Record &r, Evidence &) {
           r.first_data = r.tcp.close = r.tls.client_hello - 1;
         });
       }},
      {R::server_not_tls, failed, Cause::not_tls, kServer, Step::client_hello,
       [] {
         return but(closed(hello_only(), Side::client),
                    [](Record &, Evidence &e) { e.not_tls.server = true; });
       }},
      {R::client_not_tls, failed, Cause::not_tls, kClient, Step::server_hello_done,
       [] {
         return but(closed(in_tls(), Side::client),
                    [](Record &, Evidence &e) { e.not_tls.client = true; });
       }},
      {R::malformed, failed, Cause::malformed, kNobody, Step::server_hello_done,
       [] {
         return but(closed(in_tls(), Side::client),
                    [](Record &, Evidence &e) { e.tls_malformed = true; });
       }},
      {R::short_record_refuses, failed, Cause::rejected, kServer, Step::server_hello_done,
       [] {
         return but(closed(in_tls13(), Side::server),
                    [](Record &, Evidence &e) { e.tls_rejected = true; });
       }},
      {R::hidden_alert, failed, Cause::rejected, kClient, Step::server_hello_done,
       [] {
         Record r = in_tls();
         alert(r, 0, 0, Side::client, true);
         return closed(r, Side::client);
       }},
      {R::hello_unheard, failed, Cause::no_server_hello, kNetwork, Step::client_hello,
       [] {
         return but(Scene{hello_only(), evidence(Ending::expired)},
                    [](Record &r, Evidence &) { r.tcp.packets.server = 1; });
       }},
      {R::hello_unanswered, failed, Cause::no_server_hello, kServer, Step::client_hello,
       [] {
         return Scene{hello_only(), evidence(Ending::expired)};
       }},
      {R::hello_incomplete, failed, Cause::no_client_hello, kNobody, Step::ack,
       [] {
         return but(Scene{part_of_a_hello(), evidence(Ending::expired)},
                    [](Record &, Evidence &e) { e.tls_began.client = true; });
       }},
      {R::reset_on_finished, failed, Cause::reset, kServer, Step::server_hello_done,
       [] {
         return but(reset(in_tls13(), Side::server),
                    [](Record &, Evidence &e) { e.tls_unconfirmed = true; });
       }},
      {R::left_on_finished, failed, Cause::abandoned, kServer, Step::server_hello_done,
       [] {
         return but(closed(in_tls13(), Side::server),
                    [](Record &, Evidence &e) { e.tls_unconfirmed = true; });
       }},
      {R::reset_before_answer, failed, Cause::reset, kClient, Step::client_hello,
       [] {
         return Scene{hastily_left(true), evidence(Ending::closed)};
       }},
      {R::left_before_answer, failed, Cause::abandoned, kClient, Step::client_hello,
       [] {
         return Scene{hastily_left(false), evidence(Ending::closed)};
       }},
      {R::handshake_reset, failed, Cause::reset, kServer, Step::server_hello_done,
       [] { return reset(in_tls(), Side::server); }},
      {R::goodbye_in_handshake, failed, Cause::abandoned, kClient, Step::server_hello_done,
       [] {
         Record r = in_tls();
         alert(r, 1, 0, Side::client);
         return closed(r, Side::client);
       }},
      {R::left_in_handshake, failed, Cause::abandoned, kServer, Step::server_hello_done,
       [] { return closed(in_tls(), Side::server); }},
      {R::port_reused, failed, Cause::abandoned, kClient, Step::server_hello_done,
       [] {
         return Scene{in_tls(), evidence(Ending::replaced)};
       }},
      {R::silent_in_handshake, failed, Cause::idle_timeout, kNetwork, Step::server_hello_done,
       [] {
         return Scene{in_tls(), evidence(Ending::expired)};
       }},
      {R::unused, unused, Cause::none, kServer, Step::fin,
       [] { return closed(established(), Side::server); }},
      {R::certificate_refused, failed, Cause::rejected, kClient, Step::finished,
       [] { return not_used(closed(with_certificate(after_tls(), 0), Side::client)); }},
      {R::tls_unused, unused, Cause::none, kClient, Step::fin,
       [] { return not_used(closed(with_certificate(after_tls(), 3600), Side::client)); }},
      {R::alert_for_answer, failed, Cause::rejected, kServer, Step::application_data,
       [] {
         return but(closed(after_tls(), Side::server), [](Record &, Evidence &e) {
           e.spoke.server = false;
           e.answered_by_alert = true;
         });
       }},
      {R::left_while_talking, failed, Cause::aborted, kServer, Step::rst,
       [] {
         return but(reset(in_data(), Side::server),
                    [](Record &, Evidence &e) { e.refused.client = 4096; });
       }},
      {R::left_before_request, failed, Cause::aborted, kServer, Step::fin,
       [] {
         return but(closed(after_tls(), Side::server), [](Record &, Evidence &e) {
           e.spoke.server = false;
           e.asked_late = true;
         });
       }},
      {R::proxy_header_refused, failed, Cause::not_tls, kClient, Step::client_hello,
       [] {
         return but(closed(hello_only(), Side::server),
                    [](Record &r, Evidence &) { r.app.protocol.assign("PROXY v2"); });
       }},
      {R::plain_error_by_tls_server, failed, Cause::not_tls, kClient, Step::plain_data,
       [] {
         return but(closed(in_data(), Side::server), [](Record &r, Evidence &e) {
           r.app.status = 400;
           e.server_speaks_tls = true;
         });
       }},
      {R::plain_error_on_tls_port, failed, Cause::not_tls, kClient, Step::plain_data,
       [] {
         return but(closed(in_data(), Side::server), [](Record &r, Evidence &e) {
           r.app.status = 400;
           e.on_tls_port = true;
         });
       }},
      {R::closed_in_order, completed, Cause::none, kNobody, Step::fin,
       [] { return closed(in_data(), Side::client); }},
      {R::reset_after_close, completed, Cause::none, kNobody, Step::rst,
       [] {
         Record r = after_tls();
         alert(r, 0, 0, Side::client, true);
         return reset(r, Side::client);
       }},
      {R::data_reset, failed, Cause::reset, kServer, Step::rst,
       [] { return reset(in_data(), Side::server); }},
      {R::closed_by_one, completed, Cause::none, kNobody, Step::fin,
       [] {
         return Scene{half_closed(in_data(), Side::client), evidence(Ending::expired)};
       }},
      {R::silent_from_the_start, unknown, Cause::idle_timeout, kNetwork, Step::ack,
       [] {
         return Scene{established(), evidence(Ending::expired)};
       }},
      {R::silent, unknown, Cause::idle_timeout, kNetwork, Step::plain_data,
       [] {
         return Scene{in_data(), evidence(Ending::expired)};
       }},
      {R::replaced, unknown, Cause::none, kNobody, Step::plain_data,
       [] {
         return Scene{in_data(), evidence(Ending::replaced)};
       }},
      {R::probe_stopped, open, Cause::none, kNobody, Step::server_hello_done,
       [] {
         return Scene{in_tls(), evidence(Ending::stopped)};
       }},
      {R::capture_ended_early, unknown, Cause::none, kNobody, Step::server_hello_done,
       [] {
         return Scene{in_tls(), evidence(Ending::capture_ended)};
       }},
      {R::capture_ended_open, open, Cause::none, kNobody, Step::plain_data,
       [] {
         return Scene{in_data(), evidence(Ending::capture_ended)};
       }},
  };
}

TEST(Examples, WhoTookACertificateElsewhereDidNotRefuseIt) {
  Scene scene = not_used(closed(with_certificate(after_tls(), 0), Side::client));
  scene.e.client_took_certificate = true;
  EXPECT_EQ(name(judged(scene.r, scene.e).decided.rule), name(R::tls_unused));
}

TEST(Examples, EachRuleDecidesItsOwn) {
  for (const Example &example : examples()) {
    const Scene scene = example.scene();
    const Record r = judged(scene.r, scene.e);
    SCOPED_TRACE(name(example.rule));
    EXPECT_EQ(name(r.decided.rule), name(example.rule));
    EXPECT_EQ(name(r.outcome), name(example.outcome));
    EXPECT_EQ(name(r.cause), name(example.cause));
    EXPECT_EQ(name(r.by), name(example.by));
    EXPECT_EQ(name(r.step), name(example.step));
  }
}

} // namespace
