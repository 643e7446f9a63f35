// Retries: a failed connection and the next one of the same client to the same server, and with the
// same server name where both gave one, begun within a window after the failure. What was begun
// before the failure is a parallel try (browsers open several at once), not a retry.
#pragma once

#include "record/record.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace handspan::record {

inline constexpr Nanos kRetryWindow = 30 * base::kSecond;

// When somebody watched: only within these spans, silence says that nothing happened.
class Watch {
public:
  void add(Nanos from, Nanos until);
  // Was all of it watched? Spans at most a second apart count as one: captures that a tool cut.
  [[nodiscard]] bool covers(Nanos from, Nanos until) const;

private:
  struct Span {
    Nanos from, until;
  };
  std::vector<Span> spans_; // by `from`
};

// What became of a failure.
enum class Fate : std::uint8_t {
  recovered, // a later try succeeded, begun within the window
  felt,      // none did
  pending,   // none did so far, but the window was not watched to its end: nobody can know yet
};
Fate fate_of(const Retry &retry, Nanos failed, Nanos window, const Watch &watch);

struct FailureCount {
  std::uint64_t connections = 0;
  std::uint64_t raw = 0; // all that failed: the sum of what follows
  std::uint64_t recovered = 0, felt = 0, pending = 0;
  std::uint64_t unused = 0; // no failures: opened and closed without data

  void add(Fate fate);
};

// Where on the path bytes were lost that never arrived.
enum class Lost : std::uint8_t { nowhere, before_server, before_client };
Lost lost_of(const Record &record);
std::string_view name(Lost);

// How many failures a rule decided.
struct RuleCount {
  Rule rule{};
  Lost lost = Lost::nowhere;
  std::uint64_t failures = 0;
};
using RuleCounts = std::vector<RuleCount>; // most first

// Counts failures by the rule that decided.
class RuleCounter {
public:
  void add(Rule rule, Lost lost) { ++counts_[{rule, lost}]; }
  [[nodiscard]] RuleCounts sorted() const;

private:
  std::map<std::pair<Rule, Lost>, std::uint64_t> counts_;
};

// Takes the connections of all workers, in any order, and tells their links once all have come.
// Memory: about 100 bytes a connection.
class RetryLinker {
public:
  explicit RetryLinker(Nanos window = kRetryWindow) : window_(window) {}

  // Returns the record's number for link(). A record of kind handshake speaks for its connection as
  // long as that one's own has not come: a long success is known before it ends.
  std::size_t add(const Record &record);
  // Links all that was added.
  void finish();
  // What finish() found of one record; nothing for those of kind handshake.
  [[nodiscard]] const Retry &link(std::size_t number) const { return tries_[number].retry; }
  // What became of the failures among the connections whose last packet came at `since` or later.
  [[nodiscard]] FailureCount count(const Watch &watch, Nanos since) const;
  // The same failures, by the rule that decided.
  [[nodiscard]] RuleCounts by_rule(Nanos since) const;

  void clear();

private:
  struct Try {
    std::uint64_t flow_id = 0;
    Nanos begun = kNever;
    Nanos ended = kNever;
    Nanos failed = kNever; // kNever = it did not
    Kind kind = Kind::connection;
    bool succeeded = false;
    bool unused = false;
    Rule rule{};
    Lost lost = Lost::nowhere;
    bool tls = false;
    bool plain = false; // it got past the TCP handshake and spoke no TLS
    std::string name;   // server name, empty if it gave none
    Retry retry;
  };
  using Numbers = std::vector<std::size_t>;

  void order(Numbers &tries) const;
  [[nodiscard]] bool is_over(std::size_t failure, const Try &now) const;
  void link(const Numbers &tries);
  void recover(const Numbers &tries);

  Nanos window_;
  std::vector<Try> tries_;
  std::unordered_map<std::string, Numbers> by_pair_; // client and server → tries
};

// The moment a failed connection failed: its alert, its first FIN or RST, or its last packet.
Nanos failed_at(const Record &record);

} // namespace handspan::record
