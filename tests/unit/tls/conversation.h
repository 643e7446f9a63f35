// Plays a conversation into a tracker, cut in any way, and tells what came of it in one string, so
// that two ways of cutting can be compared.
#pragma once

#include "hello_builder.h"
#include "tls/tracker.h"

#include <algorithm>
#include <string>
#include <vector>

namespace handspan::tls::test {

inline constexpr Side C = Side::client;
inline constexpr Side S = Side::server;

struct Step {
  Side from;
  Octets bytes;
};
using Conversation = std::vector<Step>;

inline TrackerLimits small_limits() {
  TrackerLimits limits;
  limits.sessions = 8;
  limits.hello_buffers = 8;
  limits.message_buffers = 4;
  limits.certificates = 16;
  return limits;
}

// One session in a small tracker.
class Player {
public:
  explicit Player(const TrackerLimits &limits = small_limits())
      : tracker(limits), index(tracker.open()), session(tracker.at(index)) {}

  Events feed(Side from, const Octets &bytes) {
    const Events now = tracker.feed(session, from, bytes, {++clock * 1000, clock});
    events |= now;
    return now;
  }
  void gap(Side from, std::uint64_t missing) {
    events |= tracker.gap(session, from, missing, {++clock * 1000, clock});
  }
  // In pieces of at most `piece` bytes.
  void play(const Conversation &conversation, std::size_t piece = SIZE_MAX) {
    for (const Step &step : conversation)
      for (std::size_t at = 0; at < step.bytes.size();) {
        const std::size_t n = std::min(piece, step.bytes.size() - at);
        const auto first = step.bytes.begin() + static_cast<std::ptrdiff_t>(at);
        feed(step.from, Octets(first, first + static_cast<std::ptrdiff_t>(n)));
        at += n;
      }
  }

  // "C1 S2 S11 … ci si C20* S20*": handshake types by side, CCS as i, * = encrypted.
  [[nodiscard]] std::string messages() const {
    std::string out;
    for (const Message &m : session.messages) {
      out += out.empty() ? "" : " ";
      out += m.from == C ? "C" : "S";
      out += m.content == Content::change_cipher_spec ? "i" : std::to_string(m.type);
      out += m.encrypted ? "*" : "";
    }
    return out;
  }
  [[nodiscard]] std::string alerts() const {
    std::string out;
    for (const Alert &a : session.alerts) {
      out += out.empty() ? "" : " ";
      out += a.from == C ? "C" : "S";
      out += a.encrypted ? "*" : std::to_string(a.level) + ":" + std::to_string(a.code);
    }
    return out;
  }
  // Everything but times and packet numbers, which depend on the cutting.
  [[nodiscard]] std::string facts() const {
    const Session &s = session;
    std::string out = messages() + "|" + alerts() + "|" + std::string(s.history.view()) + "|" +
                      std::string(s.sni.view()) + "|" + std::string(s.alpn.view()) + "|" +
                      std::string(s.alpn_offered.view());
    for (const unsigned v : {unsigned{s.version},
                             unsigned{s.client_version},
                             unsigned{s.cipher},
                             unsigned{s.curve},
                             unsigned{s.established},
                             unsigned{s.established_inferred},
                             unsigned{s.resumed},
                             unsigned{s.hello_retry},
                             unsigned{s.malformed},
                             unsigned{s.capture_loss},
                             unsigned{s.renegotiated},
                             unsigned{s.chain_length.server},
                             unsigned{s.chain_length.client},
                             unsigned{s.has_ja3},
                             unsigned{s.has_ja4},
                             unsigned{s.has_ja3s},
                             unsigned{s.client_certificate_requested},
                             s.stream.client.application_records,
                             s.stream.server.application_records,
                             unsigned{s.stream.client.not_tls},
                             unsigned{s.stream.server.not_tls}})
      out += "|" + std::to_string(v);
    if (s.has_ja3)
      out.append(s.ja3.begin(), s.ja3.end());
    if (s.has_ja3s)
      out.append(s.ja3s.begin(), s.ja3s.end());
    if (s.has_ja4)
      out.append(s.ja4.begin(), s.ja4.end());
    return out;
  }

  Tracker tracker;
  std::uint32_t index;
  Session &session;
  Events events = 0;
  std::uint32_t clock = 0;
};

} // namespace handspan::tls::test
