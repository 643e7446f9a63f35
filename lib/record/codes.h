// The closed vocabularies of a record. Their numbers are part of the shared segment's ABI.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace handspan::record {

enum class Kind : std::uint8_t { connection, handshake };

enum class Phase : std::uint8_t { tcp_handshake, tls_handshake, data, teardown };
inline constexpr std::size_t kPhases = 4;

// unused: opened and closed without a byte of data; neither a failure nor a success.
enum class Outcome : std::uint8_t { completed, failed, open, unknown, unused };
inline constexpr std::size_t kOutcomes = 5;

enum class By : std::uint8_t { none, client, server, network, probe };

// probe_limit: a bound of the probe itself was reached, so that not all was followed.
enum class Confidence : std::uint8_t {
  seen,
  inferred,
  one_sided,
  capture_loss,
  truncated,
  probe_limit,
};

// How the TCP connection was taken down.
enum class Teardown : std::uint8_t { none, fin, half_closed, rst_client, rst_server, timeout };

// Zeek's conn_state, with Zeek's meaning.
enum class ConnState : std::uint8_t {
  s0,
  s1,
  sf,
  rej,
  s2,
  s3,
  rsto,
  rstr,
  rstos0,
  rstrh,
  sh,
  shr,
  oth
};

// What makes a segment one that its receiver may not take.
enum class Decoy : std::uint8_t {
  none,
#define HANDSPAN_DECOY(name, help) name,
#include "record/decoys.def"
#undef HANDSPAN_DECOY
};
inline constexpr Decoy kLastDecoy = Decoy::unheeded;
// Its bit in Tcp::decoys.
constexpr std::uint16_t bit_of(Decoy decoy) {
  return static_cast<std::uint16_t>(
      decoy == Decoy::none ? 0 : 1U << (static_cast<unsigned>(decoy) - 1));
}

// What a SYN said of Multipath TCP.
enum class Mptcp : std::uint8_t { none, capable, join };

// What a side asked for in plain: to go on in TLS, to be connected to somebody else; and the
// answer.
enum class Wish : std::uint8_t { none, tls, tunnel };
enum class Answer : std::uint8_t { none, granted, refused };

enum class Cause : std::uint8_t {
#define HANDSPAN_CAUSE(name, help) name,
#include "record/causes.def"
#undef HANDSPAN_CAUSE
};

// What a verdict rests on; the list stands in record/rules.h.
enum class Rule : std::uint8_t;

enum class Step : std::uint8_t {
#define HANDSPAN_STEP(name, title) name,
#include "record/steps.def"
#undef HANDSPAN_STEP
};

// Which bound of the probe kept something from the record; none if none did.
enum class Limit : std::uint8_t {
  none,
#define HANDSPAN_LIMIT(name, key, counter, cost, english, chinese) name,
#include "record/limits.def"
#undef HANDSPAN_LIMIT
};
// What a record lacks for it, and so what may have been otherwise.
enum class Cost : std::uint8_t {
  nothing,
  detail,     // a fact beside the verdict
  handshake,  // bytes of a handshake: no matter, once that is over
  connection, // all that came later
};
constexpr Cost cost(Limit limit) {
  constexpr Cost kCosts[] = {
      Cost::nothing,
#define HANDSPAN_LIMIT(name, key, counter, cost, english, chinese) Cost::cost,
#include "record/limits.def"
#undef HANDSPAN_LIMIT
  };
  return kCosts[static_cast<std::size_t>(limit)];
}
// Which of two bounds is to be told: the first that was reached, unless the other cost more.
constexpr Limit graver(Limit first, Limit then) {
  return cost(then) > cost(first) ? then : first;
}
inline constexpr std::size_t kLimits = 1 // none
#define HANDSPAN_LIMIT(name, key, counter, cost, english, chinese) +1
#include "record/limits.def"
#undef HANDSPAN_LIMIT
    ;

// The names as they stand in JSON ("tls_handshake", "S0", "server_hello"); "?" for a number that is
// not in the list (a record of a newer daemon).
std::string_view name(Phase);
std::string_view name(Outcome);
std::string_view name(By);
std::string_view name(Confidence);
std::string_view name(Teardown);
std::string_view name(ConnState);
std::string_view name(Cause);
std::string_view name(Step);
std::string_view name(Mptcp);
std::string_view name(Wish);
std::string_view name(Answer);
std::string_view name(Limit);
// The key of the configuration that raises it: "limits.flows".
std::string_view key(Limit);

// For people: "Server Hello Done".
std::string_view title(Step);
// What a cause means, one clause.
std::string_view help(Cause);

inline constexpr std::size_t kCauses = 0
#define HANDSPAN_CAUSE(name, help) +1
#include "record/causes.def"
#undef HANDSPAN_CAUSE
    ;

} // namespace handspan::record
