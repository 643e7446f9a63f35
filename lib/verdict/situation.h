// A connection at its end as the rules look at it: the record, the evidence, and the questions that
// several rules ask of them.
#pragma once

#include "record/record.h"
#include "verdict/evidence.h"

namespace handspan::verdict {

using base::Side;
using record::By;
using record::Cause;
using record::Confidence;
using record::Decided;
using record::Outcome;
using record::Phase;
using record::Record;
using record::Step;

// Where it stands; a verdict speaks of that.
enum class Stage : std::uint8_t {
  opening,     // only SYNs, SYN-ACKs and RSTs were seen
  handshake,   // in TLS, whose handshake is not over
  over,        // the TLS handshake is over: the record that is published then
  established, // past its handshakes, or picked up in the middle
  refused,     // what was asked for in plain was refused, and nothing but the end followed
};

struct Situation {
  Situation(const Record &record, const Evidence &evidence);

  const Record &r;
  const Evidence &e;
  Stage stage;
  bool in_tls;          // TLS was begun and its handshake is not over
  bool from_the_middle; // its SYN was not seen
  bool partial;         // packets of one direction alone
  bool lossy;           // bytes of an unfinished handshake are missing
  bool blinded;         // a bound of the probe kept from it what would tell how it ended
  bool reset;           // a RST ended it
  Side reset_by;        // if so
  bool alive;           // nothing but the probe's end ended it
  bool waited_out;      // a timeout, or a new connection of the same endpoints, ended it
  bool said_nothing;    // not a byte but a server's goodbyes
  bool any_fin;
  std::uint8_t alert;        // index of the alert that decides; kNoAlert
  std::uint8_t hidden_alert; // index of the first alert that nobody can read; kNoAlert

  [[nodiscard]] bool closed_first(Side side) const {
    return r.tcp.has_first_close && r.tcp.first_close == side;
  }
  // Who was the first to leave, with a close_notify, a FIN or a RST; of a connection that was
  // closed.
  [[nodiscard]] Side leaver() const;
  // A RST behind a FIN, be it the other's, only clears away what the FIN left.
  [[nodiscard]] bool fin_first() const {
    return r.tcp.has_first_close && r.tcp.fin[r.tcp.first_close] > 0;
  }
};

// Of the TCP handshake: so many are granted in any case.
inline constexpr Nanos kPatienceRoundTrips = 3;

// Was the other side given the time that it takes to go on?
bool had_time(const Situation &s, Nanos since, Nanos until);

// Who sent the Client Hello; in active FTP the TCP server does.
Side hello_side(const Situation &s);

constexpr By by_side(Side side) {
  return side == Side::client ? By::client : By::server;
}

} // namespace handspan::verdict
