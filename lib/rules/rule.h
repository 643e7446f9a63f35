// A rule as it stands in a file: what it looks for, and what is done about it.
#pragma once

#include "base/address.h"
#include "base/time.h"
#include "record/record.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace handspan::rules {

// Bounds of a rule set.
inline constexpr std::size_t kMaxFileBytes = 16 << 20;
inline constexpr std::size_t kMaxLineBytes = 16 << 10; // bounds the depth of "a.a.a…" in it
inline constexpr std::size_t kMaxFiles = 256;          // in a folder of rules
inline constexpr std::size_t kMaxRules = 65'536;
inline constexpr std::size_t kMaxPlaces = 4 * kMaxRules; // with those that reloads have retired
inline constexpr std::size_t kMaxConditions = 64;        // of one rule
inline constexpr std::size_t kMaxValues = 4'096;         // of one condition
inline constexpr std::size_t kMaxNameBytes = 64;         // records carry it
inline constexpr std::size_t kMaxTagBytes = 64;          // of all tags together: records carry them
inline constexpr std::size_t kMaxDescriptionBytes = 1'024;
inline constexpr std::size_t kMaxPatternBytes = 4'096;
inline constexpr std::size_t kMaxListBytes = 128 << 20;
inline constexpr std::size_t kMaxListEntries = 1 << 20;

// What a pattern is held against. Each is a text; some hold several, one a line.
enum class Field : std::uint8_t {
#define HANDSPAN_RULE_FIELD(id, name, stage, shape, help) id,
#include "rules/fields.def"
#undef HANDSPAN_RULE_FIELD
};
inline constexpr std::size_t kFields = 0
#define HANDSPAN_RULE_FIELD(id, name, stage, shape, help) +1
#include "rules/fields.def"
#undef HANDSPAN_RULE_FIELD
    ;
using Fields = std::uint32_t; // a bit for each
static_assert(kFields <= 32);
constexpr Fields bit(Field field) {
  return Fields{1} << static_cast<unsigned>(field);
}

// When enough is known of a connection to judge a rule. Each knows what those before it knew, but
// for the first bytes, which are gone then.
enum class Stage : std::uint8_t {
  bytes,     // the first bytes of one side are there
  hello,     // the Client Hello is whole
  handshake, // the TLS handshake is over, or the connection
  end,       // the connection is over
};
inline constexpr std::size_t kStages = 4;

// What the text of a field is like: decides which patterns and lists it takes.
enum class Shape : std::uint8_t {
  text,    //
  name,    // host names, without a dot at the end
  digest,  // hexadecimal digits
  bytes,   // as they came
  address, // no text: an IP address
};

std::string_view name(Field field); // "certificate.subject"
Stage stage(Field field);
inline constexpr std::array<Shape, kFields> kShapes = {
#define HANDSPAN_RULE_FIELD(id, name, stage, shape, help) Shape::shape,
#include "rules/fields.def"
#undef HANDSPAN_RULE_FIELD
};
constexpr Shape shape(Field field) {
  return kShapes[static_cast<std::size_t>(field)];
}
// Whether it may hold several values, one a line.
bool has_lines(Field field);
// By its name in a rule; "tls.sni" is the older one of "sni". kFields: there is none such.
std::size_t field_of(std::string_view name);

enum class Severity : std::uint8_t { info, low, medium, high, critical };
inline constexpr const auto &kSeverities = record::kSeverities;

// What is done about a connection that a rule hits; bits. It is counted in any case.
namespace action {
inline constexpr std::uint8_t tag = 1, // the rule stands in the connection's record
    log = 2,                           // a line of the daemon's log, now and then
    story = 4,                         // its packet facts are handed on, though it did not fail
    ignore = 8;                        // no record of it is written
} // namespace action
inline constexpr std::array<std::pair<std::string_view, std::uint8_t>, 5> kActions = {
    {{"count", 0},
     {"tag", action::tag},
     {"log", action::log},
     {"story", action::story},
     {"ignore", action::ignore}}};

// What a condition asks. The first ones hold a field against values, the others need none.
enum class Ask : std::uint8_t {
  equals,   // one of the values is the field, or a line of it
  domain,   // "example.com" that name; "*.example.com" those below it; ".example.com" both
  contains, // one of the values is found in it
  regex,    // one of the values, Hyperscan's PCRE, matches
  list,     // a file of values
  cidr,     // the address lies in one of the networks
  present,
  missing, // of TLS's fields: there is TLS, and no such field in it
  port,    // the server's
  tls,     // there is TLS, or there is none
  version_below,
  expires_within, // the certificate, from the connection's time on
  certificate,    // one of CertificateFlaw
  key_shorter_than,
  post_quantum, // not_offered, not_chosen
  outcome,
  cause,
  by,
  phase,
  step,
  longer_than,
};
std::string_view name(Ask ask);
struct Condition;
// What a condition is about: its field, or its question.
std::string_view title(const Condition &condition);
constexpr bool is_pattern(Ask ask) {
  return ask <= Ask::cidr;
}

enum class CertificateFlaw : std::uint8_t { expired, not_yet_valid, self_signed, other_name };
inline constexpr std::array<std::string_view, 4> kFlaws = {"expired", "not_yet_valid",
                                                           "self_signed", "other_name"};
enum class PostQuantum : std::uint8_t { not_offered, not_chosen };
inline constexpr std::array<std::string_view, 2> kPostQuantum = {"not_offered", "not_chosen"};

// What a duration is of: the phases, and all of it.
inline constexpr std::array<std::string_view, record::kPhases + 1> kSpans = {
    "tcp_handshake", "tls_handshake", "data", "teardown", "connection"};

// How it counts: all of `all` must hold, one of `any` where there are any, and none of `none`.
enum class Group : std::uint8_t { all, any, none };

struct Condition {
  Ask ask = Ask::regex;
  Group group = Group::all;
  Field field = Field::sni;
  bool caseless = true;
  std::vector<std::string> values; // of patterns
  std::string list;                // the file, as it is to be opened
  // Closed vocabularies: a bit for each that is wanted.
  std::uint64_t wanted = 0;
  std::uint64_t number = 0;                                     // a version, a flag
  base::Nanos time = 0;                                         // expires_within, longer_than
  std::size_t span = 0;                                         // longer_than: of kSpans
  std::array<std::uint16_t, 12> least_bits{};                   // by record::KeyType; 0: any
  std::vector<std::pair<std::uint16_t, std::uint16_t>> ports{}; // from, to
  std::uint32_t line = 0;                                       // of the rules file

  friend bool operator==(const Condition &, const Condition &) = default;
};

// A hit counts once there were `count` of them within `within`, of the same client, server or name.
enum class Each : std::uint8_t { client, server, name };
inline constexpr std::array<std::string_view, 3> kEach = {"client", "server", "name"};
struct Threshold {
  std::uint32_t count = 0; // 0: none
  base::Nanos within = 0;
  Each by = Each::client;

  friend bool operator==(const Threshold &, const Threshold &) = default;
};
inline constexpr std::uint32_t kMaxThreshold = 65'535;

struct Rule {
  std::uint32_t id = 0; // unique in a set, > 0
  std::string name;     // 1 to kMaxNameBytes printable bytes
  Severity severity = Severity::info;
  std::string description, description_zh; // may be empty
  std::vector<std::string> tags;
  std::uint8_t actions = action::tag;
  Threshold threshold;
  std::vector<Condition> conditions;
  std::string file;       // where it stands; empty: from elsewhere
  std::uint32_t line = 0; // in that file
  bool retired = false;   // keeps its place for hits of before, and is not asked
};

// The stage at which all is there that the rule asks for.
Stage stage(const Condition &condition);
Stage stage(const Rule &rule);

// Whether both look for the same and do the same about it; where they stand does not matter.
bool same_work(const Rule &a, const Rule &b);

} // namespace handspan::rules
